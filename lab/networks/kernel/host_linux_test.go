package kernel

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"echolab/lab/link"
	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

func openHosts(t *testing.T, s testbed.NetworkConfig) (n testbed.Network, client, server *Host) {
	t.Helper()
	available(t)
	n, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, n.Client().(*Host), n.Server().(*Host)
}

// pair is both ends of a connection.
func pair(t *testing.T, client, server *Host) (near, far *net.TCPConn) {
	t.Helper()
	l, err := server.Listen(t.Context(), "tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	c, err := client.DialContext(t.Context(), "tcp", fmt.Sprintf("10.0.0.2:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn), a.(*net.TCPConn)
}

// option asks f about a socket's file descriptor.
func option[T any](t *testing.T, c *net.TCPConn, f func(fd int) (T, error)) T {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var value T
	if err := control(raw, func(fd int) (err error) { value, err = f(fd); return err }); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestCongestionControlIsSetOnEverySocket(t *testing.T) {
	for _, name := range strings.Fields(firstLine("/proc/sys/net/ipv4/tcp_available_congestion_control")) {
		_, client, server := openHosts(t, testbed.NetworkConfig{Congestion: name})
		near, far := pair(t, client, server)
		for _, c := range []*net.TCPConn{near, far} {
			got := option(t, c, func(fd int) (string, error) {
				return unix.GetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION)
			})
			if got = strings.TrimRight(got, "\x00"); got != name {
				t.Errorf("a socket has %q, want %q", got, name)
			}
		}
	}
}

func TestUnknownCongestionControlNamesTheKnown(t *testing.T) {
	available(t)
	_, err := Open(t.Context(), testbed.NetworkConfig{Congestion: "hope"})
	if err == nil || !strings.Contains(err.Error(), `"hope"`) || !strings.Contains(err.Error(), "reno") {
		t.Errorf("open with congestion control hope: %v", err)
	}
}

func TestSocketsArePlainTCP(t *testing.T) {
	_, client, server := openHosts(t, testbed.NetworkConfig{})
	near, far := pair(t, client, server)
	for _, c := range []*net.TCPConn{near, far} {
		alive := option(t, c, func(fd int) (int, error) { return unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE) })
		protocol := option(t, c, func(fd int) (int, error) { return unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL) })
		if alive != 0 || protocol != unix.IPPROTO_TCP {
			t.Errorf("keepalive %d, protocol %d", alive, protocol)
		}
	}
}

func TestMTUBoundsSegments(t *testing.T) {
	const mtu = 576
	largest := 0
	tap := func(e wire.Event) { largest = max(largest, len(e.Packet)) }
	n, client, server := openHosts(t, testbed.NetworkConfig{MTU: mtu, Taps: []wire.Tap{tap}})
	near, far := pair(t, client, server)
	go near.Write(make([]byte, 100_000))
	for got, buf := 0, make([]byte, 100_000); got < len(buf); {
		k, err := far.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got += k
	}
	n.Close()
	if largest != mtu {
		t.Errorf("the largest packet had %d bytes, want %d", largest, mtu)
	}
}

func TestBadSetupsAreRefused(t *testing.T) {
	for _, s := range []testbed.NetworkConfig{
		{MTU: 67}, {MTU: 65536}, {MTU: -1},
		{Wire: wire.Options{Client: link.Conditions{Loss: 2}}},
	} {
		if n, err := Open(t.Context(), s); err == nil {
			n.Close()
			t.Errorf("%+v opened", s)
		}
	}
}

func TestNothingOutsideChanges(t *testing.T) {
	available(t)
	before := outside(t)
	n, err := Open(t.Context(), testbed.NetworkConfig{})
	if err != nil {
		t.Fatal(err)
	}
	during := outside(t)
	n.Close()
	if after := outside(t); before != during || before != after {
		t.Errorf("before:\n%s\nduring:\n%s\nafter:\n%s", before, during, after)
	}
}

// outside is what can be seen of the process's own network namespace.
func outside(t *testing.T) string {
	t.Helper()
	ns, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{ns}
	for _, i := range interfaces {
		names = append(names, fmt.Sprint(i.Name, i.Flags, i.MTU))
	}
	for setting := range settings {
		names = append(names, setting, firstLine("/proc/sys/"+setting))
	}
	slices.Sort(names[1:])
	return strings.Join(names, "\n")
}

// A packet that a host sent on its own would pass before the one that is
// waited for.
func TestHostsAreSilent(t *testing.T) {
	var seen []string
	n, client, server := openHosts(t, testbed.NetworkConfig{Taps: []wire.Tap{func(e wire.Event) {
		seen = append(seen, fmt.Sprintf("%v %s %x", e.From, e.Cause, e.Packet))
	}}})
	inbox, err := server.ListenPacket(t.Context(), "udp", ":7")
	if err != nil {
		t.Fatal(err)
	}
	inbox.SetDeadline(time.Now().Add(200 * time.Millisecond))
	inbox.ReadFrom(make([]byte, 1)) // what hosts say when they come up, they have said by then
	c, err := client.DialContext(t.Context(), "udp", "10.0.0.2:7")
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("hello"))
	inbox.SetDeadline(time.Now().Add(10 * time.Second))
	if _, _, err := inbox.ReadFrom(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	n.Close()
	const events = 2 // offered and delivered
	if len(seen) != events {
		t.Errorf("%d events, want %d: %q", len(seen), events, seen)
	}
}

func TestDeviceDropsAreCounted(t *testing.T) {
	available(t)
	h, err := newHost(networks.ClientPlan, testbed.NetworkConfig{MTU: testbed.DefaultMTU})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	c, err := h.DialContext(t.Context(), "udp", "10.0.0.2:7") // a host without a wire: nobody reads the device
	if err != nil {
		t.Fatal(err)
	}
	const beyond = 100
	for range deviceQueue + beyond {
		c.Write([]byte("x"))
	}
	if got, err := h.DeviceDrops(); got != beyond || err != nil {
		t.Errorf("%d packets dropped, %v, want %d", got, err, beyond)
	}
}
