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

// rule is one promise, with a test that receives a T.
type rule[T any] struct {
	name string
	why  string
	test func(T)
}

// TestNetwork checks that the networks that open makes keep the promises of
// testbed.Network and testbed.Host. Run it with -race. It can miss a fault, but
// does not invent one.
func TestNetwork(t *testing.T, open Open) {
	for _, rules := range [][]rule[*networkTest]{streamRules, datagramRules, lifeRules, wireRules, abilityRules} {
		for _, r := range rules {
			t.Run(r.name, func(t *testing.T) {
				explain(t, r.why)
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				r.test(&networkTest{T: t, open: open, ctx: ctx})
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

// networkTest is what a check of a network works with.
type networkTest struct {
	*testing.T
	open Open
	ctx  context.Context
}

// network opens a network and closes it when the check is over.
func (t *networkTest) network() testbed.Network {
	t.Helper()
	n := t.opened()
	t.closeLater(n)
	return n
}

// opened opens a network for a check that closes it itself.
func (t *networkTest) opened() testbed.Network {
	t.Helper()
	n, err := t.open(testbed.NetworkConfig{})
	if err != nil {
		t.Fatalf("open the network: %v", err)
	}
	return n
}

// impaired is network, but skips the check where conditions cannot act.
func (t *networkTest) impaired(s testbed.NetworkConfig) testbed.Network {
	t.Helper()
	n, err := t.open(s)
	if err != nil {
		t.Skipf("this network takes no conditions: %v", err)
	}
	t.closeLater(n)
	return n
}

func (t *networkTest) closeLater(n testbed.Network) {
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("close the network: %v", err)
		}
	})
}

// mustClose closes what a check no longer needs; other checks test Close.
func mustClose(c io.Closer) { _ = c.Close() }

func (t *networkTest) listen(h testbed.Host) net.Listener {
	t.Helper()
	l, err := h.Listen(t.ctx, "tcp", anyPort(h))
	if err != nil {
		t.Fatalf("listen on %s: %v", h.Addr(), err)
	}
	t.Cleanup(func() { mustClose(l) })
	return l
}

func (t *networkTest) listenPacket(h testbed.Host) net.PacketConn {
	t.Helper()
	c, err := h.ListenPacket(t.ctx, "udp", anyPort(h))
	if err != nil {
		t.Fatalf("listen for datagrams on %s: %v", h.Addr(), err)
	}
	t.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

func (t *networkTest) dial(h testbed.Host, to net.Addr) net.Conn {
	t.Helper()
	c, err := h.DialContext(t.ctx, to.Network(), to.String())
	if err != nil {
		t.Fatalf("dial %s %s from %s: %v", to.Network(), to, h.Addr(), err)
	}
	t.Cleanup(func() { mustClose(c) })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// pair is both ends of a fresh TCP connection, the dialer's first.
func (t *networkTest) pair(from, to testbed.Host) (near, far net.Conn) {
	t.Helper()
	l := t.listen(to)
	defer mustClose(l)
	near = t.dial(from, l.Addr())
	far, err := l.Accept()
	if err != nil {
		t.Fatalf("accept on %s: %v", l.Addr(), err)
	}
	t.Cleanup(func() { mustClose(far) })
	_ = far.SetDeadline(time.Now().Add(patience))
	return near, far
}

// connection is a pair between the hosts of a fresh network.
func (t *networkTest) connection() (near, far net.Conn) {
	t.Helper()
	n := t.network()
	return t.pair(n.Client(), n.Server())
}

// datagrams are a socket of the server and one of the client that is connected
// to it.
func (t *networkTest) datagrams(n testbed.Network) (client net.Conn, server net.PacketConn) {
	t.Helper()
	server = t.listenPacket(n.Server())
	return t.dial(n.Client(), server.LocalAddr()), server
}

// unusedPort is an address of h with a closed port.
func (t *networkTest) unusedPort(h testbed.Host) netip.AddrPort {
	t.Helper()
	l := t.listen(h)
	defer mustClose(l)
	return netip.MustParseAddrPort(l.Addr().String())
}

func anyPort(h testbed.Host) string { return netip.AddrPortFrom(h.Addr(), 0).String() }

// within fails the check if f has not returned after patience.
func (t *networkTest) within(what string, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatalf("%s: still waiting after %v", what, patience)
		return nil
	}
}

// until waits for a condition that other goroutines bring about, or the system,
// and reports whether it came in time.
func (t *networkTest) until(ok func() bool) bool {
	t.Helper()
	for !ok() {
		select {
		case <-time.After(time.Millisecond):
		case <-t.ctx.Done():
			return false
		}
	}
	return true
}
