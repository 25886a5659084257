package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
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
		s.Step("listen on %s", s.Address())
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
	v.Step("type %s", grade.Quote([]byte(input)))
	// A pipe holds far more than this; a client that is gone shows later.
	_, _ = io.WriteString(p.Stdin, input)
	if eof {
		v.Step("end its input")
		_ = p.Stdin.Close()
	}
	return nil
}

func (v *visitor) accept(ctx context.Context, l net.Listener) error {
	v.Step("the program should connect")
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
		return grade.Fail("The program should have connected to %s, but it ended without.", v.Address())
	case err != nil:
		return grade.Fail("The program should have connected to %s, but within %v it did not.", v.Address(), connectWithin)
	}
	v.conn = conn
	return nil
}

// hear waits for one line. Line ends that come by themselves are answered at
// once, since the client may count them.
func (v *visitor) hear(ctx context.Context, line string) ([]byte, error) {
	v.Step("the program should send %s", grade.Quote([]byte(line)))
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
			return nil, grade.Fail("The program should have sent %s, but it sent %s.", grade.Quote([]byte(line)), grade.Quote(v.pending))
		}
		_ = v.conn.SetReadDeadline(within(ctx, replyWithin))
		n, err := v.conn.Read(buf)
		v.pending = append(v.pending, buf[:n]...)
		if err != nil && n == 0 {
			return nil, grade.Fail("The program should have sent %s, but of these only %d came; %s.", grade.Quote([]byte(line)), len(v.pending), how(err))
		}
	}
}

// answer sends a reply in one piece.
func (v *visitor) answer(reply []byte) {
	v.Step("answer %s", grade.Quote(reply))
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
		v.Step("the program should have printed %s", grade.Quote([]byte(reply)))
		_, rest, ok := strings.Cut(out, reply)
		if !ok {
			return grade.Fail("The program should have printed the reply %s in one piece and in its place, but it did not.", grade.Quote([]byte(reply)))
		}
		out = rest
	}
	return nil
}

// typed are lines to type, and then Q.
func typed(said []string) string { return strings.Join(said, "\n") + "\nQ\n" }

func clientSends() func(context.Context, *grade.Subject) error {
	return withClient(typed, true, 5, func(ctx context.Context, v *visitor, said []string) error {
		for _, line := range said {
			heard, err := v.hear(ctx, line)
			if err != nil {
				return err
			}
			v.answer(upper(heard))
		}
		return nil
	})
}

func clientPrints() func(context.Context, *grade.Subject) error {
	return withClient(typed, true, 5, func(ctx context.Context, v *visitor, said []string) error {
		return v.converse(ctx, said, func(reply []byte) { v.answer(reply) })
	})
}

// clientReadsWhole answers in two pieces. The second goes out when the client
// has taken the first for the whole and goes on, or after a while.
func clientReadsWhole() func(context.Context, *grade.Subject) error {
	return withClient(typed, true, 5, func(ctx context.Context, v *visitor, said []string) error {
		return v.converse(ctx, said, func(reply []byte) {
			half := len(reply) / 2
			v.answer(reply[:half])
			v.Step("wait a moment in the middle of the reply")
			buf := make([]byte, 4096)
			_ = v.conn.SetReadDeadline(within(ctx, quiet))
			n, err := v.conn.Read(buf)
			v.pending = append(v.pending, buf[:n]...)
			if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
				v.answer(reply[half:])
			}
		})
	})
}

// converse answers every line and looks at what was printed.
func (v *visitor) converse(ctx context.Context, said []string, reply func([]byte)) error {
	var replies []string
	for _, line := range said {
		heard, err := v.hear(ctx, line)
		if err != nil {
			return err
		}
		replies = append(replies, strings.ToUpper(line))
		reply(upper(heard))
	}
	v.finish(ctx, replyWithin)
	return v.printed(replies)
}

// clientQuits types one line and a q, and leaves the input open.
func clientQuits(q string) func(context.Context, *grade.Subject) error {
	input := func(said []string) string { return said[0] + "\n" + q + "\n" }
	return withClient(input, false, 1, func(ctx context.Context, v *visitor, said []string) error {
		heard, err := v.hear(ctx, said[0])
		if err != nil {
			return err
		}
		v.answer(upper(heard))
		v.Step("the program should end by itself")
		if !v.finish(ctx, replyWithin) {
			return grade.Fail("The program should have ended when %s was typed, but after %v it still runs.", q, replyWithin)
		}
		return nil
	})
}

// both runs one check after the other.
func both(first, second func(context.Context, *grade.Subject) error) func(context.Context, *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		if err := first(ctx, s); err != nil {
			return err
		}
		return second(ctx, s)
	}
}

// clientEndsAtEOF ends the input without a Q.
func clientEndsAtEOF() func(context.Context, *grade.Subject) error {
	input := func(said []string) string { return said[0] + "\n" }
	return withClient(input, true, 1, func(ctx context.Context, v *visitor, said []string) error {
		heard, err := v.hear(ctx, said[0])
		if err != nil {
			return err
		}
		v.answer(upper(heard))
		v.Step("the program should end by itself")
		if !v.finish(ctx, replyWithin) {
			return grade.Fail("The program should have ended at the end of its input, but after %v it still runs.", replyWithin)
		}
		return nil
	})
}

// clientEndsWithServer closes the connection on the client.
func clientEndsWithServer() func(context.Context, *grade.Subject) error {
	input := func(said []string) string { return strings.Join(said, "\n") + "\n" }
	return withClient(input, false, 3, func(ctx context.Context, v *visitor, said []string) error {
		heard, err := v.hear(ctx, said[0])
		if err != nil {
			return err
		}
		v.answer(upper(heard))
		if _, err := v.hear(ctx, said[1]); err != nil {
			return err
		}
		v.Step("close the connection without an answer")
		_ = v.conn.Close()
		v.Step("the program should end by itself")
		if !ended(ctx, v.program, replyWithin) {
			return grade.Fail("The program should have ended when the server closed the connection, but after %v it still runs.", replyWithin)
		}
		return nil
	})
}

// clientReportsRefused starts the client where nobody listens.
func clientReportsRefused() func(context.Context, *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		v := &visitor{Subject: s}
		if err := v.start(ctx, "hello\nQ\n", true); err != nil {
			return err
		}
		defer v.program.Kill()
		s.Step("nobody listens: the program should say so and end")
		if !ended(ctx, v.program, connectWithin) {
			return grade.Fail("The program should have ended, since nobody listens on its port, but after %v it still runs.", connectWithin)
		}
		exit, _ := v.program.Ended()
		said := v.program.Stdout.Total() + v.program.Stderr.Total()
		switch {
		case exit.Code == 0 || exit.Signal != "":
			return grade.Fail("The program should have ended with an exit status that is not 0, since nobody listens on its port, but it ended so: %s.", grade.ExitText(exit))
		case said == 0:
			return grade.Fail("The program should have said that nobody listens on its port, but it printed nothing.")
		}
		return nil
	}
}
