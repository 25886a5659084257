package checks

import (
	"context"
	"errors"
	"os"
	"strings"

	"echolab/lab/grade"
)

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
			v.Stepf("wait a moment in the middle of the reply")
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
		v.Stepf("the program should end by itself")
		if !v.finish(ctx, replyWithin) {
			return grade.Failf("The program should have ended when %s was typed, but after %v it still runs.", q, replyWithin)
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
		v.Stepf("the program should end by itself")
		if !v.finish(ctx, replyWithin) {
			return grade.Failf("The program should have ended at the end of its input, but after %v it still runs.", replyWithin)
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
		v.Stepf("close the connection without an answer")
		_ = v.conn.Close()
		v.Stepf("the program should end by itself")
		if !ended(ctx, v.program, replyWithin) {
			return grade.Failf("The program should have ended when the server closed the connection, but after %v it still runs.", replyWithin)
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
		s.Stepf("nobody listens: the program should say so and end")
		if !ended(ctx, v.program, connectWithin) {
			return grade.Failf("The program should have ended, since nobody listens on its port, but after %v it still runs.", connectWithin)
		}
		exit, _ := v.program.Ended()
		said := v.program.Stdout.Total() + v.program.Stderr.Total()
		switch {
		case exit.Code == 0 || exit.Signal != "":
			return grade.Failf("The program should have ended with an exit status that is not 0, since nobody listens on its port, but it ended so: %s.", grade.ExitText(exit))
		case said == 0:
			return grade.Failf("The program should have said that nobody listens on its port, but it printed nothing.")
		}
		return nil
	}
}
