package grade

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Subject is a student's program under one check. It records the steps.
type Subject struct {
	// Rand gives the check's data. It depends on the seed and the check only.
	Rand *rand.Rand

	assignment Assignment
	options    *Options
	home       string // a scratch folder: the program's HOME
	box        *sandbox.Box
	port       uint16
	transcript transcript

	mu       sync.Mutex // for the check, and for breakOff
	programs []*sandbox.Program
	sockets  []io.Closer // of the grader, closed ones too
}

func newSubject(a Assignment, check string, o *Options, home string) *Subject {
	h := fnv.New64a()
	_, _ = h.Write([]byte(check)) // never fails
	return &Subject{
		Rand:       rand.New(rand.NewPCG(o.Seed, h.Sum64())),
		assignment: a, options: o, home: home,
	}
}

// Stepf records what is done next.
func (s *Subject) Stepf(format text.Phrase, args ...any) {
	s.transcript.add(text.Sayf(format, args...))
}

// Network is "tcp" or "udp".
func (s *Subject) Network() string { return s.assignment.Network }

// Running reports whether the program is a server that was already running,
// so that there is no process to look at.
func (s *Subject) Running() bool { return s.options.Address != "" }

// Dial opens a connection to where the program should listen.
func (s *Subject) Dial(ctx context.Context) (net.Conn, error) {
	c, err := s.host().DialContext(ctx, s.Network(), s.Address())
	return track(ctx, s, c, err)
}

// ListenPacket opens a UDP socket from which the program can be reached.
func (s *Subject) ListenPacket(ctx context.Context) (net.PacketConn, error) {
	address := "127.0.0.1:0"
	if s.Running() {
		address = ":0"
	}
	return s.listenPacket(ctx, address)
}

// Listen listens for the program, on the port that it is told to talk to.
func (s *Subject) Listen(ctx context.Context) (net.Listener, error) {
	l, err := s.host().Listen(ctx, "tcp", s.Address())
	return track(ctx, s, l, err)
}

// ListenAt opens a UDP socket at the port that the program is told to talk to.
func (s *Subject) ListenAt(ctx context.Context) (net.PacketConn, error) {
	return s.listenPacket(ctx, s.Address())
}

func (s *Subject) listenPacket(ctx context.Context, address string) (net.PacketConn, error) {
	pc, err := s.host().ListenPacket(ctx, "udp", address)
	return track(ctx, s, pc, err)
}

// Address is where the program should listen, or should talk to.
func (s *Subject) Address() string {
	if s.Running() {
		return s.options.Address
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(s.port)))
}

// sockets is where the grader opens its sockets: a sandbox, or this machine.
type sockets interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	Listen(ctx context.Context, network, address string) (net.Listener, error)
	ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error)
}

func (s *Subject) host() sockets {
	if s.box != nil {
		return s.box
	}
	return &machine{}
}

// machine is this machine's own network.
type machine struct {
	net.Dialer
	net.ListenConfig
}

// Open prepares the place that the program will run in. Start does it too.
func (s *Subject) Open(ctx context.Context) error {
	if s.box != nil || s.Running() {
		return nil
	}
	box, err := sandbox.Open(ctx, s.options.Limits)
	if err != nil {
		return err
	}
	s.box = box
	s.port, err = s.choosePort(ctx)
	return err
}

// choosePort is a port from the seed where the program is alone with the
// grader, and a free one where it shares the machine's.
func (s *Subject) choosePort(ctx context.Context) (uint16, error) {
	if s.options.Port != 0 {
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

// Launch starts the program. Of its stdout the first keep bytes are kept. role
// and port are what {role} and {port} stand for.
func (s *Subject) Launch(ctx context.Context, role string, port uint16, keep int) (*sandbox.Program, error) {
	if err := s.Open(ctx); err != nil {
		return nil, err
	}
	args := s.arguments(role, port)
	s.Stepf("start %s", strings.Join(args, " "))
	p, err := s.box.Start(ctx, sandbox.Command{
		Args: args, Dir: s.options.Dir, Env: s.environment(role, port), Keep: keep,
	})
	if ctx.Err() != nil {
		return nil, ctx.Err() // a program that did start ends with the box
	}
	if err != nil {
		return nil, Failf("The command should start a program, but it cannot be started: %v.", Reason(err))
	}
	s.mu.Lock()
	s.programs = append(s.programs, p)
	s.mu.Unlock()
	if interrupted(ctx) {
		p.Kill() // it came too late to be broken off with the others
	}
	return p, nil
}

// Start starts a server and waits until it listens. Where the server was
// already running there is nothing to wait for.
func (s *Subject) Start(ctx context.Context) error {
	if s.Running() {
		return nil
	}
	p, err := s.Launch(ctx, "", 0, 0)
	if err != nil {
		return err
	}
	return s.AwaitPort(ctx, p, s.port)
}

func (s *Subject) arguments(role string, port uint16) []string {
	replace := strings.NewReplacer("{host}", "127.0.0.1", "{port}", s.portText(port), "{role}", role)
	args := make([]string, len(s.options.Command))
	for i, a := range s.options.Command {
		args[i] = replace.Replace(a)
	}
	return args
}

func (s *Subject) portText(port uint16) string {
	if port == 0 {
		port = s.port
	}
	return strconv.Itoa(int(port))
}

// systemVariables are what programs cannot start without on Windows. They
// tell nothing about the grader.
var systemVariables = []string{"SystemRoot", "SystemDrive", "ComSpec", "PATHEXT"}

// environment is all that the program gets to see.
func (s *Subject) environment(role string, port uint16) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + s.home, "TMPDIR=" + s.home,
		"HOST=127.0.0.1", "PORT=" + s.portText(port),
	}
	if role != "" {
		env = append(env, "ROLE="+role)
	}
	passed := slices.Clone(s.options.Env)
	if runtime.GOOS == "windows" {
		passed = append(passed, systemVariables...)
	}
	for _, name := range passed {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// File is the file of answers.
func (s *Subject) File() string {
	name := s.options.Command[0]
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.options.Dir, name)
}

// Usage is what the program uses now.
func (s *Subject) Usage() (sandbox.Usage, error) {
	if s.box == nil {
		return sandbox.Usage{}, errors.ErrUnsupported
	}
	return s.box.Usage()
}

// Ended is how the program ended, if it has without being killed by us.
func (s *Subject) Ended() (sandbox.Exit, bool) {
	if len(s.programs) == 0 {
		return sandbox.Exit{}, false
	}
	// A crash closes the connection a moment before the end is known.
	select {
	case <-s.programs[0].Done():
	case <-time.After(100 * time.Millisecond):
	}
	for _, p := range s.programs {
		if e, ok := p.Ended(); ok && !p.Killed() {
			return e, true
		}
	}
	return sandbox.Exit{}, false
}

// output is the end of what the programs printed for people to read. The
// receiver of a pair prints the file itself.
func (s *Subject) output() string {
	const most = 700 // bytes of each; platforms show about 2,000 in all
	var all strings.Builder
	for _, p := range s.programs {
		p.Flush(100 * time.Millisecond)
		all.WriteString(printable(p.Stderr.Tail(most)))
		if s.assignment.Kind != Pair {
			all.WriteString(printable(p.Stdout.Tail(most)))
		}
	}
	return all.String()
}

// close ends the program and all that it started.
func (s *Subject) close() error {
	if s.box == nil {
		return nil
	}
	return s.box.Close()
}
