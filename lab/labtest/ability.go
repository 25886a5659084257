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
var abilityRules = []rule{
	{"OverflowIsCounted", "Every datagram that a full receive buffer costs is counted: sent = received + overflowed.", overflowIsCounted},
	{"DamageIsCounted", "Every packet that the wire damaged is discarded by a checksum and counted, and none is delivered.", damageIsCounted},
	{"GroupReachesAll", "One datagram to a group, or to the broadcast address, reaches every socket that listens there.", groupReachesAll},
	{"StatesAreNamed", "A host tells which states its TCP sockets are in, as RFC 9293 names them; who says goodbye first waits in TIME-WAIT.", statesAreNamed},
}

// ability is h as an A, or the check is skipped.
func ability[A any](b *bench, h testbed.Host) A {
	b.Helper()
	a, ok := h.(A)
	if !ok {
		b.Skipf("a %T cannot do that", h)
	}
	return a
}

// surplus is how long a check looks out for more than there must be. It may
// miss some where the machine is busy.
const surplus = 100 * time.Millisecond

// count calls a counter of a host.
func (b *bench) count(what string, counter func() (int64, error)) int {
	b.Helper()
	n, err := counter()
	if err != nil {
		b.Fatalf("count %s: %v", what, err)
	}
	return int(n)
}

// drain takes what has arrived, and what arrives within the pause after it.
func (b *bench) drain(c net.PacketConn, pause time.Duration) (received int) {
	b.Helper()
	for buf := make([]byte, 1<<16); ; received++ {
		_ = c.SetReadDeadline(time.Now().Add(pause))
		_, _, err := c.ReadFrom(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return received
		}
		if err != nil {
			b.Fatalf("receive: %v", err)
		}
	}
}

func overflowIsCounted(b *bench) {
	n := b.network()
	overflowed := ability[interface{ Overflowed() (int64, error) }](b, n.Server()).Overflowed
	dropped := ability[interface{ DeviceDrops() (int64, error) }](b, n.Client()).DeviceDrops
	server := b.listenPacket(n.Server())
	if s, ok := server.(interface{ SetReadBuffer(int) error }); ok {
		if err := s.SetReadBuffer(16 << 10); err != nil {
			b.Fatalf("make the receive buffer small: %v", err)
		}
	}
	client := b.dial(n.Client(), server.LocalAddr())
	const sent = 500
	for range sent {
		if _, err := client.Write(make([]byte, 1000)); err != nil {
			b.Fatalf("send: %v", err)
		}
	}
	b.until(func() bool { return b.count("overflows", overflowed) > 0 }) // nobody reads before
	received, over, drops := 0, 0, 0
	b.until(func() bool {
		received += b.drain(server, time.Millisecond)
		over, drops = b.count("overflows", overflowed), b.count("drops", dropped)
		return received+over+drops >= sent
	})
	received += b.drain(server, surplus)
	if over == 0 || received == 0 || received+over+drops != sent {
		b.Errorf("%d sent, %d received, %d overflowed, %d dropped by the device", sent, received, over, drops)
	}
}

func damageIsCounted(b *bench) {
	n := b.impaired(testbed.NetworkConfig{Wire: wire.Options{Client: link.Conditions{Corrupt: 1}, Seed: 1}})
	errorsSeen := ability[interface{ ChecksumErrors() (int64, error) }](b, n.Server()).ChecksumErrors
	server := b.listenPacket(n.Server())
	client := b.dial(n.Client(), server.LocalAddr())
	const sent = 200
	for range sent {
		if _, err := client.Write(make([]byte, 100)); err != nil {
			b.Fatalf("send: %v", err)
		}
	}
	received, seen := 0, 0
	b.until(func() bool {
		received += b.drain(server, time.Millisecond)
		seen = b.count("damaged packets", errorsSeen)
		return received+seen >= sent
	})
	received += b.drain(server, surplus)
	seen = b.count("damaged packets", errorsSeen)
	if received != 0 || seen != sent {
		b.Errorf("%d packets were damaged, %d were counted, %d were delivered", sent, seen, received)
	}
}

// groupListener is a host on which several sockets can share an address.
type groupListener interface {
	ListenGroup(ctx context.Context, address netip.AddrPort) (net.PacketConn, error)
}

func groupReachesAll(b *bench) {
	n := b.network()
	host := ability[groupListener](b, n.Server())
	const receivers, port = 3, 7007
	for _, at := range [][2]string{{"224.0.0.251", "224.0.0.251"}, {"239.1.2.3", "239.1.2.3"}, {"0.0.0.0", "10.0.0.255"}, {"0.0.0.0", "255.255.255.255"}} {
		var listening []net.PacketConn
		for range receivers {
			c, err := host.ListenGroup(b.ctx, netip.AddrPortFrom(netip.MustParseAddr(at[0]), port))
			if err != nil {
				b.Fatalf("listen at %s: %v", at[0], err)
			}
			defer mustClose(c)
			listening = append(listening, c)
		}
		sender := b.listenPacket(n.Client())
		to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(at[1]), port))
		if _, err := sender.WriteTo([]byte("to all"), to); err != nil {
			b.Fatalf("send to %s: %v", to, err)
		}
		for i, c := range listening {
			_ = c.SetReadDeadline(time.Now().Add(patience))
			if _, _, err := c.ReadFrom(make([]byte, 100)); err != nil {
				b.Errorf("receiver %d of %s: %v", i+1, at[1], err)
			}
			if more := b.drain(c, time.Millisecond); more != 0 {
				b.Errorf("receiver %d of %s got %d datagrams too many", i+1, at[1], more)
			}
			mustClose(c)
		}
	}
}

func statesAreNamed(b *bench) {
	n := b.network()
	type stater interface {
		States() (map[string]int, error)
	}
	client, server := ability[stater](b, n.Client()), ability[stater](b, n.Server())
	near, far := b.pair(n.Client(), n.Server())
	b.reaches("the dialer", client.States, "ESTABLISHED")
	mustClose(near)
	b.reaches("the acceptor", server.States, "CLOSE-WAIT")
	mustClose(far)
	b.reaches("the dialer", client.States, "TIME-WAIT")
}

// reaches waits until a host has one socket in that state.
func (b *bench) reaches(who string, states func() (map[string]int, error), want string) {
	b.Helper()
	var got map[string]int
	if !b.until(func() bool {
		var err error
		if got, err = states(); err != nil {
			b.Fatalf("states of %s: %v", who, err)
		}
		return got[want] == 1
	}) {
		b.Fatalf("%s never was in %s: %v", who, want, got)
	}
}
