package sockets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/networks/procnet"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// table is the folder with the tables of this process's network. Other systems than
// Linux have none.
const table = "/proc/self/net"

// unconnected is what the lesson calls a UDP socket without a peer.
const unconnected text.Phrase = "UNCONNECTED"

// ofServer are the sockets with which a server serves: the one that is bound
// where it listens, and those that are tied to one of its clients, whatever
// port they have.
func ofServer(all []procnet.Socket, server netip.AddrPort, clients []netip.AddrPort) (own []procnet.Socket) {
	for _, s := range all {
		waits := s.Local == server && s.Remote.Port() == 0
		if serving(s.State) && (waits || slices.Contains(clients, s.Remote)) {
			own = append(own, s)
		}
	}
	return own
}

// serving reports whether a socket still does something for the server. One
// in TIME-WAIT or another closing state only remembers.
func serving(state string) bool {
	return state == procnet.Listen || state == procnet.Established || state == procnet.Closed
}

// describe names the states of sockets, with their numbers where it is not one.
func describe(states map[string]int) text.Phrase {
	var words []string
	for _, s := range []struct{ state, word string }{
		{procnet.Listen, procnet.Listen}, {procnet.Established, procnet.Established},
		{procnet.Closed, string(unconnected)},
	} {
		switch n := states[s.state]; {
		case n == 1:
			words = append(words, s.word)
		case n > 1:
			words = append(words, fmt.Sprintf("%d %s", n, s.word))
		}
	}
	return text.Phrase(strings.Join(words, ", "))
}

// tableTries bounds how often the system's table is read.
const tableTries = 10

// ownSockets reads the server's sockets from the system's table until it has found
// the same ones twice. Linux prints the table in pieces: when anybody else's socket
// comes or goes meanwhile, one of ours may stand there twice, or not at all.
func ownSockets(
	t testbed.Transport, server netip.AddrPort, clients []netip.AddrPort,
) (own []procnet.Socket, err error) {
	for try := range tableTries {
		all, err := procnet.Sockets(table, t.Network)
		if err != nil {
			return nil, err
		}
		before := own
		if own = distinct(ofServer(all, server, clients)); try > 0 && slices.Equal(own, before) {
			break
		}
	}
	return own, nil
}

// distinct leaves out what stands there a second time.
func distinct(all []procnet.Socket) (once []procnet.Socket) {
	for _, s := range all {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}

// hidden reports whether a system has no table, or does not show it.
func hidden(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// count counts the server's sockets, their ports and their states.
func (c *socketCounts) count(own []procnet.Socket) {
	ports, states := map[uint16]bool{}, map[string]int{}
	for _, s := range own {
		ports[s.Local.Port()] = true
		states[s.State]++
	}
	c.sockets, c.ports, c.states = len(own), len(ports), describe(states)
}

// socketsLeft counts the sockets that still serve after all clients and the server
// closed. The system takes a moment to notice.
func socketsLeft(
	ctx context.Context, t testbed.Transport, server netip.AddrPort, clients []netip.AddrPort,
) (left int, err error) {
	for deadline := time.Now().Add(time.Second); ; {
		all, err := procnet.Sockets(table, t.Network)
		if err != nil {
			return 0, err
		}
		left = len(ofServer(all, server, clients))
		if left == 0 || time.Now().After(deadline) {
			return left, nil
		}
		if err := probe.Pause(ctx, 5*time.Millisecond); err != nil {
			return left, err
		}
	}
}

// addrPort is the address of a socket as the system's table has it.
func addrPort(a net.Addr) netip.AddrPort {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{} // no address of this system's
	}
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}
