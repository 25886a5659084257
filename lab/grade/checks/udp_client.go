package checks

import (
	"context"
	"strings"

	"echolab/lab/grade"
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
			ID: "sends-each-line", Title: "sends every line of its input as a datagram, once", Points: 15, Document: doc000,
			Hint: "Read a line from standard input, send it to {host} and {port}, wait for the reply, and begin again.",
			Run:  repeatIfBusy(withUDPClient(input{lines: short(5), quit: "Q", end: true}, sendsOnce)),
		},
		{
			ID: "prints-each-reply", Title: "prints every reply", Points: 10, Document: doc000,
			Hint: "Print each datagram that the server sends.",
			Run:  repeatIfBusy(withUDPClient(input{lines: short(5), quit: "Q", end: true}, printsEachReply)),
		},
		{
			ID: "prints-what-came", Title: "prints what it receives, and not what it sends", Points: 10, Document: doc000,
			Timeout: longPatience,
			Hint: "Call recvfrom, and print what it brought. Where it brought nothing in time, " +
				"say that there is no reply.",
			Run: repeatIfBusy(withUDPClient(input{lines: short(3), quit: "Q", end: true}, printsWhatCame)),
		},
		{
			ID: "waits-a-second", Title: "waits for a reply that takes half a second", Points: 10, Document: doc000,
			Needs: []string{"prints-what-came"},
			Hint: "A reply needs its time. Wait for a second or two before you give it up, " +
				"and do not send the next line before.",
			Run: repeatIfBusy(withUDPClient(input{lines: short(2), quit: "Q", end: true}, waitsForReply)),
		},
		{
			ID: "nothing-behind-reply", Title: "prints nothing behind a reply, such as the rest of an older one",
			Points: 5, Document: doc004,
			Hint: "Print as many bytes as were received. In C a buffer is no string before a byte of value 0 stands " +
				"behind what recvfrom wrote.",
			Run: repeatIfBusy(withUDPClient(input{lines: longThenShort, quit: "Q", end: true},
				func(ctx context.Context, c *udpClientUnderTest, said []string) error {
					answered, err := c.converse(ctx, said)
					if err != nil || len(answered) < 2 {
						return err
					}
					ended(ctx, c.program, replyWithin)
					return c.nothingBehind(said[1], said[0])
				})),
		},
		{
			ID: "long-lines", Title: "sends and prints a line of 3,000 bytes whole", Points: 10, Document: doc000,
			Hint: "A datagram that does not fit into the buffer is cut off: make the buffers for the line and for " +
				"the reply large enough.",
			Run: printsDatagramLike(func(s *grade.Subject) string { return lineOf(s, longLine) }),
		},
		{
			ID: "korean-lines", Title: "sends and prints Korean text (UTF-8) whole", Points: 5, Document: doc000,
			Hint: "Count bytes, not letters: a Korean syllable has three bytes in UTF-8. Leave out no byte.",
			Run:  printsDatagramLike(koreanLine),
		},
		{
			ID: "lost-reply-does-not-hang", Title: "goes on when a reply is lost", Points: 15, Document: doc000,
			Needs: []string{"sends-each-line"}, Timeout: longPatience,
			Hint: "UDP may lose a datagram. Wait for a reply for a second or two only (SO_RCVTIMEO, settimeout, " +
				"SetReadDeadline), say that it is missing, and go on.",
			Run: repeatIfBusy(withUDPClient(input{lines: short(4), quit: "Q", end: true},
				func(ctx context.Context, c *udpClientUnderTest, said []string) error {
					return c.answerButSecond(ctx, said, false)
				})),
		},
		{
			ID: "late-reply-not-mistaken", Title: "does not take a late reply for the next one",
			Points: 10, Document: doc000, Timeout: longPatience,
			Needs: []string{"lost-reply-does-not-hang"},
			Hint: "A reply may come after you have given it up. Compare a reply with what was sent, " +
				"and drop what does not belong to it.",
			Run: repeatIfBusy(withUDPClient(input{lines: short(4), quit: "Q", end: true},
				func(ctx context.Context, c *udpClientUnderTest, said []string) error {
					return c.answerButSecond(ctx, said, true)
				})),
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Points: 10, Document: doc001,
			Hint: "Compare the line with Q and q before it is sent; then end.",
			Run:  both(udpClientQuits("Q"), udpClientQuits("q")),
		},
	},
}

