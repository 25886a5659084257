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
	"echolab/lab/testbed"
)

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

// count counts the server's sockets, their ports and their states.
func (c *socketCounts) count(own []entry) {
	ports, states := map[uint16]bool{}, map[state]int{}
	for _, e := range own {
		ports[e.local.Port()] = true
		states[e.state]++
	}
	c.sockets, c.ports, c.states = len(own), len(ports), describe(states)
}

// socketsLeft counts the sockets that still serve after all clients and the server
// closed. The system takes a moment to notice.
func socketsLeft(
	ctx context.Context, t testbed.Transport, server netip.AddrPort, clients []netip.AddrPort,
) (left int, err error) {
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

// addrPort is the address of a socket as the system's table has it.
func addrPort(a net.Addr) netip.AddrPort {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{} // no address of this system's
	}
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}
