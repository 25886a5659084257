package checks

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

var clientUDP = grade.Assignment{
	ID: "client-udp", Title: "A UDP echo client", Kind: grade.Client, Network: "udp",
	Todo: []text.Phrase{
		"end at Q or q", "send the line without its line end, and wait a second for its reply",
		"print the reply, or that there is none, on standard output",
	},
	Checks: []grade.Check{
		{
			ID: "sends-each-line", Title: "sends every line of its input as a datagram", Points: 25, Document: doc000,
			Hint: "Read a line from standard input, send it to {host} and {port}, wait for the reply, and begin again.",
			Run:  repeatIfBusy(withUDPClient(input{lines: 5, quit: "Q", end: true}, answerDatagrams)),
		},
		{
			ID: "prints-each-reply", Title: "prints every reply", Points: 20, Document: doc000,
			Needs: []string{"sends-each-line"},
			Hint:  "Print each datagram that the server sends.",
			Run:   repeatIfBusy(withUDPClient(input{lines: 5, quit: "Q", end: true}, printsEachReply)),
		},
		{
			ID: "lost-reply-does-not-hang", Title: "goes on when a reply is lost", Points: 25, Document: doc000,
			Needs: []string{"prints-each-reply"}, Timeout: time.Minute,
			Hint: "UDP may lose a datagram. Wait for a reply for a second or two only (SO_RCVTIMEO, settimeout, " +
				"SetReadDeadline), say that it is missing, and go on.",
			Run: repeatIfBusy(withUDPClient(input{lines: 4, quit: "Q", end: true},
				func(ctx context.Context, c *udpClientUnderTest, said []string) error {
					return c.answerButSecond(ctx, said, false)
				})),
		},
		{
			ID: "late-reply-not-mistaken", Title: "does not take a late reply for the next one",
			Points: 15, Document: doc000,
			Needs: []string{"lost-reply-does-not-hang"}, Timeout: time.Minute,
			Hint: "A reply may come after you have given it up. Compare a reply with what was sent, " +
				"and drop what does not belong to it.",
			Run: repeatIfBusy(withUDPClient(input{lines: 4, quit: "Q", end: true},
				func(ctx context.Context, c *udpClientUnderTest, said []string) error {
					return c.answerButSecond(ctx, said, true)
				})),
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Points: 15, Document: doc001,
			Needs: []string{"sends-each-line"},
			Hint:  "Compare the line with Q and q before it is sent; then end.",
			Run:   both(udpClientQuits("Q"), udpClientQuits("q")),
		},
	},
}

// missingWithin is how long a client may wait for a reply that never comes.
const missingWithin = 10 * time.Second

// udpClientUnderTest is a UDP client, seen from the grader's server.
// Replies are the very lines, so that a client may tell them apart.
type udpClientUnderTest struct {
	clientUnderTest
	pc net.PacketConn
}

// received is a datagram of the client.
type received struct {
	body []byte
	from net.Addr
}

// withUDPClient starts the client against a UDP server of ours, hands it and the
// lines that were typed to talk, and closes everything.
func withUDPClient(in input, talk func(ctx context.Context, c *udpClientUnderTest, said []string) error) run {
	return func(ctx context.Context, s *grade.Subject) error {
		pc, err := s.ListenAt(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = pc.Close() }()
		s.Stepf("wait for datagrams on %s", s.Address())
		said := lines(s, in.lines)
		c := &udpClientUnderTest{clientUnderTest{Subject: s}, pc}
		if err := c.start(ctx, in.typed(said), in.end); err != nil {
			return err
		}
		defer c.program.Kill()
		return talk(ctx, c, said)
	}
}

