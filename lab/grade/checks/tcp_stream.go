package checks

import (
	"bytes"
	"context"
	"fmt"
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
		Run:   serve.oneMessage("hello, echo\n"),
	}
}

func (serve service) echoesOneByte(points int) grade.Check {
	return grade.Check{
		ID: "echoes-one-byte", Title: "sends a single byte back", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "Answer what has come, without waiting for a line end or for a full buffer.",
		Run:   serve.oneMessage("x"),
	}
}

func (serve service) echoesEmptyLine(points int) grade.Check {
	return grade.Check{
		ID: "echoes-empty-line", Title: "sends an empty line back", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "An empty line is one byte, the line end. It is not the end of the conversation.",
		Run:   serve.oneMessage("\n"),
	}
}

func (serve service) answersEveryMessage(points int) grade.Check {
	return grade.Check{
		ID: "answers-every-message", Title: "answers every message of a client, not only the first",
		Points: points, Document: doc001,
		Needs: []string{serve.answers, serve.exact},
		Hint:  "Put recv and send into a loop that ends when recv returns 0: then the client has closed.",
		Run: script(connect(""), serve.askWord(""), serve.askWord(""), serve.askWord(""), serve.askWord(""),
			serve.askWord("")),
	}
}

// longMessage asks with n random letters in one write, and reads at the same
// time, as is needed where they are more than what TCP holds in between.
func (serve service) longMessage(n int, thenClose bool) step {
	return func(ctx context.Context, s *session) error {
		c, message := s.clients[""], letters(s.Subject, n)
		s.tellf("%s sends %s, and reads at the same time", c.label, grade.Quote(message))
		_ = c.conn.SetDeadline(within(ctx, replyWithin))
		var writing sync.WaitGroup
		writing.Go(func() {
			// What goes wrong here shows in what comes back.
			if _, err := io.Copy(c.conn, bytes.NewReader(message)); err == nil && thenClose {
				_ = c.conn.CloseWrite()
			}
		})
		err := c.compare(ctx, serve.answer(message))
		_ = c.conn.SetWriteDeadline(time.Unix(1, 0)) // past: ends a write that nobody reads any more
		writing.Wait()
		return err
	}
}

func (serve service) longLineNotCut(points int) grade.Check {
	return grade.Check{
		ID: "long-line-not-cut", Title: "sends a line of 5,000 bytes back whole", Points: points, Document: doc001,
		Needs: []string{"answers-every-message"},
		Hint: "A message may be longer than the buffer. Go on receiving and sending " +
			"until the client closes.",
		Run: script(connect(""), serve.longMessage(5000, false)),
	}
}

func (serve service) echoes1MiB(points int) grade.Check {
	return grade.Check{
		ID: "echoes-1mib", Title: "sends 1 MiB back", Points: points, Document: doc001,
		Needs: []string{"long-line-not-cut"},
		Hint: "send may take less than it is given: send the rest again (sendall in Python), " +
			"and answer while the client still sends.",
		Run: script(connect(""), serve.longMessage(1<<20, false)),
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
		Needs: []string{"answers-every-message", "long-line-not-cut"},
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
			return want("", serve.answer(all))(ctx, s)
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
			return want("", serve.answer(message))(ctx, s)
		}),
	}
}

func (serve service) closesWithClient(points int) grade.Check {
	return grade.Check{
		ID: "closes-with-client", Title: "closes when the client closes", Points: points, Document: doc001,
		Needs: []string{serve.answers, serve.exact},
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
			return serve.longMessage(64<<10, true)(ctx, s)
		}),
	}
}

func (serve service) servesNextClient(points int) grade.Check {
	var steps []step
	for i := range 10 {
		steps = append(steps, serve.visit(fmt.Sprint(i+1)))
	}
	return grade.Check{
		ID: "serves-next-client", Title: "serves ten clients one after the other", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  "Put accept into a loop that does not end. A server runs until it is stopped.",
		Run:   script(steps...),
	}
}

func survivesReset(points int, steps ...step) grade.Check {
	return grade.Check{
		ID: "survives-reset", Title: "goes on when a client breaks off", Points: points, Document: doc004,
		Needs: []string{"serves-next-client"},
		Hint: "recv and send may fail: then close this client and accept the next one. " +
			"A write to a broken connection raises SIGPIPE: ignore it.",
		Run: script(steps...),
	}
}

// survivesResetLater breaks a connection off while the server waits for the next
// message, and another one before the first.
func (serve service) survivesResetLater(points int) grade.Check {
	return survivesReset(points,
		connect("A"), serve.askWord("A"), reset("A"), connect("B"), reset("B"), serve.visit("C"))
}

// survivesJunk sends what no client should, and then talks properly.
func (serve service) survivesJunk(points int) grade.Check {
	return grade.Check{
		ID: "survives-junk", Title: "goes on after junk and fifty hasty clients", Points: points, Document: doc004,
		Needs: []string{"serves-next-client", "survives-reset", "keeps-utf8", "keeps-nul-bytes"},
		Hint:  "Whatever a client sends or leaves out, the server closes it and serves the next one.",
		Run:   script(junk("A"), junk("B"), repeat(50, "connect and close", connect("C"), hangUp("C")), serve.visit("D")),
	}
}

// junk sends random bytes and reads whatever comes back.
func junk(name string) step {
	return func(ctx context.Context, s *session) error {
		return s.run(ctx, connect(name), send(name, randomBytes(s.Subject, 4096)), hangUp(name))
	}
}
