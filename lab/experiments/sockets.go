package experiments

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"echolab/lab"
)

var sockets = lab.Experiment{
	ID:       "sockets",
	Title:    "Sockets and ports",
	Question: "How many sockets and ports does a server need for two clients?",
	Method:   "two clients, one echo each; the server's sockets are counted, then all close",
	Place:    lab.OnSystem,
	Run:      runSockets,
	Why: "A TCP server has one socket that listens, and accept makes a new one for every client: two clients, three sockets. All of them have the server's one port; " +
		"the system tells them apart by protocol, both addresses and both ports. A UDP server serves everybody through one socket, and reads with each datagram who sent it. " +
		"Clients need no bind: the system gives them an address and a port.",
	Packets: []string{
		"the server: socket, bind, listen (LISTEN in the system's table); UDP stops after bind",
		"two clients connect; accept returns a socket for each (ESTABLISHED), and the listening one goes on",
		"the sockets with the server's port are counted in the system's own table",
		"the clients close, the server closes: the table has none left that serve",
		"a server bound to 0.0.0.0 is asked at 127.0.0.1 and at 127.0.0.2; UDP answers both from 127.0.0.1, so a client connected to the other address never sees its echo",
	},
	Theory: []string{
		"TCP: one socket that listens and one for each accepted client (accept(2)); one port for all of them",
		"UDP: one socket, one port",
	},
	Claims:     socketsClaims,
	References: []string{"RFC 9293 3.3.2", "RFC 768", "socket(7)", "ip(7)"},
	Try:        "lab serve both --addr 127.0.0.1:0",
}

// census is what the system knows of one transport's server and its clients.
type census struct {
	sockets, ports int
	counted        string // "system" or "server"
	states         string
	clientPorts    int
	sessions       int
	anyAddress     int
	after          int
}

