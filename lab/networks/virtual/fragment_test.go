package virtual

import (
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestFragmentsMixed: datagrams are put together again although the fragments
// of several are under way at the same time, in any order.
func TestFragmentsMixed(t *testing.T) {
	const count, size = 20, 4000
	n, err := Open(t.Context(), testbed.NetworkConfig{Wire: wire.Options{
		Client: link.Conditions{Delay: 4 * time.Millisecond, Jitter: 4 * time.Millisecond}, Seed: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	server, err := n.Server().ListenPacket(t.Context(), "udp", n.Server().Addr().String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := n.Client().DialContext(t.Context(), "udp", server.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	for i := range count {
		datagram := make([]byte, size)
		datagram[0], datagram[size-1] = byte(i), byte(i)
		if _, err := client.Write(datagram); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	seen := map[byte]bool{}
	for buf := make([]byte, size+1); len(seen) < count; {
		got, _, err := server.ReadFrom(buf)
		if err != nil {
			t.Fatalf("after %d of %d datagrams: %v", len(seen), count, err)
		}
		if got != size || buf[0] != buf[size-1] || seen[buf[0]] {
			t.Errorf("%d bytes that begin with %d and end with %d", got, buf[0], buf[size-1])
		}
		seen[buf[0]] = true
	}
}
