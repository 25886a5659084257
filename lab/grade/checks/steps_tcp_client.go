package checks

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"echolab/lab/grade"
)

// tcpClientUnderTest is a TCP client, seen from the grader's server. The server
// answers each line with as many bytes that nobody can guess, so that a reply that
// is printed must have been received.
type tcpClientUnderTest struct {
	clientUnderTest
	conn    net.Conn
	pending []byte // received and not yet taken for a line
	last    string // the line that was answered last
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
		said := in.said(s)
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

func (c *tcpClientUnderTest) accept(ctx context.Context, l net.Listener) error {
	c.Stepf("the program should connect")
	if tcp, ok := l.(*net.TCPListener); ok {
		_ = tcp.SetDeadline(within(ctx, connectWithin))
	}
	giveUp := func() { _ = l.Close() }
	swapped := c.WatchSwapped(ctx, giveUp)
	stop := c.atEnd(giveUp) // a client that has ended need not be waited for
	conn, err := l.Accept()
	stop()
	switch {
	case swapped():
		return c.toSwappedPort()
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
	for {
		c.answerLineEnds()
		if rest, ok := bytes.CutPrefix(c.pending, []byte(line)); ok {
			end := len(line) + len(rest) - len(bytes.TrimLeft(rest, terminators))
			heard := c.pending[:end]
			c.pending, c.last = c.pending[end:], line
			return heard, nil
		}
		if !strings.HasPrefix(line, string(c.pending)) {
			return nil, c.unexpected(line)
		}
		if err := c.read(ctx); err != nil {
			return nil, grade.Failf("The program should have sent %s, but of these only %d came; %s.",
				grade.Quote([]byte(line)), len(c.pending), reason(err))
		}
	}
}

// unexpected says what came in the place of a line.
func (c *tcpClientUnderTest) unexpected(line string) error {
	if c.last != "" && strings.HasPrefix(string(c.pending), c.last) {
		return grade.Failf("The program should have sent %s, but it sent the line before that twice: %s.",
			grade.Quote([]byte(line)), grade.Quote(c.pending))
	}
	return grade.Failf("The program should have sent %s, but it sent %s.",
		grade.Quote([]byte(line)), grade.Quote(c.pending))
}

func (c *tcpClientUnderTest) answerLineEnds() {
	if start := len(c.pending) - len(bytes.TrimLeft(c.pending, terminators)); start > 0 {
		_, _ = c.conn.Write(c.pending[:start])
		c.pending = c.pending[start:]
	}
}

// read receives what comes next; with an error nothing came.
func (c *tcpClientUnderTest) read(ctx context.Context) error {
	buf := make([]byte, 4096)
	_ = c.conn.SetReadDeadline(within(ctx, replyWithin))
	n, err := c.conn.Read(buf)
	c.pending = append(c.pending, buf[:n]...)
	if n > 0 {
		return nil
	}
	return err
}

// takeAnything is expectLine for a check that is about something else: a line that
// comes twice counts once, and what is no line counts as one.
func (c *tcpClientUnderTest) takeAnything(ctx context.Context, line string) ([]byte, error) {
	last := c.last
	for {
		heard, err := c.expectLine(ctx, line)
		if err == nil || len(c.pending) == 0 {
			return heard, err
		}
		if last != "" && strings.HasPrefix(last, string(c.pending)) && c.read(ctx) == nil {
			continue
		}
		rest, repeated := bytes.CutPrefix(c.pending, []byte(last))
		if last == "" || !repeated {
			heard, c.pending = c.pending, nil
			return heard, nil
		}
		c.pending = bytes.TrimLeft(rest, terminators)
	}
}

// answerEach wants every line and nothing else, and answers it.
func (c *tcpClientUnderTest) answerEach(ctx context.Context, said []string) error {
	for _, line := range said {
		heard, err := c.expectLine(ctx, line)
		if err != nil {
			return err
		}
		if err := nothingBehindLine(heard, line); err != nil {
			return err
		}
		c.answer(c.reply(heard))
	}
	return nil
}

// converse answers what comes, at least one line, and returns the replies.
func (c *tcpClientUnderTest) converse(
	ctx context.Context, said []string, answer func(ctx context.Context, reply []byte),
) ([]string, error) {
	var replies []string
	for i, line := range said {
		heard, err := c.takeAnything(ctx, line)
		if err != nil && i == 0 {
			return nil, err
		}
		if err != nil {
			break
		}
		reply := c.reply(heard)
		answer(ctx, reply)
		replies = append(replies, strings.Trim(string(reply), terminators))
	}
	return replies, nil
}

// reply is as long as what was heard, with other letters and the same line ends.
func (c *tcpClientUnderTest) reply(heard []byte) []byte {
	return []byte(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(terminators, r):
			return r
		case r >= '가' && r <= '힣':
			return syllable(c.Subject)
		case r >= utf8.RuneSelf && r != utf8.RuneError:
			return r
		}
		return 'a' + rune(c.Rand.IntN('z'-'a'+1))
	}, string(heard)))
}

// answer sends a reply in one piece.
func (c *tcpClientUnderTest) answer(reply []byte) {
	c.Stepf("answer %s", grade.Quote(reply))
	_, _ = c.conn.Write(reply) // a client that is gone shows in what it printed
}

// answerWhole is answer for converse.
func (c *tcpClientUnderTest) answerWhole(_ context.Context, reply []byte) { c.answer(reply) }

// answerInHalves answers in two pieces. The second goes out when the client has
// taken the first for the whole and goes on, or after a while.
func (c *tcpClientUnderTest) answerInHalves(ctx context.Context, reply []byte) {
	half := len(reply) / 2
	c.answer(reply[:half])
	c.Stepf("wait a moment in the middle of the reply")
	buf := make([]byte, 4096)
	_ = c.conn.SetReadDeadline(within(ctx, quiet))
	n, err := c.conn.Read(buf)
	c.pending = append(c.pending, buf[:n]...)
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		c.answer(reply[half:])
	}
}

// finish goes on answering until the client hangs up, and waits for its end.
// It reports whether the client ended by itself.
func (c *tcpClientUnderTest) finish(ctx context.Context) bool {
	deadline := within(ctx, replyWithin)
	_ = c.conn.SetDeadline(deadline)
	buf := slices.Concat(c.pending, make([]byte, 4096))
	for n := len(c.pending); ; {
		_, _ = c.conn.Write(c.reply(buf[:n]))
		var err error
		if n, err = c.conn.Read(buf); err != nil {
			break
		}
	}
	c.pending = nil
	return endedBy(c.program, deadline)
}
