package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

// The grader's server answers a client in upper case, so that a reply printed
// cannot be the line itself.

// connectWithin is how long a client may take to start and to connect.
const connectWithin = 10 * time.Second

// keepOutput is how much of a client's stdout is looked at.
const keepOutput = 1 << 20

// terminators are what clients put behind a line.
const terminators = "\r\n\x00"

// visitor is the student's client, seen from the grader's server.
type visitor struct {
	*grade.Subject
	program *sandbox.Program
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

// withClient starts the client against a server of ours, hands it to talk, and
// closes everything. stdin is what the client finds on its standard input,
// which is closed behind it if eof.
func withClient(stdin func(lines []string) string, eof bool, n int, talk func(ctx context.Context, v *visitor, lines []string) error) func(context.Context, *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		l, err := s.Listen(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = l.Close() }()
		s.Stepf("listen on %s", s.Address())
		said := lines(s, n)
		v := &visitor{Subject: s}
		if err := v.start(ctx, stdin(said), eof); err != nil {
			return err
		}
		defer v.program.Kill()
		if err := v.accept(ctx, l); err != nil {
			return err
		}
		defer func() { _ = v.conn.Close() }()
		return talk(ctx, v, said)
	}
}

// start starts the client and types its input.
func (v *visitor) start(ctx context.Context, input string, eof bool) error {
	p, err := v.Launch(ctx, "", 0, keepOutput)
	if err != nil {
		return err
	}
	v.program = p
	v.Stepf("type %s", grade.Quote([]byte(input)))
	// A pipe holds far more than this; a client that is gone shows later.
	_, _ = io.WriteString(p.Stdin, input)
	if eof {
		v.Stepf("end its input")
		_ = p.Stdin.Close()
	}
	return nil
}

func (v *visitor) accept(ctx context.Context, l net.Listener) error {
	v.Stepf("the program should connect")
	if tcp, ok := l.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(within(ctx, connectWithin))
	}
	accepted := make(chan struct{})
	go func() { // a client that ends need not be waited for
		select {
		case <-v.program.Done():
			_ = l.Close()
		case <-accepted:
		}
	}()
	conn, err := l.Accept()
	close(accepted)
	switch {
	case errors.Is(err, net.ErrClosed):
		return grade.Failf("The program should have connected to %s, but it ended without.", v.Address())
	case err != nil:
		return grade.Failf("The program should have connected to %s, but within %v it did not.", v.Address(), connectWithin)
	}
	v.conn = conn
	return nil
}

// hear waits for one line. Line ends that come by themselves are answered at
// once, since the client may count them.
func (v *visitor) hear(ctx context.Context, line string) ([]byte, error) {
	v.Stepf("the program should send %s", grade.Quote([]byte(line)))
	buf := make([]byte, 4096)
	for {
		if start := len(v.pending) - len(bytes.TrimLeft(v.pending, terminators)); start > 0 {
			_, _ = v.conn.Write(v.pending[:start])
			v.pending = v.pending[start:]
		}
		if rest, ok := bytes.CutPrefix(v.pending, []byte(line)); ok {
			end := len(line) + len(rest) - len(bytes.TrimLeft(rest, terminators))
			heard := v.pending[:end]
			v.pending = v.pending[end:]
			return heard, nil
		}
		if !strings.HasPrefix(line, string(v.pending)) {
			return nil, grade.Failf("The program should have sent %s, but it sent %s.", grade.Quote([]byte(line)), grade.Quote(v.pending))
		}
		_ = v.conn.SetReadDeadline(within(ctx, replyWithin))
		n, err := v.conn.Read(buf)
		v.pending = append(v.pending, buf[:n]...)
		if err != nil && n == 0 {
			return nil, grade.Failf("The program should have sent %s, but of these only %d came; %s.", grade.Quote([]byte(line)), len(v.pending), how(err))
		}
	}
}

// answer sends a reply in one piece.
func (v *visitor) answer(reply []byte) {
	v.Stepf("answer %s", grade.Quote(reply))
	_, _ = v.conn.Write(reply) // a client that is gone shows in what it printed
}

// finish goes on answering until the client hangs up, and waits for its end.
// It reports whether the client ended by itself.
func (v *visitor) finish(ctx context.Context, d time.Duration) bool {
	deadline := within(ctx, d)
	_ = v.conn.SetDeadline(deadline)
	buf := make([]byte, 4096)
	_, _ = v.conn.Write(upper(v.pending))
	for {
		n, err := v.conn.Read(buf)
		if err != nil {
			break
		}
		_, _ = v.conn.Write(upper(buf[:n]))
	}
	return endedBy(v.program, deadline)
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
func (v *visitor) printed(replies []string) error {
	out := string(v.program.Stdout.Head())
	for _, reply := range replies {
		v.Stepf("the program should have printed %s", grade.Quote([]byte(reply)))
		_, rest, ok := strings.Cut(out, reply)
		if !ok {
			return grade.Failf("The program should have printed the reply %s in one piece and in its place, but it did not.", grade.Quote([]byte(reply)))
		}
		out = rest
	}
	return nil
}
