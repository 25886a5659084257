package labtest

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

var lifeRules = []rule[*networkTest]{
	{
		"CloseEndsEverything",
		"Closing the network ends every call on it, lets nothing be opened again, and may be done twice.",
		closeEndsEverything,
	},
	{"SideBySide", "Two networks have the same addresses and nothing else in common.", sideBySide},
	{
		"NothingIsLeft",
		"A closed network leaves no goroutine and no open file behind, whatever was going on.",
		nothingIsLeft,
	},
}

var wireRules = []rule[*networkTest]{
	{"StreamSurvivesLoss", "Where packets are lost, TCP sends them again and every byte arrives.", streamSurvivesLoss},
	{"DatagramsAreLost", "Where every packet is lost, no datagram arrives, and nobody is told.", datagramsAreLost},
	{"DelayIsAdded", "No echo comes back before the delay of both ways has passed.", delayIsAdded},
	{
		"SocketsAreTold",
		"Who asks is told of TCP's congestion window, which begins with ten segments (RFC 6928), and of its round-trip time.",
		socketsAreTold,
	},
}

func closeEndsEverything(t *networkTest) {
	n := t.opened()
	if n.Server().Addr().IsLoopback() {
		t.Skip("localhost is not ours to close")
	}
	near, far := t.pair(n.Client(), n.Server())
	l, p := t.listen(n.Server()), t.listenPacket(n.Server())
	var g errgroup.Group
	for _, call := range []func() error{
		func() error { _, err := near.Read(make([]byte, 1)); return err },
		func() error { _, err := far.Read(make([]byte, 1)); return err },
		func() error { _, err := l.Accept(); return err },
		func() error { _, _, err := p.ReadFrom(make([]byte, 1)); return err },
	} {
		g.Go(func() error {
			if call() == nil {
				t.Error("a call ended without an error")
			}
			return nil
		})
	}
	for range 2 {
		if err := t.within("close the network", n.Close); err != nil {
			t.Errorf("close the network: %v", err)
		}
	}
	_ = t.within("calls on the closed network", g.Wait) // none returns an error
	if c, err := n.Client().DialContext(t.ctx, "tcp", l.Addr().String()); err == nil {
		mustClose(c)
		t.Error("a dial on the closed network succeeded")
	}
	if again, err := n.Server().Listen(t.ctx, "tcp", anyPort(n.Server())); err == nil {
		mustClose(again)
		t.Error("listening on the closed network succeeded")
	}
}

func sideBySide(t *networkTest) {
	one, two := t.network(), t.network()
	if one.Server().Addr().IsLoopback() {
		t.Skip("localhost is one network, however often it is opened")
	}
	if one.Server().Addr() != two.Server().Addr() {
		t.Errorf("servers at %s and %s", one.Server().Addr(), two.Server().Addr())
	}
	l := t.listen(one.Server())
	port := netip.MustParseAddrPort(l.Addr().String()).Port()
	there := netip.AddrPortFrom(two.Server().Addr(), port).String()
	if c, err := two.Client().DialContext(t.ctx, "tcp", there); err == nil {
		mustClose(c)
		t.Error("a client reached the server of another network")
	}
	l2, err := two.Server().Listen(t.ctx, "tcp", there)
	if err != nil {
		t.Fatalf("the same port on the other network: %v", err)
	}
	mustClose(l2)
}

func nothingIsLeft(t *networkTest) {
	t.openUseClose() // so that what is made once and kept exists before
	before := Take()
	for range 20 {
		t.openUseClose()
	}
	if err := before.Compare(patience); err != nil {
		t.Error(err)
	}
}

// openUseClose opens a network, sends something on it, and closes it while its
// sockets are open.
func (t *networkTest) openUseClose() {
	t.Helper()
	n := t.opened()
	defer mustClose(n)
	l, err := n.Server().Listen(t.ctx, "tcp", anyPort(n.Server()))
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	c, err := n.Client().DialContext(t.ctx, "tcp", l.Addr().String())
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	far, err := l.Accept()
	if err != nil {
		t.Fatalf("accept: %v", err)
	}
	t.passes(c, far, []byte("hello"))
	if n.Server().Addr().IsLoopback() {
		mustClose(l) // the system's sockets outlive a network that is not ours
		mustClose(c)
		mustClose(far)
	}
}

