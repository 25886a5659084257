package checks

import (
	"context"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/text"
)

var clientTCP = grade.Assignment{
	ID: "client-tcp", Title: "A TCP echo client", Kind: grade.Client, Network: "tcp",
	Todo: []text.Phrase{
		"end at Q or q", "send the line, and receive until the whole reply has come",
		"print the reply on standard output",
	},
	Checks: []grade.Check{
		{
			ID: "sends-each-line", Title: "sends every line of its input, once", Points: 20, Document: doc001,
			Hint: "Connect to {host} and {port}, read a line from standard input, send it, wait for the reply, " +
				"and begin again.",
			Run: withTCPClient(input{lines: short(5), quit: "Q", end: true},
				func(ctx context.Context, c *tcpClientUnderTest, said []string) error { return c.answerEach(ctx, said) }),
		},
		{
			ID: "prints-each-reply", Title: "prints every reply, and not its own line", Points: 10, Document: doc001,
			Hint: "Print what the server sent, and not what you sent: the grader's server answers with other " +
				"letters, as many.",
			Run: withTCPClient(input{lines: short(5), quit: "Q", end: true}, printsReplies((*tcpClientUnderTest).answerWhole)),
		},
		{
			ID: "reads-whole-reply", Title: "waits for the whole reply", Points: 15, Document: doc001,
			Needs: []string{"prints-each-reply"},
			Hint: "TCP has no message boundaries: a reply may come in pieces. " +
				"Receive until as many bytes came as were sent.",
			Run: withTCPClient(input{lines: short(3), quit: "Q", end: true},
				printsReplies((*tcpClientUnderTest).answerInHalves)),
		},
		{
			ID: "long-lines", Title: "sends and prints a line of 3,000 bytes whole", Points: 10, Document: doc001,
			Hint: "A line may be longer than the buffer that you read it into, and so may the reply: make both large " +
				"enough, or read and receive in a loop.",
			Run: printsLike(func(s *grade.Subject) string { return lineOf(s, longLine) }),
		},
		{
			ID: "korean-lines", Title: "sends and prints Korean text (UTF-8) whole", Points: 5, Document: doc000,
			Hint: "Count bytes, not letters: a Korean syllable has three bytes in UTF-8. " +
				"Decode a reply when all of it is there.",
			Run: printsLike(koreanLine),
		},
		{
			ID: "nothing-behind-reply", Title: "prints nothing behind a reply, such as the rest of an older one",
			Points: 5, Document: doc004,
			Hint: "Print as many bytes as were received. In C a buffer is no string before a byte of value 0 stands " +
				"behind what recv wrote.",
			Run: withTCPClient(input{lines: longThenShort, quit: "Q", end: true},
				func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
					replies, err := c.converse(ctx, said, c.answerWhole)
					if err != nil || len(replies) < 2 {
						return err
					}
					c.finish(ctx)
					return c.nothingBehind(replies[1], replies[0])
				}),
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Points: 15, Document: doc001,
			Hint: "Compare the line with Q and q before it is sent; then close the socket and end.",
			Run:  both(tcpClientQuits("Q"), tcpClientQuits("q")),
		},
		{
			ID: "ends-at-eof", Title: "ends at the end of its input", Points: 5, Document: doc004,
			Hint: "The function that reads a line says when there is none " +
				"(fgets: NULL, Python: an empty string, getline: false).",
			Run: withTCPClient(input{lines: short(1), end: true}, endsAfterAnswers(grade.Failf(
				"The program should have ended at the end of its input, but after %v it still runs.", replyWithin))),
		},
		{
			ID: "reports-refused", Title: "says when nobody listens", Points: 10, Document: doc001,
			Hint: "connect may fail: print the reason, and end with an exit status other than 0.",
			Run:  reportsRefused,
		},
		{
			ID: "ends-when-server-closes", Title: "ends when the server closes", Points: 5, Document: doc004,
			Needs: []string{"prints-each-reply"},
			Hint:  "recv returns 0 (in Python b\"\") when the server has closed: no more will come.",
			Run:   withTCPClient(input{lines: short(1)}, endsWithServer),
		},
	},
}

