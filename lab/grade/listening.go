package grade

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// AwaitPort waits until a program listens on a port. It looks at the list of
// sockets, so that a server that serves one client only still has it to serve.
// On systems without such a list it connects to the port.
func (s *Subject) AwaitPort(ctx context.Context, p *sandbox.Program, port uint16) error {
	s.Stepf("wait until it listens on %s port %d", strings.ToUpper(s.Network()), port)
	limited, cancel := context.WithTimeout(ctx, scaledTimeout(s.options.StartTimeout))
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

// listening reports whether a program listens on a port.
func (s *Subject) listening(ctx context.Context, port uint16) (bool, error) {
	ports, err := s.box.Listening(s.Network())
	if err == nil {
		return slices.Contains(ports, port), nil
	}
	if !errors.Is(err, errors.ErrUnsupported) {
		return false, err
	}
	c, err := s.box.DialContext(ctx, s.Network(), net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port))))
	if err != nil {
		return false, nil
	}
	defer func() { _ = c.Close() }()
	return s.Network() == "tcp" || responds(c), nil
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
	ports, err := s.box.Listening(s.Network())
	if err == nil && len(ports) > 0 && s.box.Isolated() {
		return Failf("The program should listen on %s port %d, but it listens on port %s.", protocol, port, join(ports))
	}
	return Failf("The program should listen on %s port %d, but after %v it does not.",
		protocol, port, s.options.StartTimeout)
}

// SharesPort reports whether the next check needs the port of this one, on a
// network that is not the program's own: what is left of a connection would be in
// its way.
func (s *Subject) SharesPort() bool {
	return s.options.Port != 0 && s.box != nil && !s.box.Isolated()
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