func streamSurvivesLoss(t *networkTest) {
	n := t.impaired(testbed.NetworkConfig{Wire: wire.Options{
		Client: link.Conditions{Loss: 0.05}, Server: link.Conditions{Loss: 0.05}, Seed: 1,
	}})
	near, far := t.pair(n.Client(), n.Server())
	data := random(128<<10, 1)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		var g errgroup.Group
		g.Go(func() error { _, err := way[0].Write(data); return err })
		g.Go(func() error { return receiveAll(io.LimitReader(way[1], int64(len(data))), data) })
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	for _, h := range []testbed.Host{n.Client(), n.Server()} {
		if h, ok := h.(interface{ Retransmissions() (int64, error) }); ok {
			if again, err := h.Retransmissions(); err != nil || again == 0 {
				t.Errorf("segments that a host sent again: %d, %v", again, err)
			}
		}
	}
}

func datagramsAreLost(t *networkTest) {
	n := t.impaired(testbed.NetworkConfig{Wire: wire.Options{Client: link.Conditions{Loss: 1}, Seed: 1}})
	client, server := t.datagrams(n)
	for range 10 {
		if _, err := client.Write([]byte("lost")); err != nil {
			t.Fatalf("send: %v", err)
		}
	}
	_ = server.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	t.expired("read", func() error { _, _, err := server.ReadFrom(make([]byte, 10)); return err })
}

func delayIsAdded(t *networkTest) {
	const delay = 30 * time.Millisecond
	oneWay := link.Conditions{Delay: delay}
	n := t.impaired(testbed.NetworkConfig{Wire: wire.Options{Client: oneWay, Server: oneWay}})
	client, server := t.datagrams(n)
	began := time.Now()
	from := t.arrives(client, server, []byte("ping"))
	if took := time.Since(began); took < delay {
		t.Errorf("one way took %v, want at least %v", took, delay)
	}
	if _, err := server.WriteTo([]byte("pong"), from); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 2*delay {
		t.Errorf("there and back took %v, want at least %v", took, 2*delay)
	}
}

func socketsAreTold(t *networkTest) {
	const oneWay = 20 * time.Millisecond
	var mu sync.Mutex
	var states []testbed.Socket
	slow := link.Conditions{Delay: oneWay}
	n := t.impaired(testbed.NetworkConfig{
		Wire: wire.Options{Client: slow, Server: slow},
		Sockets: func(s testbed.Socket) {
			mu.Lock()
			defer mu.Unlock()
			if s.Host == wire.Client {
				states = append(states, s)
			}
		},
	})
	if _, plain := n.Client().(*memoryHost); plain {
		t.Skip("streams in memory have no window")
	}
	near, far := t.pair(n.Client(), n.Server())
	for range 2 {
		if _, err := near.Write([]byte("question")); err != nil {
			t.Fatalf("write: %v", err)
		}
		if _, err := io.ReadFull(far, make([]byte, len("question"))); err != nil {
			t.Fatalf("read: %v", err)
		}
	}
	told := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(states) > 0 && states[len(states)-1].SRTT > 0
	}
	if !t.until(told) {
		t.Fatalf("no round-trip time was told: %+v", states)
	}
	mu.Lock()
	defer mu.Unlock()
	last := states[len(states)-1]
	if last.SRTT < 2*oneWay || last.RTO <= last.SRTT {
		t.Errorf("a round-trip time of %v and a timeout of %v over a path of %v", last.SRTT, last.RTO, 2*oneWay)
	}
	if last.Local != near.LocalAddr().(*net.TCPAddr).AddrPort() || last.Peer != far.LocalAddr().(*net.TCPAddr).AddrPort() {
		t.Errorf("the socket of %v is told as that from %v to %v", near.LocalAddr(), last.Local, last.Peer)
	}
	for _, s := range states {
		if s.Cwnd < 10*1400 || s.Cwnd > 12*1460 { // it grows by what was acknowledged
			t.Errorf("the congestion window is %d bytes at the beginning", s.Cwnd)
		}
	}
}