// longThenShort are two lines of which the first leaves much in a buffer.
var longThenShort = []func(s *grade.Subject) string{
	func(s *grade.Subject) string { return lineOf(s, 60) },
	func(s *grade.Subject) string { return lineOf(s, 8) },
}

// printsReplies answers what comes, and wants the replies printed.
func printsReplies(
	answer func(c *tcpClientUnderTest, ctx context.Context, reply []byte),
) func(context.Context, *tcpClientUnderTest, []string) error {
	return func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
		replies, err := c.converse(ctx, said, func(ctx context.Context, reply []byte) { answer(c, ctx, reply) })
		if err != nil {
			return err
		}
		c.finish(ctx)
		return c.printed(replies, said)
	}
}

// printsLike types a line that is out of the ordinary, and one that is not. It wants the
// first one sent as it is, and its reply printed if that of the other is.
func printsLike(line func(s *grade.Subject) string) run {
	in := input{lines: append([]func(s *grade.Subject) string{line}, short(1)...), quit: "Q", end: true}
	return withTCPClient(in, func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
		heard, err := c.expectLine(ctx, said[0])
		if err != nil {
			return err
		}
		reply := c.reply(heard)
		c.answer(reply)
		ordinary, _ := c.converse(ctx, said[1:], c.answerWhole)
		c.finish(ctx)
		return c.printedLike(strings.Trim(string(reply), terminators), ordinary)
	})
}

// endsAfterAnswers answers every line and wants the program to end by itself.
func endsAfterAnswers(stillRuns *grade.Failure) func(context.Context, *tcpClientUnderTest, []string) error {
	return func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
		if _, err := c.converse(ctx, said, c.answerWhole); err != nil {
			return err
		}
		c.Stepf("the program should end by itself")
		if !c.finish(ctx) {
			return stillRuns
		}
		return nil
	}
}

// tcpClientQuits types one line and a q, and leaves the input open.
func tcpClientQuits(q string) run {
	return withTCPClient(input{lines: short(1), quit: q}, endsAfterAnswers(stillRunsAfterQuit(q)))
}

func stillRunsAfterQuit(q string) *grade.Failure {
	return grade.Failf("The program should have ended when %s was typed, but after %v it still runs.", q, replyWithin)
}

// both runs one check after the other.
func both(first, second run) run {
	return func(ctx context.Context, s *grade.Subject) error {
		if err := first(ctx, s); err != nil {
			return err
		}
		return second(ctx, s)
	}
}

// endsWithServer closes the connection on the client.
func endsWithServer(ctx context.Context, c *tcpClientUnderTest, said []string) error {
	if _, err := c.takeAnything(ctx, said[0]); err != nil {
		return err
	}
	c.Stepf("close the connection without an answer")
	_ = c.conn.Close()
	c.Stepf("the program should end by itself")
	if !ended(ctx, c.program, replyWithin) {
		return grade.Failf("The program should have ended when the server closed the connection, "+
			"but after %v it still runs.", replyWithin)
	}
	return nil
}

// reportsRefused starts the client where nobody listens.
func reportsRefused(ctx context.Context, s *grade.Subject) error {
	c := &clientUnderTest{Subject: s}
	if err := c.start(ctx, "hello\nQ\n", true); err != nil {
		return err
	}
	defer c.program.Kill()
	s.Stepf("nobody listens: the program should say so and end")
	if !ended(ctx, c.program, connectWithin) {
		return grade.Failf("The program should have ended, since nobody listens on its port, "+
			"but after %v it still runs.", connectWithin)
	}
	exit, _ := c.program.Ended()
	switch {
	case exit.Code == 0 || exit.Signal != "":
		return grade.Failf("The program should have ended with an exit status that is not 0, "+
			"since nobody listens on its port, but it ended so: %s.", grade.ExitText(exit))
	case c.program.Stdout.Total()+c.program.Stderr.Total() == 0:
		return grade.Failf("The program should have said that nobody listens on its port, but it printed nothing.")
	}
	return nil
}