// expectLine waits for the datagram of one line; those of earlier lines, which a
// client may send again, pass. It does not wait for a client that has ended.
func (c *udpClientUnderTest) expectLine(
	ctx context.Context, line string, earlier []string, d time.Duration,
) (received, error) {
	c.Stepf("the program should send a datagram of %s", grade.Quote([]byte(line)))
	buf := make([]byte, largestDatagram)
	_ = c.pc.SetReadDeadline(within(ctx, d))
	// What it sent before its end is here by then, or will be in a moment.
	defer c.atEnd(func() { _ = c.pc.SetReadDeadline(time.Now().Add(quiet)) })()
	for {
		n, from, err := c.pc.ReadFrom(buf)
		_, over := c.program.Ended()
		switch {
		case err != nil && over:
			return received{}, grade.Failf("The program should have sent a datagram of %s, but it ended without.",
				grade.Quote([]byte(line)))
		case err != nil:
			return received{}, grade.Failf("The program should have sent a datagram of %s, but within %v none came.",
				grade.Quote([]byte(line)), d)
		}
		got := strings.Trim(string(buf[:n]), terminators)
		if got == line {
			return received{bytes.Clone(buf[:n]), from}, nil
		}
		if !slices.Contains(earlier, got) {
			return received{}, grade.Failf("The program should have sent a datagram of %s, but it sent %s.",
				grade.Quote([]byte(line)), grade.Quote(buf[:n]))
		}
	}
}

func (c *udpClientUnderTest) answer(r received) {
	c.Stepf("answer %s", grade.Quote(r.body))
	_, _ = c.pc.WriteTo(r.body, r.from) // a client that is gone shows in what it printed
}

// printedAs wants each of lines as often in the output as the model, which
// was answered as it should be: a client may print what it sends, too.
func (c *udpClientUnderTest) printedAs(model string, lines ...string) error {
	out := string(c.program.Stdout.Head())
	most := strings.Count(out, model)
	for _, line := range append([]string{model}, lines...) {
		if n := strings.Count(out, line); n == 0 || n < most {
			return grade.Failf("The program should have printed the reply %s, but it did not.",
				grade.Quote([]byte(line)))
		}
	}
	return nil
}

func answerDatagrams(ctx context.Context, c *udpClientUnderTest, said []string) error {
	for i, line := range said {
		r, err := c.expectLine(ctx, line, said[:i], connectWithin)
		if err != nil {
			return err
		}
		c.answer(r)
	}
	return nil
}

func printsEachReply(ctx context.Context, c *udpClientUnderTest, said []string) error {
	if err := answerDatagrams(ctx, c, said); err != nil {
		return err
	}
	c.Stepf("the program should have printed every reply")
	ended(ctx, c.program, replyWithin)
	return c.printedAs(said[0], said[1:]...)
}

// repeatIfBusy does a check again where it fails on a busy machine: a client
// that gives up after a second cannot know that the grader was late.
func repeatIfBusy(check run) run {
	const tries, busy = 3, 1.5
	return func(ctx context.Context, s *grade.Subject) error {
		for try := 1; ; try++ {
			err := check(ctx, s)
			if err == nil || try == tries || ctx.Err() != nil || sandbox.LoadFactor() < busy {
				return err
			}
			s.Stepf("the machine is busy: once more, to be fair")
		}
	}
}

// answerButSecond answers every line but the second of four, which is answered
// late, when the third has come, or never.
func (c *udpClientUnderTest) answerButSecond(ctx context.Context, said []string, late bool) error {
	var second received
	for i, line := range said {
		wait := connectWithin
		if i == 2 {
			wait = missingWithin
		}
		r, err := c.expectLine(ctx, line, said[:i], wait)
		if err != nil {
			return err
		}
		switch {
		case i == 1 && late:
			second = r
			c.Stepf("keep the reply back")
			continue
		case i == 1:
			c.Stepf("lose the reply: answer nothing")
			continue
		case i == 2 && late:
			c.Stepf("send the late reply first")
			c.answer(second)
		}
		c.answer(r)
	}
	ended(ctx, c.program, replyWithin)
	return c.printedAs(said[0], said[2], said[3])
}

// udpClientQuits types one line and a q, and leaves the input open.
func udpClientQuits(q string) run {
	return withUDPClient(input{lines: 1, quit: q},
		func(ctx context.Context, c *udpClientUnderTest, said []string) error {
			if err := answerDatagrams(ctx, c, said); err != nil {
				return err
			}
			c.Stepf("the program should end by itself")
			if !ended(ctx, c.program, replyWithin) {
				return stillRunsAfterQuit(q)
			}
			return nil
		})
}
