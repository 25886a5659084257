package checks

import (
	"bytes"
	"context"
	"net"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

// patience is how long a client may wait for a reply that never comes.
const patience = 10 * time.Second

// caller is the student's UDP client, seen from the grader's server. Replies
// are the very lines, so that a client may tell them apart.
type caller struct {
	visitor
	pc net.PacketConn
}

// letter is a datagram of the client.
type letter struct {
	body []byte
	from net.Addr
}

// withCaller starts the client against a UDP server of ours.
func withCaller(stdin func(lines []string) string, eof bool, n int, talk func(ctx context.Context, c *caller, lines []string) error) func(context.Context, *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		if err := s.Open(ctx); err != nil {
			return err
		}
		pc, err := s.ListenAt(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = pc.Close() }()
		s.Stepf("wait for datagrams on %s", s.Address())
		said := lines(s, n)
		c := &caller{visitor{Subject: s}, pc}
		if err := c.start(ctx, stdin(said), eof); err != nil {
			return err
		}
		defer c.program.Kill()
		return talk(ctx, c, said)
	}
}

// hear waits for the datagram of one line; those of earlier lines, which a
// client may send again, pass. It does not wait for a client that has ended.
func (c *caller) hear(ctx context.Context, line string, earlier []string, d time.Duration) (letter, error) {
	c.Stepf("the program should send a datagram of %s", grade.Quote([]byte(line)))
	buf := make([]byte, largestDatagram)
	_ = c.pc.SetReadDeadline(within(ctx, d))
	defer c.hurryAtEnd()()
	for {
		n, from, err := c.pc.ReadFrom(buf)
		_, over := c.program.Ended()
		switch {
		case err != nil && over:
			return letter{}, grade.Failf("The program should have sent a datagram of %s, but it ended without.", grade.Quote([]byte(line)))
		case err != nil:
			return letter{}, grade.Failf("The program should have sent a datagram of %s, but within %v none came.", grade.Quote([]byte(line)), d)
		}
		got := strings.Trim(string(buf[:n]), terminators)
		if got == line {
			return letter{bytes.Clone(buf[:n]), from}, nil
		}
		if !contains(earlier, got) {
			return letter{}, grade.Failf("The program should have sent a datagram of %s, but it sent %s.", grade.Quote([]byte(line)), grade.Quote(buf[:n]))
		}
	}
}

// hurryAtEnd shortens the wait for a datagram when the client ends: what it
// sent is here by then, or will be in a moment. stop ends the watch.
func (c *caller) hurryAtEnd() (stop func()) {
	heard, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-c.program.Done():
			_ = c.pc.SetReadDeadline(time.Now().Add(quiet))
		case <-heard:
		}
	}()
	return func() {
		close(heard)
		<-stopped
	}
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

func (c *caller) answer(l letter) {
	c.Stepf("answer %s", grade.Quote(l.body))
	_, _ = c.pc.WriteTo(l.body, l.from) // a client that is gone shows in what it printed
}

// printedAs wants each of lines as often in the output as the model, which
// was answered as it should be: a client may print what it sends, too.
func (c *caller) printedAs(model string, lines ...string) error {
	out := string(c.program.Stdout.Head())
	n := strings.Count(out, model)
	if n == 0 {
		return grade.Failf("The program should have printed the reply %s, but it did not.", grade.Quote([]byte(model)))
	}
	for _, line := range lines {
		if strings.Count(out, line) < n {
			return grade.Failf("The program should have printed the reply %s, but it did not.", grade.Quote([]byte(line)))
		}
	}
	return nil
}

func callerSends() func(context.Context, *grade.Subject) error {
	return withCaller(typed, true, 5, func(ctx context.Context, c *caller, said []string) error {
		return c.answerAll(ctx, said)
	})
}

func (c *caller) answerAll(ctx context.Context, said []string) error {
	for i, line := range said {
		l, err := c.hear(ctx, line, said[:i], connectWithin)
		if err != nil {
			return err
		}
		c.answer(l)
	}
	return nil
}

func callerPrints() func(context.Context, *grade.Subject) error {
	return withCaller(typed, true, 5, func(ctx context.Context, c *caller, said []string) error {
		if err := c.answerAll(ctx, said); err != nil {
			return err
		}
		c.Stepf("the program should have printed every reply")
		ended(ctx, c.program, replyWithin)
		return c.printedAs(said[0], said[1:]...)
	})
}

// patiently does a check again where it fails on a crowded machine: a client
// that gives up after a second cannot know that it was we who were late.
func patiently(check func(context.Context, *grade.Subject) error) func(context.Context, *grade.Subject) error {
	const tries = 3
	return func(ctx context.Context, s *grade.Subject) error {
		for try := 1; ; try++ {
			err := check(ctx, s)
			if err == nil || try == tries || ctx.Err() != nil || sandbox.Crowding() < crowded {
				return err
			}
			s.Stepf("the machine is busy: once more, to be fair")
		}
	}
}

// crowded is how crowded a machine must be to be to blame.
const crowded = 1.5

// callerSurvivesLoss never answers the second of four lines.
func callerSurvivesLoss() func(context.Context, *grade.Subject) error {
	return withCaller(typed, true, 4, func(ctx context.Context, c *caller, said []string) error {
		for i, line := range said {
			wait := connectWithin
			if i == 2 {
				wait = patience
			}
			l, err := c.hear(ctx, line, said[:i], wait)
			if err != nil {
				return err
			}
			if i == 1 {
				c.Stepf("lose the reply: answer nothing")
				continue
			}
			c.answer(l)
		}
		ended(ctx, c.program, replyWithin)
		return c.printedAs(said[0], said[2], said[3])
	})
}

// callerTellsLate answers the second line only when the third has come, and
// then the third.
func callerTellsLate() func(context.Context, *grade.Subject) error {
	return withCaller(typed, true, 4, func(ctx context.Context, c *caller, said []string) error {
		var late letter
		for i, line := range said {
			wait := connectWithin
			if i == 2 {
				wait = patience
			}
			l, err := c.hear(ctx, line, said[:i], wait)
			if err != nil {
				return err
			}
			switch i {
			case 1:
				late = l
				c.Stepf("keep the reply back")
				continue
			case 2:
				c.Stepf("send the late reply first")
				c.answer(late)
			}
			c.answer(l)
		}
		ended(ctx, c.program, replyWithin)
		return c.printedAs(said[0], said[2], said[3])
	})
}

// callerQuits types one line and a q, and leaves the input open.
func callerQuits(q string) func(context.Context, *grade.Subject) error {
	input := func(said []string) string { return said[0] + "\n" + q + "\n" }
	return withCaller(input, false, 1, func(ctx context.Context, c *caller, said []string) error {
		if err := c.answerAll(ctx, said); err != nil {
			return err
		}
		c.Stepf("the program should end by itself")
		if !ended(ctx, c.program, replyWithin) {
			return grade.Failf("The program should have ended when %s was typed, but after %v it still runs.", q, replyWithin)
		}
		return nil
	})
}
