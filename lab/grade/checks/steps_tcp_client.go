package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

// The grader's server answers a TCP client in upper case, so that a reply that is
// printed cannot be the line itself.

// connectWithin is how long a client may take to start and to connect.
const connectWithin = 10 * time.Second

// keepOutput is how much of a client's stdout is looked at.
const keepOutput = 1 << 20

// terminators are what clients put behind a line.
const terminators = "\r\n\x00"

// clientUnderTest is the student's client.
type clientUnderTest struct {
	*grade.Subject
	program *sandbox.Program
}

// tcpClientUnderTest is a TCP client, seen from the grader's server.
type tcpClientUnderTest struct {
	clientUnderTest
	conn    net.Conn
	pending []byte // received and not yet taken for a line
}

// lines are n random lines of a dozen letters.
func lines(s *grade.Subject, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ToLower(strings.TrimSpace(string(letters(s, 12+s.Rand.IntN(8)))))
	}
	return all
}

// input is what is typed to a client.
type input struct {
	lines int    // random ones
	quit  string // and then this line; "" is none
	end   bool   // and then the input ends, or else stays open
}

// typed is the input as a client reads it.
func (in input) typed(lines []string) string {
	if in.quit != "" {
		lines = append(slices.Clone(lines), in.quit)
	}
	return strings.Join(lines, "\n") + "\n"
}

// withTCPClient starts the client against a server of ours, hands it and the
// lines that were typed to talk, and closes everything.
func withTCPClient(in input, talk func(ctx context.Context, c *tcpClientUnderTest, said []string) error) run {
	return func(ctx context.Context, s *grade.Subject) error {
		l, err := s.Listen(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = l.Close() }()
		s.Stepf("listen on %s", s.Address())
		said := lines(s, in.lines)
		c := &tcpClientUnderTest{clientUnderTest: clientUnderTest{Subject: s}}
		if err := c.start(ctx, in.typed(said), in.end); err != nil {
			return err
		}
		defer c.program.Kill()
		if err := c.accept(ctx, l); err != nil {
			return err
		}
		defer func() { _ = c.conn.Close() }()
		return talk(ctx, c, said)
	}
}

// start starts the client and types its input.
func (c *clientUnderTest) start(ctx context.Context, typed string, eof bool) error {
	p, err := c.Launch(ctx, "", keepOutput)
	if err != nil {
		return err
	}
	c.program = p
	c.Stepf("type %s", grade.Quote([]byte(typed)))
	// A pipe holds far more than this; a client that is gone shows later.
	_, _ = io.WriteString(p.Stdin, typed)
	if eof {
		c.Stepf("end its input")
		_ = p.Stdin.Close()
	}
	return nil
}

// atEnd does something when the client ends, unless stop is called before.
func (c *clientUnderTest) atEnd(do func()) (stop func()) {
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-c.program.Done():
			do()
		case <-stopping:
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

func (c *tcpClientUnderTest) accept(ctx context.Context, l net.Listener) error {
	c.Stepf("the program should connect")
	if tcp, ok := l.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(within(ctx, connectWithin))
	}
	defer c.atEnd(func() { _ = l.Close() })() // a client that has ended need not be waited for
	conn, err := l.Accept()
	switch {
	case errors.Is(err, net.ErrClosed):
		return grade.Failf("The program should have connected to %s, but it ended without.", c.Address())
	case err != nil:
		return grade.Failf("The program should have connected to %s, but within %v it did not.", c.Address(), connectWithin)
	}
	c.conn = conn
	return nil
}

// expectLine waits for one line. Line ends that come by themselves are answered at
// once, since the client may count them.
func (c *tcpClientUnderTest) expectLine(ctx context.Context, line string) ([]byte, error) {
	c.Stepf("the program should send %s", grade.Quote([]byte(line)))
	buf := make([]byte, 4096)
	for {
		if start := len(c.pending) - len(bytes.TrimLeft(c.pending, terminators)); start > 0 {
			_, _ = c.conn.Write(c.pending[:start])
			c.pending = c.pending[start:]
		}
		if rest, ok := bytes.CutPrefix(c.pending, []byte(line)); ok {
			end := len(line) + len(rest) - len(bytes.TrimLeft(rest, terminators))
			heard := c.pending[:end]
			c.pending = c.pending[end:]
			return heard, nil
		}
		if !strings.HasPrefix(line, string(c.pending)) {
			return nil, grade.Failf("The program should have sent %s, but it sent %s.",
				grade.Quote([]byte(line)), grade.Quote(c.pending))
		}
		_ = c.conn.SetReadDeadline(within(ctx, replyWithin))
		n, err := c.conn.Read(buf)
		c.pending = append(c.pending, buf[:n]...)
		if err != nil && n == 0 {
			return nil, grade.Failf("The program should have sent %s, but of these only %d came; %s.",
				grade.Quote([]byte(line)), len(c.pending), reason(err))
		}
	}
}

// answer sends a reply in one piece.
func (c *tcpClientUnderTest) answer(reply []byte) {
	c.Stepf("answer %s", grade.Quote(reply))
	_, _ = c.conn.Write(reply) // a client that is gone shows in what it printed
}

// finish goes on answering until the client hangs up, and waits for its end.
// It reports whether the client ended by itself.
func (c *tcpClientUnderTest) finish(ctx context.Context) bool {
	deadline := within(ctx, replyWithin)
	_ = c.conn.SetDeadline(deadline)
	buf := make([]byte, 4096)
	_, _ = c.conn.Write(upper(c.pending))
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			break
		}
		_, _ = c.conn.Write(upper(buf[:n]))
	}
	return endedBy(c.program, deadline)
}

// ended waits for the end of a program, at least d.
func ended(ctx context.Context, p *sandbox.Program, d time.Duration) bool {
	return endedBy(p, within(ctx, d))
}

func endedBy(p *sandbox.Program, deadline time.Time) bool {
	select {
	case <-p.Done():
		p.Flush(time.Second)
		return true
	case <-time.After(time.Until(deadline)):
		return false
	}
}

// printed wants the replies on the client's standard output, whole and in order.
func (c *tcpClientUnderTest) printed(replies []string) error {
	out := string(c.program.Stdout.Head())
	for _, reply := range replies {
		c.Stepf("the program should have printed %s", grade.Quote([]byte(reply)))
		_, rest, ok := strings.Cut(out, reply)
		if !ok {
			return grade.Failf("The program should have printed the reply %s in one piece and in its place, "+
				"but it did not.", grade.Quote([]byte(reply)))
		}
		out = rest
	}
	return nil
}
