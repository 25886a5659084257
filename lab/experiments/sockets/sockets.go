// Package sockets is the lesson "Sockets and ports". What it tells is in en.md and ko.md.
package sockets

import (
	"context"
	"embed"

	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "sockets",
	Also:  []string{"socket", "bind", "accept", "listening socket", "ports"},
	Prose: experiments.Read(pages),
	Place: experiments.OnSystem,
	Run:   runSockets,
	Lesson: packet.Lesson{
		Together: true,
	},
	Claims: socketsClaims,
}

// socketCounts is what the system knows of one transport's server and its clients.
type socketCounts struct {
	known       bool // the system has a table; else the first four are not
	sockets     int
	ports       int
	states      string
	after       int
	clientPorts int
	sessions    int
	anyAddress  int
}

func runSockets(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (socketCounts, error) {
		return countSockets(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	number := result.Row("server_sockets", "Server's sockets", "count")
	ports := result.Row("server_ports", "Server's ports", "count")
	states := result.Row("states", "Their states", "")
	clients := result.Row("client_ports", "Ports of two clients", "count")
	sessions := result.Row("sessions", "Sessions of a client", "count")
	anywhere := result.Row("any_address", "Reached on 0.0.0.0", "count")
	after := result.Row("sockets_after_close", "Sockets after close", "count")
	for _, t := range b.Transports {
		c := found[t.Name]
		if c.known {
			number.Set(t.Name, result.Num(c.sockets))
			ports.Set(t.Name, result.Num(c.ports))
			states.Set(t.Name, result.Word(text.Phrase(c.states)))
			after.Set(t.Name, result.Num(c.after))
		} else {
			b.Warnf("sockets: this system has no table to read, so nobody counted the server's sockets")
		}
		clients.Set(t.Name, result.Num(c.clientPorts))
		sessions.Set(t.Name, result.Num(c.sessions))
		anywhere.Set(t.Name, result.Num(c.anyAddress))
		number.ExpectExactly(t.Name, 1)
		states.ExpectWord(t.Name, text.Phrase(unconnected))
		if t.Stream {
			number.ExpectExactly(t.Name, 3)
			states.ExpectWord(t.Name, "LISTEN, 2 ESTABLISHED")
		}
		ports.ExpectExactly(t.Name, 1)
		clients.ExpectExactly(t.Name, 2)
		sessions.ExpectExactly(t.Name, 2)
		if n := reachedOn(runtime.GOOS, t); n > 0 {
			anywhere.ExpectExactly(t.Name, float64(n))
		}
		after.ExpectExactly(t.Name, 0)
	}
	number.Because("one that listens and one a client (accept(2)); UDP has one for all")
	ports.Because("accepted sockets keep the listening one's port (RFC 9293 3.3.2)")
	anywhere.Because("of 127.0.0.1 and 127.0.0.2; Linux owns both, and UDP answers from the first, which a client of the second does not hear")
	return result.Rows(2, number, ports, states, clients, sessions, anywhere, after), nil
}

// reachedOn is at how many of the loopback addresses that reachable tries a
// server on 0.0.0.0 is heard; 0 where nobody says. Linux owns all of
// 127.0.0.0/8, macOS 127.0.0.1. What a UDP server sends to 127.0.0.1 comes from
// 127.0.0.1 (RFC 1122 section 4.1.3.5 lets the system choose), and a client
// that is connected to 127.0.0.2 takes nothing from there.
func reachedOn(system string, t testbed.Transport) int {
	switch {
	case system == "darwin", system == "linux" && !t.Connected:
		return 1
	case system == "linux":
		return 2
	}
	return 0
}

// The networks that a census needs, each with chances of its own.
const (
	ownAddress = iota
	anyAddress
)

// countSockets connects two clients and counts.
func countSockets(ctx context.Context, b *testbed.Bench, t testbed.Transport) (c socketCounts, err error) {
	server, clients, err := c.twoClients(ctx, b.Attempt(ownAddress), t)
	if err != nil {
		return c, err
	}
	if c.known {
		if c.after, err = socketsLeft(ctx, t, server, clients); err != nil {
			return c, err
		}
	}
	c.anyAddress, err = reachable(ctx, b.Attempt(anyAddress), t)
	return c, err
}

// twoClients counts while two clients talk to a server, and closes all.
func (c *socketCounts) twoClients(ctx context.Context, b *testbed.Bench, t testbed.Transport) (server netip.AddrPort, clients []netip.AddrPort, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		return server, nil, err
	}
	defer probe.Close(s, &err)
	second, err := t.Dial(ctx, s.Network.Client(), s.Server.Addr().String(), testbed.ClientOptions{})
	if err != nil {
		return server, nil, err
	}
	defer probe.Close(second, &err)
	both := []testbed.Client{s.Client, second}
	c.sessions = countSessions(both)
	ports := map[uint16]bool{}
	for _, client := range both {
		at := addrPort(client.LocalAddr())
		clients = append(clients, at)
		ports[at.Port()] = true
	}
	c.clientPorts = len(ports)
	server = addrPort(s.Server.Addr())
	own, err := ownSockets(t, server, clients)
	if err != nil && !hidden(err) {
		return server, clients, err
	}
	c.known = err == nil
	c.count(own)
	return server, clients, nil
}

// tableTries bounds how often the system's table is read.
const tableTries = 10

// ownSockets reads the server's sockets from the system's table until it has found
// the same ones twice. Linux prints the table in pieces: when anybody else's socket
// comes or goes meanwhile, one of ours may stand there twice, or not at all.
func ownSockets(t testbed.Transport, server netip.AddrPort, clients []netip.AddrPort) (own []entry, err error) {
	for try := range tableTries {
		table, err := socketTable(t.Network)
		if err != nil {
			return nil, err
		}
		before := own
		if own = distinct(ofServer(table, server, clients)); try > 0 && slices.Equal(own, before) {
			break
		}
	}
	return own, nil
}

// distinct leaves out what stands there a second time.
func distinct(all []entry) (once []entry) {
	for _, e := range all {
		if !slices.Contains(once, e) {
			once = append(once, e)
		}
	}
	return once
}

// hidden reports whether a system has no table, or shows it to nobody.
func hidden(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// countSessions counts the clients that have an echo while all are connected.
// One that nobody answers, because the server is busy with another, is none.
func countSessions(clients []testbed.Client) (n int) {
	for _, client := range clients {
		if probe.EchoOnce(client, []byte("count me"), make([]byte, 8)) == nil {
			n++
		}
	}
	return n
}

// count counts the server's sockets, their ports and their states.
func (c *socketCounts) count(own []entry) {
	ports, states := map[uint16]bool{}, map[state]int{}
	for _, e := range own {
		ports[e.local.Port()] = true
		states[e.state]++
	}
	c.sockets, c.ports, c.states = len(own), len(ports), describe(states)
}

// entry is a socket in the system's table.
type entry struct {
	local, peer netip.AddrPort // the peer's port is 0 where there is none
	state       state
}

// state is what the system's table says of a socket; "" is any other, of a
// connection that opens or closes.
type state string

const (
	listening   state = "LISTEN"
	established state = "ESTABLISHED"
	timeWait    state = "TIME-WAIT"
	unconnected state = "UNCONNECTED" // of UDP
)

// ofServer are the sockets with which a server serves: the one that is bound
// where it listens, and those that are tied to one of its clients, whatever
// port they have.
func ofServer(table []entry, server netip.AddrPort, clients []netip.AddrPort) (own []entry) {
	for _, e := range table {
		waits := e.local == server && e.peer.Port() == 0
		if serving(e.state) && (waits || slices.Contains(clients, e.peer)) {
			own = append(own, e)
		}
	}
	return own
}

// serving reports whether a socket still does something for the server. One
// in TIME-WAIT or another closing state only remembers.
func serving(s state) bool { return s == listening || s == established || s == unconnected }

func describe(states map[state]int) string {
	var words []string
	for _, s := range []state{listening, established, unconnected} {
		switch n := states[s]; {
		case n == 1:
			words = append(words, string(s))
		case n > 1:
			words = append(words, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(words, ", ")
}

// addrPort is the address of a socket as the system's table has it.
func addrPort(a net.Addr) netip.AddrPort {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{} // no address of this system's
	}
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// socketsLeft counts the sockets that still serve after everybody closed. The
// system takes a moment to notice.
func socketsLeft(ctx context.Context, t testbed.Transport, server netip.AddrPort, clients []netip.AddrPort) (left int, err error) {
	for deadline := time.Now().Add(time.Second); ; {
		table, err := socketTable(t.Network)
		if err != nil {
			return 0, err
		}
		left = len(ofServer(table, server, clients))
		if left == 0 || time.Now().After(deadline) {
			return left, nil
		}
		if err := probe.Pause(ctx, 5*time.Millisecond); err != nil {
			return left, err
		}
	}
}

// reachable binds a server to 0.0.0.0 and counts the loopback addresses that
// reach it. Linux answers on all of 127.0.0.0/8, other systems on 127.0.0.1.
func reachable(ctx context.Context, b *testbed.Bench, t testbed.Transport) (n int, err error) {
	network, err := b.Open(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer probe.Close(network, &err)
	server, err := t.Listen(ctx, network.Server(), "0.0.0.0:0", testbed.ServerOptions{})
	if err != nil {
		return 0, fmt.Errorf("listen on 0.0.0.0: %w", err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve() }()
	defer func() {
		probe.Close(server, &err)
		err = errors.Join(err, <-stopped)
	}()
	for _, address := range []string{"127.0.0.1", "127.0.0.2"} {
		to := netip.AddrPortFrom(netip.MustParseAddr(address), probe.PortOf(server.Addr()))
		if answers(ctx, network, t, to.String()) {
			n++
		}
	}
	return n, nil
}

// answers reports whether a server at that address echoes.
func answers(ctx context.Context, n testbed.Network, t testbed.Transport, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, probe.Silence)
	defer cancel()
	c, err := t.Dial(ctx, n.Client(), address, testbed.ClientOptions{})
	if err != nil {
		return false
	}
	defer probe.Close(c, &err)
	deadline, _ := ctx.Deadline()
	if c.SetDeadline(deadline) != nil || c.Send([]byte("anybody?")) != nil {
		return false
	}
	got, err := c.Receive(make([]byte, 8))
	return err == nil && got == 8
}
