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
)

// The times of UDP clients.
const (
	missingWithin = 10 * time.Second       // how long a client may wait for a reply that never comes
	slowReply     = 500 * time.Millisecond // how long it must wait at least
	longPatience  = time.Minute            // for a check with lost replies
)

// udpClientUnderTest is a UDP client, seen from the grader's server.
// Replies are the very lines, so that a client may tell them apart.
type udpClientUnderTest struct {
	clientUnderTest
	pc      net.PacketConn
	swapped func() bool    // whether it talked to the port with its bytes swapped
	copies  map[string]int // how often each line came
}

// received is a datagram of the client.
type received struct {
	body []byte
	from net.Addr
}

// line is what is in a datagram, without its end.
func (r received) line() string { return strings.Trim(string(r.body), terminators) }

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
		c := &udpClientUnderTest{clientUnderTest: clientUnderTest{Subject: s}, pc: pc, copies: map[string]int{}}
		c.swapped = s.WatchSwapped(ctx, func() { _ = pc.Close() })
		defer c.swapped()
		said := in.said(s)
		if err := c.start(ctx, in.typed(said), in.end); err != nil {
			return err
		}
		defer c.program.Kill()
		err = talk(ctx, c, said)
		if err != nil && c.swapped() {
			return c.toSwappedPort()
		}
		return err
	}
}

// receive waits for a datagram.
func (c *udpClientUnderTest) receive() (received, error) {
	buf := make([]byte, largestDatagram)
	n, from, err := c.pc.ReadFrom(buf)
	r := received{bytes.Clone(buf[:n]), from}
	if err == nil {
		c.copies[r.line()]++
	}
	return r, err
}

// expectLine waits for the datagram of one line; those of earlier lines, which a
// client may send again, pass. It does not wait for a client that has ended.
func (c *udpClientUnderTest) expectLine(
	ctx context.Context, line string, earlier []string, d time.Duration,
) (received, error) {
	c.Stepf("the program should send a datagram of %s", grade.Quote([]byte(line)))
	_ = c.pc.SetReadDeadline(within(ctx, d))
	// What it sent before its end is here by then, or will be in a moment.
	defer c.atEnd(func() { _ = c.pc.SetReadDeadline(time.Now().Add(quiet)) })()
	for {
		r, err := c.receive()
		_, over := c.program.Ended()
		switch {
		case err != nil && over:
			return received{}, grade.Failf("The program should have sent a datagram of %s, but it ended without.",
				grade.Quote([]byte(line)))
		case err != nil:
			return received{}, grade.Failf("The program should have sent a datagram of %s, but within %v none came.",
				grade.Quote([]byte(line)), d)
		}
		if r.line() == line {
			return r, nil
		}
		if !slices.Contains(earlier, r.line()) {
			return received{}, grade.Failf("The program should have sent a datagram of %s, but it sent %s.",
				grade.Quote([]byte(line)), grade.Quote(r.body))
		}
	}
}

// waitUnlessOther waits for as long as a slow reply takes. When another line comes
// meanwhile, it returns after how long.
func (c *udpClientUnderTest) waitUnlessOther(line string) time.Duration {
	began := time.Now()
	_ = c.pc.SetReadDeadline(began.Add(slowReply))
	for {
		r, err := c.receive()
		if err != nil {
			return 0
		}
		if r.line() != line {
			return time.Since(began)
		}
	}
}

// converse answers what comes, at least one line, and returns the lines.
func (c *udpClientUnderTest) converse(ctx context.Context, said []string) ([]string, error) {
	for i, line := range said {
		r, err := c.expectLine(ctx, line, said[:i], connectWithin)
		if err != nil && i == 0 {
			return nil, err
		}
		if err != nil {
			return said[:i], nil
		}
		c.answer(r)
	}
	return said, nil
}

func (c *udpClientUnderTest) answer(r received) {
	c.Stepf("answer %s", grade.Quote(r.body))
	_, _ = c.pc.WriteTo(r.body, r.from) // a client that is gone shows in what it printed
}

// printedAs wants each of lines as often in the output as the model, which
// was answered as it should be: a client may print what it sends, too.
func (c *udpClientUnderTest) printedAs(model string, lines ...string) error {
	out := c.output()
	if out == "" {
		return c.printedNothing(model)
	}
	most := strings.Count(out, model)
	for _, line := range append([]string{model}, lines...) {
		if n := strings.Count(out, line); n == 0 || n < most {
			return grade.Failf("The program should have printed the reply %s, but it did not.",
				grade.Quote([]byte(line)))
		}
	}
	return nil
}

// printedOtherwise wants other words for a line whose reply was lost than for one
// whose reply came.
func (c *udpClientUnderTest) printedOtherwise(answered, lost string) error {
	c.Stepf("the program should have printed something else where no reply came")
	of := func(line string) (about []string) {
		for text := range strings.Lines(c.output()) {
			if strings.Contains(text, line) {
				about = append(about, strings.ReplaceAll(text, line, "@"))
			}
		}
		return about
	}
	if said := of(answered); len(said) > 0 && slices.Equal(said, of(lost)) {
		return grade.Failf("The program should have printed what it received, but it printed the same for %s, whose reply "+
			"was lost, as for %s, whose reply came.", grade.Quote([]byte(lost)), grade.Quote([]byte(answered)))
	}
	return nil
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
