// Package labtest holds the rules that networks and transports keep, as tests
// that any implementation can run: TestNetwork and TestTransport. Every rule
// has a name and a sentence that says why it matters; a failure prints it.
//
// Memory is a network without packets for tests in virtual time.
package labtest

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"echolab/lab/testbed"
)

// patience bounds every wait of a check. It is far longer than any of them
// takes, so that a busy machine does not fail a good network.
const patience = 20 * time.Second

// Open opens the network under test.
type Open func(testbed.NetworkConfig) (testbed.Network, error)

// rule is one thing that every network promises.
type rule struct {
	name string
	why  string
	test func(*bench)
}

// TestNetwork checks that the networks that open makes keep the promises of
// lab.Network and lab.Host. Run it with -race. It can miss a fault, but does
// not invent one.
func TestNetwork(t *testing.T, open func(testbed.NetworkConfig) (testbed.Network, error)) {
	for _, rules := range [][]rule{streamRules, datagramRules, lifeRules, wireRules, abilityRules} {
		for _, r := range rules {
			t.Run(r.name, func(t *testing.T) {
				explain(t, r.why)
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				r.test(&bench{T: t, open: open, ctx: ctx})
			})
		}
	}
}

// explain prints the rule if the test fails.
func explain(t *testing.T, why string) {
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("the rule: " + why)
		}
	})
}

// bench is what a check works with.
type bench struct {
	*testing.T
	open Open
	ctx  context.Context
}

// network opens a network and closes it when the check is over.
func (b *bench) network() testbed.Network {
	b.Helper()
	n, err := b.open(testbed.NetworkConfig{})
	if err != nil {
		b.Fatalf("open the network: %v", err)
	}
	b.closeLater(n)
	return n
}

// impaired is network, but skips the check where conditions cannot act.
func (b *bench) impaired(s testbed.NetworkConfig) testbed.Network {
	b.Helper()
	n, err := b.open(s)
	if err != nil {
		b.Skipf("this network takes no conditions: %v", err)
	}
	b.closeLater(n)
	return n
}

func (b *bench) closeLater(n testbed.Network) {
	b.Cleanup(func() {
		if err := n.Close(); err != nil {
			b.Errorf("close the network: %v", err)
		}
	})
}

// shut closes what a check is done with. How things close is the matter of
// checks of their own.
func mustClose(c io.Closer) { _ = c.Close() }

func (b *bench) listen(h testbed.Host) net.Listener {
	b.Helper()
	l, err := h.Listen(b.ctx, "tcp", anyPort(h))
	if err != nil {
		b.Fatalf("listen on %s: %v", h.Addr(), err)
	}
	b.Cleanup(func() { mustClose(l) })
	return l
}

func (b *bench) listenPacket(h testbed.Host) net.PacketConn {
	b.Helper()
	c, err := h.ListenPacket(b.ctx, "udp", anyPort(h))
	if err != nil {
		b.Fatalf("listen for datagrams on %s: %v", h.Addr(), err)
	}
	b.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

func (b *bench) dial(h testbed.Host, to net.Addr) net.Conn {
	b.Helper()
	c, err := h.DialContext(b.ctx, to.Network(), to.String())
	if err != nil {
		b.Fatalf("dial %s %s from %s: %v", to.Network(), to, h.Addr(), err)
	}
	b.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// pair is both ends of a fresh TCP connection, the dialer's first.
func (b *bench) pair(from, to testbed.Host) (near, far net.Conn) {
	b.Helper()
	l := b.listen(to)
	defer mustClose(l)
	near = b.dial(from, l.Addr())
	far, err := l.Accept()
	if err != nil {
		b.Fatalf("accept on %s: %v", l.Addr(), err)
	}
	b.Cleanup(func() { mustClose(far) })
	_ = far.SetDeadline(time.Now().Add(patience))
	return near, far
}

// unusedPort is an address of h where nobody listens.
func (b *bench) unusedPort(h testbed.Host) netip.AddrPort {
	b.Helper()
	l := b.listen(h)
	defer mustClose(l)
	return netip.MustParseAddrPort(l.Addr().String())
}

func anyPort(h testbed.Host) string { return netip.AddrPortFrom(h.Addr(), 0).String() }

// within fails the check if f has not returned after patience.
func (b *bench) within(what string, f func() error) error {
	b.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		b.Fatalf("%s: still waiting after %v", what, patience)
		return nil
	}
}

// until waits for a condition that other goroutines bring about, or the system,
// and reports whether it came in time.
func (b *bench) until(ok func() bool) bool {
	b.Helper()
	for !ok() {
		select {
		case <-time.After(time.Millisecond):
		case <-b.ctx.Done():
			return false
		}
	}
	return true
}
