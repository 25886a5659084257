package checks

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// The checks of TCP servers that several assignments share.

func (serve service) echoesOneLine(points int) grade.Check {
	return grade.Check{
		ID: serve.answers, Title: "sends a line back", Points: points, Document: doc000,
		Needs: []string{"port-bound"},
		Hint:  "Receive, and send back exactly the bytes that were received.",
		Run:   serve.oneMessage("hello, echo\n", changed),
	}
}

func (serve service) echoesOneByte(points int) grade.Check {
	return grade.Check{
		ID: "echoes-one-byte", Title: "sends a single byte back", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "Answer what has come, without waiting for a line end or for a full buffer.",
		Run:   serve.oneMessage("x", kindly),
	}
}

func (serve service) echoesEmptyLine(points int) grade.Check {
	return grade.Check{
		ID: "echoes-empty-line", Title: "sends an empty line back", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "An empty line is one byte, the line end. It is not the end of the conversation.",
		Run:   serve.oneMessage("\n", kindly),
	}
}

func (serve service) answersEveryMessage(points int) grade.Check {
	return grade.Check{
		ID: "answers-every-message", Title: "answers every message of a client, not only the first",
		Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "Put recv and send into a loop that ends when recv returns 0: then the client has closed.",
		Run: script(connect(""), serve.askWord(""), serve.askWord(""), serve.askWord(""), serve.askWord(""),
			serve.askWord("")),
	}
}

// flow is a long message in one write.
type flow struct {
	message []byte
	shut    bool          // the client stops sending when it has sent all
	later   time.Duration // it begins to read so much later
	tolerance
}

// longMessage asks, and reads at the same time or later, as is needed where the
// message is more than what TCP holds in between.
func (serve service) longMessage(name string, f flow) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		if f.later == 0 {
			s.tellf("%s sends %s, and reads at the same time", c.label, grade.Quote(f.message))
		} else {
			s.tellf("%s sends %s, and begins to read %v later", c.label, grade.Quote(f.message), f.later)
		}
		_ = c.conn.SetDeadline(within(ctx, replyWithin))
		var writing sync.WaitGroup
		writing.Go(func() {
			// What goes wrong here shows in what comes back.
			if _, err := io.Copy(c.conn, bytes.NewReader(f.message)); err == nil && f.shut {
				_ = c.conn.CloseWrite()
			}
		})
		err := pause(f.later)(ctx, s.silently())
		if err == nil {
			err = c.compare(ctx, serve.answer(f.message, f.tolerance))
		}
		_ = c.conn.SetWriteDeadline(time.Unix(1, 0)) // past: ends a write that nobody reads any more
		writing.Wait()
		return err
	})
}

// longLetters is longMessage of n random letters.
func (serve service) longLetters(n int) step {
	return func(ctx context.Context, s *session) error {
		return serve.longMessage("", flow{message: letters(s.Subject, n), tolerance: kindly})(ctx, s)
	}
}

func (serve service) longLineNotCut(points int) grade.Check {
	return grade.Check{
		ID: "long-line-not-cut", Title: "sends a line of 5,000 bytes back whole", Points: points, Document: doc001,
		Needs: []string{"answers-every-message"},
		Hint: "A message may be longer than the buffer. Go on receiving and sending " +
			"until the client closes.",
		Run: script(connect(""), serve.longLetters(5000)),
	}
}

func (serve service) echoes1MiB(points int) grade.Check {
	return grade.Check{
		ID: "echoes-1mib", Title: "sends 1 MiB back", Points: points, Document: doc001,
		Needs: []string{"long-line-not-cut"},
		Hint: "send may take less than it is given: send the rest again (sendall in Python), " +
			"and answer while the client still sends.",
		Run: script(connect(""), serve.longLetters(1<<20)),
	}
}

// mergesSmallWrites sends many small messages without waiting. How many of
// them a read of the program takes is TCP's affair; the bytes must come back.
// The last ones go in one write, so that a read takes several of them even if
// a busy machine lets the program answer each of the others alone.
func (serve service) mergesSmallWrites(points int) grade.Check {
	const writes, together = 180, 20
	return grade.Check{
		ID: "merges-small-writes", Title: "sends many short messages back in order", Points: points, Document: doc001,
		Needs: []string{"long-line-not-cut"},
		Hint: "TCP has no message boundaries: one recv may bring many messages. " +
			"Send back all that it brought.",
		Run: script(connect(""), func(ctx context.Context, s *session) error {
			s.tellf("%s sends %d short messages without waiting", label(""), writes+together)
			var all []byte
			conn := s.clients[""].conn
			for i := range writes + 1 {
				message := word(s.Subject)
				for n := 1; i == writes && n < together; n++ {
					message = append(message, word(s.Subject)...)
				}
				all = append(all, message...)
				_ = conn.SetWriteDeadline(within(ctx, replyWithin))
				if _, err := conn.Write(message); err != nil {
					return grade.Failf("%s should have been able to send %s, but after %d of them %s.",
						label(""), grade.Quote(all), len(all)-len(message), reason(err))
				}
			}
			return want("", serve.answer(all, kindly))(ctx, s)
		}),
	}
}

// joinsSplitMessage sends one message in pieces with pauses.
func (serve service) joinsSplitMessage(points int) grade.Check {
	return grade.Check{
		ID: "joins-split-message", Title: "sends a message back that comes in pieces", Points: points, Document: doc001,
		Needs: []string{"answers-every-message"},
		Hint: "TCP has no message boundaries: a message may need many recv calls. " +
			"Send back what each of them brought.",
		Run: script(connect(""), func(ctx context.Context, s *session) error {
			message := letters(s.Subject, 40)
			for i := 0; i < len(message); i += 10 {
				if err := s.run(ctx, send("", message[i:i+10]), pause(50*time.Millisecond)); err != nil {
					return err
				}
			}
			return want("", serve.answer(message, kindly))(ctx, s)
		}),
	}
}

func (serve service) closesWithClient(points int) grade.Check {
	return grade.Check{
		ID: "closes-with-client", Title: "closes when the client closes", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint: "recv returns 0 (in Python b\"\") when the client has closed: " +
			"leave the loop and close the client's socket.",
		Run: script(connect(""), serve.askWord(""), shut(""),
			wantEnd("", text.Say("after the client had closed its side"))),
	}
}

// halfCloseGetsRest closes the sending side at once: what is still on its way
// must be answered.
func (serve service) halfCloseGetsRest(points int) grade.Check {
	return grade.Check{
		ID: "half-close-gets-rest", Title: "answers all even if the client stops sending at once",
		Points: points, Document: doc004,
		Needs: []string{"long-line-not-cut"},
		Hint: "The end of the client's data is not the end of the connection: " +
			"send all that was received, then close.",
		Run: script(connect(""), func(ctx context.Context, s *session) error {
			s.tellf("%s will close its sending side right after it has sent all", label(""))
			return serve.longMessage("", flow{message: letters(s.Subject, 64<<10), shut: true, tolerance: kindly})(ctx, s)
		}),
	}
}