func runSockets(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (census, error) {
		return takeCensus(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	number := lab.Row("server_sockets", "Server's sockets", "count")
	ports := lab.Row("server_ports", "Server's ports", "count")
	states := lab.Row("states", "Their states", "")
	clients := lab.Row("client_ports", "Ports of two clients", "count")
	sessions := lab.Row("sessions", "Sessions of a client", "count")
	anywhere := lab.Row("any_address", "Reached on 0.0.0.0", "count")
	after := lab.Row("sockets_after_close", "Sockets after close", "count")
	for _, t := range b.Transports {
		c := found[t.Name]
		if c.counted != "system" {
			b.Warn("sockets: this system has no table to read, so the server's own count stands for it")
		}
		for row, n := range map[*lab.Measurement]int{number: c.sockets, ports: c.ports, clients: c.clientPorts, sessions: c.sessions, anywhere: c.anyAddress, after: c.after} {
			row.Set(t.Name, lab.Num(n))
		}
		states.Set(t.Name, lab.Word(c.states))
		number.ExpectExactly(t.Name, 1)
		if t.Stream {
			number.ExpectExactly(t.Name, 3)
		}
		ports.ExpectExactly(t.Name, 1)
		clients.ExpectExactly(t.Name, 2)
		sessions.ExpectExactly(t.Name, 2)
		anywhere.Expect(t.Name, 2, 1, 2)
		after.ExpectExactly(t.Name, 0)
	}
	number.Because("one that listens and one a client (accept(2)); UDP has one for all")
	return lab.Rows(2, number, ports, states, clients, sessions, anywhere, after), nil
}

// The networks that a census needs, each with chances of its own.
const (
	ownAddress = iota
	anyAddress
)

// takeCensus connects two clients and counts.
func takeCensus(ctx context.Context, b *lab.Bench, t lab.Transport) (c census, err error) {
	s, err := b.Attempt(ownAddress).Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, nil)
	if err != nil {
		return c, err
	}
	stageOpen := true
	defer func() {
		if stageOpen {
			end(s, &err)
		}
	}()
	second, err := t.Dial(ctx, s.Network.Client(), s.Server.Addr().String(), lab.ClientOptions{})
	if err != nil {
		return c, err
	}
	for _, client := range []lab.Client{s.Client, second} {
		if err := oneEcho(client, []byte("count me"), make([]byte, 8)); err != nil {
			return c, err
		}
		c.sessions++
	}
	c.clientPorts = len(map[uint16]bool{portOf(s.Client.LocalAddr()): true, portOf(second.LocalAddr()): true})
	port := portOf(s.Server.Addr())
	c.count(t, port)
	if err := second.Close(); err != nil {
		return c, err
	}
	stageOpen = false
	if err := s.Close(); err != nil {
		return c, err
	}
	if c.after, err = socketsLeft(ctx, t, port); err != nil {
		return c, err
	}
	c.anyAddress, err = reachable(ctx, b.Attempt(anyAddress), t)
	return c, err
}

// count counts the server's sockets in the system's table, or, where there is
// none to read, those that the server must have.
func (c *census) count(t lab.Transport, port uint16) {
	table, err := socketTable(t.Network)
	if err != nil {
		c.counted, c.sockets, c.ports, c.states = "server", 1, 1, "unknown"
		if t.Stream {
			c.sockets = 1 + c.sessions
		}
		return
	}
	ports, states := map[uint16]bool{}, map[string]int{}
	for _, e := range table {
		if e.port == port && serving(e.state) {
			c.sockets++
			ports[e.port] = true
			states[e.state]++
		}
	}
	c.counted, c.ports, c.states = "system", len(ports), describe(states)
}

// entry is a socket in the system's table.
type entry struct {
	port  uint16
	state string
}

// serving reports whether a socket still does something for the server. One
// in TIME-WAIT or another closing state only remembers.
func serving(state string) bool {
	return state == "LISTEN" || state == "ESTABLISHED" || state == "UNCONNECTED"
}

func describe(states map[string]int) string {
	var words []string
	for _, state := range []string{"LISTEN", "ESTABLISHED", "UNCONNECTED"} {
		switch n := states[state]; {
		case n == 1:
			words = append(words, state)
		case n > 1:
			words = append(words, fmt.Sprintf("%d %s", n, state))
		}
	}
	return strings.Join(words, ", ")
}

// socketsLeft counts the sockets that still serve a port after everybody
// closed. The system takes a moment to notice.
func socketsLeft(ctx context.Context, t lab.Transport, port uint16) (left int, err error) {
	for deadline := time.Now().Add(time.Second); ; {
		left = 0
		table, err := socketTable(t.Network)
		if err != nil {
			return 0, nil // no table: nothing is known to be left
		}
		for _, e := range table {
			if e.port == port && serving(e.state) {
				left++
			}
		}
		if left == 0 || time.Now().After(deadline) {
			return left, nil
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return left, err
		}
	}
}

// reachable binds a server to 0.0.0.0 and counts the loopback addresses that
// reach it. Linux answers on all of 127.0.0.0/8, other systems on 127.0.0.1.
func reachable(ctx context.Context, b *lab.Bench, t lab.Transport) (n int, err error) {
	network, err := b.Open(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer end(network, &err)
	server, err := t.Listen(ctx, network.Server(), "0.0.0.0:0", lab.ServerOptions{})
	if err != nil {
		return 0, fmt.Errorf("listen on 0.0.0.0: %w", err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve() }()
	defer func() {
		end(server, &err)
		err = errors.Join(err, <-stopped)
	}()
	for _, address := range []string{"127.0.0.1", "127.0.0.2"} {
		to := netip.AddrPortFrom(netip.MustParseAddr(address), portOf(server.Addr()))
		if answers(ctx, network, t, to.String()) {
			n++
		}
	}
	return n, nil
}

// answers reports whether a server at that address echoes.
func answers(ctx context.Context, n lab.Network, t lab.Transport, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	c, err := t.Dial(ctx, n.Client(), address, lab.ClientOptions{})
	if err != nil {
		return false
	}
	defer end(c, &err)
	deadline, _ := ctx.Deadline()
	if c.SetDeadline(deadline) != nil || c.Send([]byte("anybody?")) != nil {
		return false
	}
	got, err := c.Receive(make([]byte, 8))
	return err == nil && got == 8
}
