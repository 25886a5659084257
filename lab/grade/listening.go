package grade

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/networks/procnet"
	"echolab/lab/text"
)

// AwaitPort waits until a program listens on a port. It looks at the list of
// sockets, so that a server that serves one client only still has it to serve.
// On systems without such a list it connects to the port.
func (s *Subject) AwaitPort(ctx context.Context, p *sandbox.Program, port uint16) error {
	s.Stepf("wait until it listens on %s port %d", strings.ToUpper(s.Network()), port)
	limited, cancel := context.WithTimeout(ctx, sandbox.Scaled(s.options.StartTimeout))
	defer cancel()
	wait := time.Millisecond
	for {
		listening, err := s.listening(limited, port)
		if err != nil {
			return err
		}
		if listening {
			return nil
		}
		exit, ended := p.Ended()
		if ended && s.nothingRuns() {
			return s.notListening(port, exit, true)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limited.Done():
			return s.notListening(port, exit, ended)
		case <-time.After(wait):
			wait = min(wait+wait/2, 100*time.Millisecond) // a third of the time until now: a look costs the kernel much
		}
	}
}

// nothingRuns reports whether a program that has ended left nothing behind: a
// script may end and leave a server.
func (s *Subject) nothingRuns() bool {
	usage, err := s.Usage()
	return err != nil || usage.Processes == 0
}

// listening reports whether a program listens on a port of 127.0.0.1.
func (s *Subject) listening(ctx context.Context, port uint16) (bool, error) {
	at, err := s.listeners()
	if err == nil {
		return slices.ContainsFunc(at, func(a netip.AddrPort) bool {
			return a.Port() == port && (a.Addr().IsUnspecified() || a.Addr() == loopback)
		}), nil
	}
	if !errors.Is(err, errors.ErrUnsupported) {
		return false, err
	}
	c, err := s.box.DialContext(ctx, s.Network(), netip.AddrPortFrom(loopback, port).String())
	if err != nil {
		return false, nil
	}
	defer func() { _ = c.Close() }()
	return s.Network() == "tcp" || responds(c), nil
}

// loopback is the address that programs are told to use.
var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// listeners are the addresses that take clients or datagrams.
func (s *Subject) listeners() ([]netip.AddrPort, error) {
	state := procnet.Listen
	if s.Network() == "udp" {
		state = procnet.Closed // a socket that is connected to no client
	}
	sockets, err := s.box.Sockets(s.Network())
	var at []netip.AddrPort
	for _, socket := range sockets {
		if socket.State == state {
			at = append(at, socket.Local)
		}
	}
	return at, err
}

// responds reports whether a datagram is answered soon.
func responds(c net.Conn) bool {
	_ = c.SetDeadline(time.Now().Add(100 * time.Millisecond))
	if _, err := c.Write([]byte("ready?\n")); err != nil {
		return false
	}
	n, err := c.Read(make([]byte, 64))
	return err == nil && n > 0
}

// notListening says why no client can reach the program.
func (s *Subject) notListening(port uint16, exit sandbox.Exit, ended bool) error {
	protocol := strings.ToUpper(s.Network())
	if ended {
		return Failf("The program should listen on %s port %d, but it ended before it did (%s).",
			protocol, port, ExitText(exit))
	}
	if said := s.listensElsewhere(protocol, port); said != nil {
		return said
	}
	return Failf("The program should listen on %s port %d, but after %v it does not.",
		protocol, port, s.options.StartTimeout)
}

// listensElsewhere says where the program listens instead, if that is known.
func (s *Subject) listensElsewhere(protocol string, port uint16) error {
	at, err := s.listeners()
	if err != nil {
		return nil
	}
	if i := slices.IndexFunc(at, func(a netip.AddrPort) bool { return a.Port() == port }); i >= 0 {
		return Failf("The program should listen on %s port %d of %s, but it listens on that port of %s only.",
			protocol, port, loopback, at[i].Addr())
	}
	if len(at) == 0 || !s.box.Isolated() { // the others may be anybody's
		return nil
	}
	if swapped := bits.ReverseBytes16(port); slices.Contains(ports(at), swapped) {
		return Failf("The program should listen on %s port %d (0x%04X), but it listens on port %d (0x%04X): "+
			"the two bytes are swapped. Put the port through htons, once.", protocol, port, port, swapped, swapped)
	}
	return Failf("The program should listen on %s port %d, but it listens on port %s.", protocol, port, join(ports(at)))
}

func ports(at []netip.AddrPort) []uint16 {
	numbers := make([]uint16, len(at))
	for i, a := range at {
		numbers[i] = a.Port()
	}
	return numbers
}

// SharesPort reports whether the next check needs the port of this one, on a
// network that is not the program's own: what is left of a connection would be in
// its way.
func (s *Subject) SharesPort() bool {
	return s.options.Port != 0 && s.box != nil && !s.box.Isolated()
}

// portKept reports whether what is left of an earlier connection keeps the port
// from a program that does not set SO_REUSEADDR.
func (s *Subject) portKept() bool {
	if !s.SharesPort() {
		return false
	}
	sockets, _ := s.box.Sockets(s.Network())
	return slices.ContainsFunc(sockets, func(k procnet.Socket) bool {
		return k.Local.Port() == s.port && k.State == procnet.TimeWait
	})
}

// keptMost is how long a check waits for a port that is kept. It is half of the
// time that Linux keeps one; the check after it waits for the rest.
const keptMost = 30 * time.Second

// awaitFreePort waits until nothing is left of earlier connections.
func (s *Subject) awaitFreePort(ctx context.Context) error {
	s.Stepf("wait until the port is free of an earlier connection (TIME-WAIT)")
	deadline := time.Now().Add(keptMost)
	for s.portKept() {
		if time.Now().After(deadline) {
			return fmt.Errorf("port %d is still kept by an earlier connection (TIME-WAIT)", s.port)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// ExitText is how a program ended, in words.
func ExitText(e sandbox.Exit) text.Message {
	switch {
	case e.Limit != "":
		return text.Say(exceeded[e.Limit])
	case e.Signal != "":
		return text.Sayf("killed by a signal: %s", known(e.Signal, signals))
	}
	return text.Sayf("exit status %d", e.Code)
}

// exceeded says which limit ended a program.
var exceeded = map[string]text.Phrase{
	sandbox.LimitCPU:       "killed: it used more processor time than it may",
	sandbox.LimitMemory:    "killed: it used more memory than it may",
	sandbox.LimitProcesses: "killed: it ran more processes and threads than it may",
	sandbox.LimitFileSize:  "killed: it wrote a larger file than it may",
	sandbox.LimitOutput:    "killed: it printed more than it may",
}

func join(ports []uint16) string {
	words := make([]string, len(ports))
	for i, p := range ports {
		words[i] = fmt.Sprint(p)
	}
	return strings.Join(words, ", ")
}
