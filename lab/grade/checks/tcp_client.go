package checks

import (
	"context"
	"errors"
	"os"
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
			ID: "sends-each-line", Title: "sends every line of its input", Points: 20, Document: doc001,
			Hint: "Connect to {host} and {port}, read a line from standard input, send it, wait for the reply, " +
				"and begin again.",
			Run: withTCPClient(input{lines: 5, quit: "Q", end: true},
				func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
					return c.answerAll(ctx, said, c.answer)
				}),
		},
		{
			ID: "prints-each-reply", Title: "prints every reply", Points: 15, Document: doc001,
			Needs: []string{"sends-each-line"},
			Hint: "Print what the server sent, and not what you sent: the grader's server answers " +
				"in capital letters.",
			Run: withTCPClient(input{lines: 5, quit: "Q", end: true},
				func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
					return c.answerAllAndLook(ctx, said, c.answer)
				}),
		},
		{
			ID: "reads-whole-reply", Title: "waits for the whole reply", Points: 20, Document: doc001,
			Needs: []string{"prints-each-reply"},
			Hint: "TCP has no message boundaries: a reply may come in pieces. " +
				"Receive until as many bytes came as were sent.",
			Run: withTCPClient(input{lines: 5, quit: "Q", end: true},
				func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
					return c.answerAllAndLook(ctx, said, func(reply []byte) { c.answerInHalves(ctx, reply) })
				}),
		},
		{
			ID: "quits-on-q", Title: "ends when Q or q is typed", Points: 15, Document: doc001,
			Needs: []string{"sends-each-line"},
			Hint:  "Compare the line with Q and q before it is sent; then close the socket and end.",
			Run:   both(tcpClientQuits("Q"), tcpClientQuits("q")),
		},
		{
			ID: "ends-at-eof", Title: "ends at the end of its input", Points: 10, Document: doc004,
			Needs: []string{"reads-whole-reply"},
			Hint: "The function that reads a line says when there is none " +
				"(fgets: NULL, Python: an empty string, getline: false).",
			Run: withTCPClient(input{lines: 1, end: true}, endsAfterAnswers(grade.Failf(
				"The program should have ended at the end of its input, but after %v it still runs.", replyWithin))),
		},
		{
			ID: "reports-refused", Title: "says when nobody listens", Points: 10, Document: doc001,
			Hint: "connect may fail: print the reason, and end with an exit status other than 0.",
			Run:  reportsRefused,
		},
		{
			ID: "ends-when-server-closes", Title: "ends when the server closes", Points: 10, Document: doc004,
			Needs: []string{"reads-whole-reply"},
			Hint:  "recv returns 0 (in Python b\"\") when the server has closed: no more will come.",
			Run:   withTCPClient(input{lines: 3}, endsWithServer),
		},
	},
}

// answerAll answers every line.
func (c *tcpClientUnderTest) answerAll(ctx context.Context, said []string, answer func(reply []byte)) error {
	for _, line := range said {
		heard, err := c.expectLine(ctx, line)
		if err != nil {
			return err
		}
		answer(upper(heard))
	}
	return nil
}

// answerAllAndLook answers every line and looks at what was printed.
func (c *tcpClientUnderTest) answerAllAndLook(ctx context.Context, said []string, answer func(reply []byte)) error {
	if err := c.answerAll(ctx, said, answer); err != nil {
		return err
	}
	c.finish(ctx)
	return c.printed(strings.Split(strings.ToUpper(strings.Join(said, "\n")), "\n"))
}

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

// endsAfterAnswers answers every line and wants the program to end by itself.
func endsAfterAnswers(stillRuns *grade.Failure) func(context.Context, *tcpClientUnderTest, []string) error {
	return func(ctx context.Context, c *tcpClientUnderTest, said []string) error {
		if err := c.answerAll(ctx, said, c.answer); err != nil {
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
	return withTCPClient(input{lines: 1, quit: q}, endsAfterAnswers(stillRunsAfterQuit(q)))
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
	if err := c.answerAll(ctx, said[:1], c.answer); err != nil {
		return err
	}
	if _, err := c.expectLine(ctx, said[1]); err != nil {
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
