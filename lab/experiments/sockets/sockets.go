// Package sockets is the lesson "Sockets and ports". What it tells is in en.md and ko.md.
package sockets

import (
	"context"
	"net/netip"
	"runtime"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:     "sockets",
	Also:   []string{"socket", "bind", "accept", "listening socket", "ports"},
	Prose:  experiments.Read("sockets"),
	Place:  experiments.OnSystem,
	Run:    experiments.SideBySide(countSockets, rows),
	Lesson: packet.Lesson{Together: true},
	Claims: socketsClaims,
}

// socketCounts is what the system knows of one transport's server and its clients.
type socketCounts struct {
	known       bool // the system has a table; else the first four are not
	sockets     int
	ports       int
	states      text.Phrase
	after       int
	clientPorts int
	sessions    int
	anyAddress  int
}

var rows = []experiments.Row[socketCounts]{
	{
		ID: "server_sockets", Label: "Server's sockets", Unit: "count", Headline: true,
		Basis: text.Say("one that listens and one a client (accept(2)); UDP has one for all"),
		Cell: func(t testbed.Transport, c socketCounts) result.Cell {
			return c.ifKnown(result.Num(c.sockets)).ExpectExactly(probe.Either(t.Stream, 3.0, 1.0))
		},
	},
	{
		ID: "server_ports", Label: "Server's ports", Unit: "count", Headline: true,
		Basis: text.Say("accepted sockets keep the listening one's port (RFC 9293 3.3.2)"),
		Cell: func(_ testbed.Transport, c socketCounts) result.Cell {
			return c.ifKnown(result.Num(c.ports)).ExpectExactly(1)
		},
	},
	{
		ID: "states", Label: "Their states",
		Cell: func(t testbed.Transport, c socketCounts) result.Cell {
			return c.ifKnown(result.Word(c.states)).ExpectWord(probe.Either(t.Stream, "LISTEN, 2 ESTABLISHED", unconnected))
		},
	},
	{
		ID: "client_ports", Label: "Ports of two clients", Unit: "count",
		Cell: func(_ testbed.Transport, c socketCounts) result.Cell {
			return result.Number(c.clientPorts).ExpectExactly(2)
		},
	},
	{
		ID: "sessions", Label: "Sessions of a client", Unit: "count",
		Cell: func(_ testbed.Transport, c socketCounts) result.Cell {
			return result.Number(c.sessions).ExpectExactly(2)
		},
	},
	{
		ID: "any_address", Label: "Reached on 0.0.0.0", Unit: "count",
		Basis: text.Say("of 127.0.0.1 and 127.0.0.2; Linux owns both, and UDP answers from the first, " +
			"which a client of the second does not hear"),
		Cell: func(t testbed.Transport, c socketCounts) result.Cell {
			cell := result.Number(c.anyAddress)
			if n := reachedOn(runtime.GOOS, t); n > 0 {
				return cell.ExpectExactly(float64(n))
			}
			return cell
		},
	},
	{
		ID: "sockets_after_close", Label: "Sockets after close", Unit: "count",
		Cell: func(_ testbed.Transport, c socketCounts) result.Cell {
			return c.ifKnown(result.Num(c.after)).ExpectExactly(0)
		},
	},
}

// ifKnown is a cell with what the system's table says, where there is one.
func (c socketCounts) ifKnown(v result.Value) result.Cell {
	if !c.known {
		return result.Cell{}
	}
	return result.Measured(v)
}

// reachedOn is at how many of the loopback addresses that reachable tries a server on
// 0.0.0.0 answers; 0 where the system's manual does not say. Linux owns all of
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

// The networks that are counted on, each with a seed of its own.
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
	if !c.known {
		b.Warnf("sockets: this system has no table to read, so nobody counted the server's sockets")
	} else if c.after, err = socketsLeft(ctx, t, server, clients); err != nil {
		return c, err
	}
	c.anyAddress, err = reachable(ctx, b.Attempt(anyAddress), t)
	return c, err
}

// twoClients counts while two clients talk to a server, and closes all.
func (c *socketCounts) twoClients(
	ctx context.Context, b *testbed.Bench, t testbed.Transport,
) (server netip.AddrPort, clients []netip.AddrPort, err error) {
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

// reachable binds a server to 0.0.0.0 and counts the loopback addresses at which it
// answers.
func reachable(ctx context.Context, b *testbed.Bench, t testbed.Transport) (n int, err error) {
	network, err := b.Open(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer probe.Close(network, &err)
	err = probe.WithServer(ctx, network, t, "0.0.0.0:0", testbed.ServerOptions{}, func(server testbed.Server) error {
		for _, address := range []string{"127.0.0.1", "127.0.0.2"} {
			to := netip.AddrPortFrom(netip.MustParseAddr(address), probe.PortOf(server.Addr()))
			if answers(ctx, network, t, to.String()) {
				n++
			}
		}
		return nil
	})
	return n, err
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
