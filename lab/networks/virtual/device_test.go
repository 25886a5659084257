package virtual

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"echolab/lab/networks"
	"echolab/lab/testbed"
)

// twoHosts are a client and a server without a wire: the test carries the
// packets.
func twoHosts(t *testing.T) (client, server *Host) {
	t.Helper()
	open := func(plan networks.HostPlan) *Host {
		h, err := newHost(plan, testbed.NetworkConfig{MTU: testbed.DefaultMTU}, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(h.close)
		return h
	}
	return open(networks.ClientPlan), open(networks.ServerPlan)
}

// packet is the next packet that h sends.
func packet(t *testing.T, h *Host) []byte {
	t.Helper()
	buf := make([]byte, testbed.DefaultMTU)
	n, err := h.device.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

func TestEveryFlippedBitIsDiscardedAndCountedOnce(t *testing.T) {
	client, server := twoHosts(t)
	inbox, err := server.ListenPacket(t.Context(), "udp", ":7")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Listen(t.Context(), "tcp", ":7"); err != nil {
		t.Fatal(err)
	}
	sender, err := client.DialContext(t.Context(), "udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Write([]byte("intact")); err != nil {
		t.Fatal(err)
	}
	flipAll(t, server, packet(t, client))

	ctx, cancel := context.WithCancel(t.Context())
	dialed := make(chan error)
	go func() { _, err := client.DialContext(ctx, "tcp", "10.0.0.2:7"); dialed <- err }()
	flipAll(t, server, packet(t, client))
	cancel()
	<-dialed

	inbox.SetReadDeadline(time.Now())
	if n, _, err := inbox.ReadFrom(make([]byte, 100)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a damaged datagram of %d bytes was delivered (%v)", n, err)
	}
}

// flipAll hands h the packet once for every bit, with that bit flipped.
func flipAll(t *testing.T, h *Host, packet []byte) {
	t.Helper()
	for bit := range 8 * len(packet) {
		damaged := bytes.Clone(packet)
		damaged[bit/8] ^= 0x80 >> (bit % 8)
		before, _ := h.ChecksumErrors()
		if _, err := h.device.Write(damaged); err != nil {
			t.Fatalf("bit %d: %v", bit, err)
		}
		deadline := time.Now().Add(5 * time.Second)
		after, _ := h.ChecksumErrors()
		for after == before && time.Now().Before(deadline) {
			time.Sleep(100 * time.Microsecond) // segments are checked by a goroutine of the stack
			after, _ = h.ChecksumErrors()
		}
		if after != before+1 {
			t.Errorf("bit %d of byte %d: %d discards counted, want 1", bit%8, bit/8, after-before)
		}
	}
}

func TestDeviceCountsWhatItDrops(t *testing.T) {
	client, _ := twoHosts(t)
	c, err := client.DialContext(t.Context(), "udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	// Below the socket, where nobody waits for room.
	const beyond = 10
	for range deviceQueue + beyond {
		c.(*PacketConn).endpoint.Write(bytes.NewReader([]byte("x")), tcpip.WriteOptions{})
	}
	if got, _ := client.DeviceDrops(); got != beyond {
		t.Errorf("%d packets dropped, want %d", got, beyond)
	}
	for range deviceQueue {
		packet(t, client)
	}
}

func TestWriterWaitsForTheDevice(t *testing.T) {
	client, _ := twoHosts(t)
	c, err := client.DialContext(t.Context(), "udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	for i := range deviceRoom + 1 {
		if _, err := c.Write([]byte("x")); err != nil {
			t.Fatalf("write %d: %v", i+1, err)
		}
	}
	c.SetWriteDeadline(time.Now().Add(30 * time.Millisecond))
	if _, err := c.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("write to a full device: %v, want the deadline", err)
	}
	c.SetWriteDeadline(time.Time{})
	done := make(chan error)
	for range 2 {
		go func() { _, err := c.Write([]byte("y")); done <- err }()
	}
	for range 3 {
		packet(t, client)
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Errorf("a waiting write: %v", err)
		}
	}
	if drops, _ := client.DeviceDrops(); drops != 0 {
		t.Errorf("%d packets dropped", drops)
	}
}

func TestDeviceRefusesShortBuffersAndEndsWithClose(t *testing.T) {
	client, _ := twoHosts(t)
	c, err := client.DialContext(t.Context(), "udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("hello"))
	if _, err := client.device.Read(make([]byte, 10)); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("read into 10 bytes: %v", err)
	}
	time.AfterFunc(10*time.Millisecond, func() { client.device.Close() })
	if _, err := client.device.Read(make([]byte, 10)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("read while closing: %v", err)
	}
	if _, err := client.device.Write(make([]byte, 10)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("write after closing: %v", err)
	}
}