// sendsOnce wants every line, and not every one twice: a client may send one again
// whose reply was late. A second copy comes before the next line.
func sendsOnce(ctx context.Context, c *udpClientUnderTest, said []string) error {
	for i, line := range said {
		r, err := c.expectLine(ctx, line, said[:i], connectWithin)
		if err != nil {
			return err
		}
		if err := nothingBehindLine(r.body, line); err != nil {
			return err
		}
		c.answer(r)
	}
	for _, line := range said[:len(said)-1] {
		if c.copies[line] == 1 {
			return nil
		}
	}
	return grade.Failf("The program should have sent every line once, but it sent each of them twice, "+
		"the first one, too: %s.",
		grade.Quote([]byte(said[0])))
}

func printsEachReply(ctx context.Context, c *udpClientUnderTest, said []string) error {
	answered, err := c.converse(ctx, said)
	if err != nil {
		return err
	}
	c.Stepf("the program should have printed every reply")
	ended(ctx, c.program, replyWithin)
	return c.printedAs(answered[0], answered[1:]...)
}

// printsWhatCame loses the second reply: what is printed for it must differ from what
// is printed for the first one, or replies are not looked at.
func printsWhatCame(ctx context.Context, c *udpClientUnderTest, said []string) error {
	r, err := c.expectLine(ctx, said[0], nil, connectWithin)
	if err != nil {
		return err
	}
	c.answer(r)
	if _, err := c.expectLine(ctx, said[1], said[:1], connectWithin); err != nil {
		return nil // what it does not send is another check's affair
	}
	c.Stepf("lose the reply: answer nothing")
	if r, err := c.expectLine(ctx, said[2], said[:2], missingWithin); err == nil {
		c.answer(r)
	}
	ended(ctx, c.program, replyWithin)
	return c.printedOtherwise(said[0], said[1])
}

// waitsForReply answers late, and wants no other line before.
func waitsForReply(ctx context.Context, c *udpClientUnderTest, said []string) error {
	r, err := c.expectLine(ctx, said[0], nil, connectWithin)
	if err != nil {
		return err
	}
	c.Stepf("keep the reply back for %v", slowReply)
	if early := c.waitUnlessOther(said[0]); early > 0 {
		return grade.Failf("The program should have waited for the reply for a second, but it sent the next line after "+
			"%.1f seconds.", early.Seconds())
	}
	c.answer(r)
	return nil
}

// printsDatagramLike is printsLike over UDP.
func printsDatagramLike(line func(s *grade.Subject) string) run {
	in := input{lines: append([]func(s *grade.Subject) string{line}, short(1)...), quit: "Q", end: true}
	return repeatIfBusy(withUDPClient(in, func(ctx context.Context, c *udpClientUnderTest, said []string) error {
		r, err := c.expectLine(ctx, said[0], nil, connectWithin)
		if err != nil {
			return err
		}
		c.answer(r)
		ordinary, _ := c.converse(ctx, said[1:])
		ended(ctx, c.program, replyWithin)
		return c.printedLike(said[0], ordinary)
	}))
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
	if !strings.Contains(c.output(), said[0]) {
		return nil // it prints no reply at all, which is another check's affair
	}
	return c.printedAs(said[0], said[2], said[3])
}

// udpClientQuits types one line and a q, and leaves the input open.
func udpClientQuits(q string) run {
	return withUDPClient(input{lines: short(1), quit: q},
		func(ctx context.Context, c *udpClientUnderTest, said []string) error {
			if _, err := c.converse(ctx, said); err != nil {
				return err
			}
			c.Stepf("the program should end by itself")
			if !ended(ctx, c.program, replyWithin) {
				return stillRunsAfterQuit(q)
			}
			return nil
		})
}
