package labtest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// abilityRules are for what only some hosts can do; the others skip them.
var abilityRules = []rule[*networkTest]{
	{
		"OverflowIsCounted",
		"Every datagram that a full receive buffer costs is counted: sent = received + overflowed.",
		overflowIsCounted,
	},
	{
		"DamageIsCounted",
		"Every packet that the wire damaged is discarded by a checksum and counted, and none is delivered.",
		damageIsCounted,
	},
	{
		"GroupReachesAll",
		"One datagram to a group, or to the broadcast address, reaches every socket that listens there.",
		groupReachesAll,
	},
	{
		"StatesAreNamed",
		"A host names the states of its TCP sockets as RFC 9293 does; the side that closes first waits in TIME-WAIT.",
		statesAreNamed,
	},
}

// ability is h as an A, or the check is skipped.
func ability[A any](t *networkTest, h testbed.Host) A {
	t.Helper()
	a, ok := h.(A)
	if !ok {
		t.Skipf("a %T cannot do that", h)
	}
	return a
}

// surplus is how long a check looks out for more than there must be. It may
// miss some where the machine is busy.
const surplus = 100 * time.Millisecond

// count calls a counter of a host.
func (t *networkTest) count(what string, counter func() (int64, error)) int {
	t.Helper()
	n, err := counter()
	if err != nil {
		t.Fatalf("count %s: %v", what, err)
	}
	return int(n)
}

// drain takes what has arrived, and what arrives within the pause after it.
func (t *networkTest) drain(c net.PacketConn, pause time.Duration) (received int) {
	t.Helper()
	for buf := make([]byte, 1<<16); ; received++ {
		_ = c.SetReadDeadline(time.Now().Add(pause))
		_, _, err := c.ReadFrom(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return received
		}
		if err != nil {
			t.Fatalf("receive: %v", err)
		}
	}
}

func overflowIsCounted(t *networkTest) {
	n := t.network()
	overflowed := ability[interface{ Overflowed() (int64, error) }](t, n.Server()).Overflowed
	dropped := ability[interface{ DeviceDrops() (int64, error) }](t, n.Client()).DeviceDrops
	server := t.listenPacket(n.Server())
	if s, ok := server.(interface{ SetReadBuffer(int) error }); ok {
		if err := s.SetReadBuffer(16 << 10); err != nil {
			t.Fatalf("make the receive buffer small: %v", err)
		}
	}
	client := t.dial(n.Client(), server.LocalAddr())
	const sent = 500
	for range sent {
		if _, err := client.Write(make([]byte, 1000)); err != nil {
			t.Fatalf("send: %v", err)
		}
	}
	t.until(func() bool { return t.count("overflows", overflowed) > 0 }) // only then anything is read
	received, over, drops := 0, 0, 0
	t.until(func() bool {
		received += t.drain(server, time.Millisecond)
		over, drops = t.count("overflows", overflowed), t.count("drops", dropped)
		return received+over+drops >= sent
	})
	received += t.drain(server, surplus)
	if over == 0 || received == 0 || received+over+drops != sent {
		t.Errorf("%d sent, %d received, %d overflowed, %d dropped by the device", sent, received, over, drops)
	}
}

func damageIsCounted(t *networkTest) {
	n := t.impaired(testbed.NetworkConfig{Wire: wire.Options{Client: link.Conditions{Corrupt: 1}, Seed: 1}})
	errorsSeen := ability[interface{ ChecksumErrors() (int64, error) }](t, n.Server()).ChecksumErrors
	client, server := t.datagrams(n)
	const sent = 200
	for range sent {
		if _, err := client.Write(make([]byte, 100)); err != nil {
			t.Fatalf("send: %v", err)
		}
	}
	received, seen := 0, 0
	t.until(func() bool {
		received += t.drain(server, time.Millisecond)
		seen = t.count("damaged packets", errorsSeen)
		return received+seen >= sent
	})
	received += t.drain(server, surplus)
	seen = t.count("damaged packets", errorsSeen)
	if received != 0 || seen != sent {
		t.Errorf("%d packets were damaged, %d were counted, %d were delivered", sent, seen, received)
	}
}

// groupListener is a host on which several sockets can share an address.
type groupListener interface {
	ListenGroup(ctx context.Context, address netip.AddrPort) (net.PacketConn, error)
}

func groupReachesAll(t *networkTest) {
	n := t.network()
	host := ability[groupListener](t, n.Server())
	const receivers, port = 3, 7007
	for _, at := range [][2]string{
		{"224.0.0.251", "224.0.0.251"}, {"239.1.2.3", "239.1.2.3"}, {"0.0.0.0", "10.0.0.255"}, {"0.0.0.0", "255.255.255.255"},
	} {
		var listening []net.PacketConn
		for range receivers {
			c, err := host.ListenGroup(t.ctx, netip.AddrPortFrom(netip.MustParseAddr(at[0]), port))
			if err != nil {
				t.Fatalf("listen at %s: %v", at[0], err)
			}
			defer mustClose(c)
			listening = append(listening, c)
		}
		sender := t.listenPacket(n.Client())
		to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(at[1]), port))
		if _, err := sender.WriteTo([]byte("to all"), to); err != nil {
			t.Fatalf("send to %s: %v", to, err)
		}
		for i, c := range listening {
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, _, err := c.ReadFrom(make([]byte, 100)); err != nil {
				t.Errorf("receiver %d of %s: %v", i+1, at[1], err)
			}
			if more := t.drain(c, time.Millisecond); more != 0 {
				t.Errorf("receiver %d of %s got %d datagrams too many", i+1, at[1], more)
			}
			mustClose(c)
		}
	}
}

func statesAreNamed(t *networkTest) {
	n := t.network()
	type stater interface {
		States() (map[string]int, error)
	}
	client, server := ability[stater](t, n.Client()), ability[stater](t, n.Server())
	near, far := t.pair(n.Client(), n.Server())
	t.reaches("the dialer", client.States, "ESTABLISHED")
	mustClose(near)
	t.reaches("the acceptor", server.States, "CLOSE-WAIT")
	mustClose(far)
	t.reaches("the dialer", client.States, "TIME-WAIT")
}

// reaches waits until a host has one socket in that state.
func (t *networkTest) reaches(who string, states func() (map[string]int, error), want string) {
	t.Helper()
	var got map[string]int
	if !t.until(func() bool {
		var err error
		if got, err = states(); err != nil {
			t.Fatalf("states of %s: %v", who, err)
		}
		return got[want] == 1
	}) {
		t.Fatalf("%s never was in %s: %v", who, want, got)
	}
}
