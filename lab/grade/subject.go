package grade

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Subject is a student's program under one check, in a room: a sandbox, a port and
// a HOME of its own. It records the steps.
type Subject struct {
	// Rand gives the check's data. It depends on the seed and the check only.
	Rand *rand.Rand

	assignment Assignment
	options    *Options
	box        *sandbox.Box
	port       uint16
	*record
}

// record is what the rooms of one check have in common.
type record struct {
	transcript transcript

	mu       sync.Mutex // for the check, and for breakOff
	rooms    []*Subject // those that are open
	programs []*sandbox.Program
	sockets  []io.Closer // of the grader, closed ones too
}

func newSubject(a Assignment, check string, o *Options) *Subject {
	h := fnv.New64a()
	_, _ = h.Write([]byte(check)) // never fails
	return &Subject{
		Rand:       rand.New(rand.NewPCG(o.Seed, h.Sum64())),
		assignment: a, options: o, record: &record{},
	}
}

// Room opens another room for the same check. What runs in one room reaches no
// other, where the machine can close them off.
func (s *Subject) Room(ctx context.Context) (*Subject, error) {
	room := &Subject{
		Rand: s.Rand, assignment: s.assignment, options: s.options, record: s.record,
	}
	return room, room.open(ctx)
}

// Stepf records what is done next.
func (s *Subject) Stepf(format text.Phrase, args ...any) {
	s.transcript.add(text.Sayf(format, args...), s.options.Step)
}

// Network is "tcp" or "udp".
func (s *Subject) Network() string { return s.assignment.Network }

// Running reports whether the program is a server that was already running,
// so that there is no process to look at.
func (s *Subject) Running() bool { return s.options.Address != "" }

// Dial opens a connection to where the program should listen.
func (s *Subject) Dial(ctx context.Context) (net.Conn, error) {
	dial := (&net.Dialer{}).DialContext
	if s.box != nil {
		dial = s.box.DialContext
	}
	c, err := dial(ctx, s.Network(), s.Address())
	return track(ctx, s, c, err)
}

// ListenPacket opens a UDP socket from which the program can be reached.
func (s *Subject) ListenPacket(ctx context.Context) (net.PacketConn, error) {
	listen, address := (&net.ListenConfig{}).ListenPacket, ":0"
	if s.box != nil {
		listen, address = s.box.ListenPacket, "127.0.0.1:0"
	}
	pc, err := listen(ctx, "udp", address)
	return track(ctx, s, pc, err)
}

// Listen listens for the program, on the port that it is told to talk to.
func (s *Subject) Listen(ctx context.Context) (net.Listener, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	l, err := s.box.Listen(ctx, "tcp", s.Address())
	return track(ctx, s, l, err)
}

// ListenAt opens a UDP socket at the port that the program is told to talk to.
func (s *Subject) ListenAt(ctx context.Context) (net.PacketConn, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	pc, err := s.box.ListenPacket(ctx, "udp", s.Address())
	return track(ctx, s, pc, err)
}

// Address is where the program should listen, or should talk to.
func (s *Subject) Address() string {
	if s.Running() {
		return s.options.Address
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(s.port)))
}

// open opens the box that the program will run in, unless it is open.
func (s *Subject) open(ctx context.Context) error {
	if s.box != nil {
		return nil
	}
	box, err := sandbox.Open(ctx, sandbox.Room{
		Dir: s.options.Dir, Command: s.options.Command, Hide: s.options.Hide,
		Limits: s.assignment.Policy.Limits,
	})
	if err != nil {
		return err
	}
	s.box = box
	s.mu.Lock()
	s.rooms = append(s.rooms, s)
	first := len(s.rooms) == 1
	s.mu.Unlock()
	s.port, err = s.choosePort(ctx, first)
	return err
}

// choosePort is a port from the seed where the program is alone with the
// grader, and a free one where it shares the machine's. Only one room can have a
// port of the machine that is given.
func (s *Subject) choosePort(ctx context.Context, first bool) (uint16, error) {
	if s.options.Port != 0 && (first || s.box.Isolated()) {
		return s.options.Port, nil
	}
	if s.box.Isolated() {
		return uint16(20000 + s.Rand.IntN(10000)), nil
	}
	port, err := s.freePort(ctx)
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return port, nil
}

// freePort is a port that no socket of the assignment's protocol uses now.
func (s *Subject) freePort(ctx context.Context) (uint16, error) {
	if s.Network() == "udp" {
		c, err := s.box.ListenPacket(ctx, "udp", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		return uint16(c.LocalAddr().(*net.UDPAddr).Port), c.Close()
	}
	l, err := s.box.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return uint16(l.Addr().(*net.TCPAddr).Port), l.Close()
}

// Port is the port that the program is given.
func (s *Subject) Port() uint16 { return s.port }
