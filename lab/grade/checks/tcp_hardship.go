package checks

import (
	"context"
	"slices"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// The checks of TCP servers whose clients are slow, break off or talk nonsense.

// outOfPatience is longer than the second after which hasty programs give up.
const outOfPatience = 1300 * time.Millisecond

// waitsForSlowClient pauses between two messages and within one.
func (serve service) waitsForSlowClient(points int) grade.Check {
	return grade.Check{
		ID: "waits-for-slow-client", Title: "waits for a client that pauses for more than a second",
		Points: points, Document: doc003,
		Needs: []string{"answers-every-message", "joins-split-message"},
		Hint:  "A client may think for as long as it likes: set no timeout on its socket, or a long one.",
		Run: script(connect(""), serve.askWord(""), pause(outOfPatience), func(ctx context.Context, s *session) error {
			message := letters(s.Subject, 20)
			return s.run(ctx, send("", message[:10]), pause(outOfPatience), send("", message[10:]),
				want("", serve.answer(message, kindly)))
		}),
	}
}

const (
	promptly  = 30 * time.Millisecond // for what takes a tenth of a millisecond
	questions = 20
	rounds    = 3
)

// answersPromptly looks at the fastest fifth of some answers: that a busy machine
// made others late says nothing, and one may come early by luck. It looks again
// if they were late, to be fair.
func (serve service) answersPromptly(points int, needs ...string) grade.Check {
	return grade.Check{
		ID: "answers-promptly", Title: "answers without a delay of its own", Points: points, Document: doc003,
		Needs: append(needs, serve.answers),
		Hint: "Do not sleep, and do not look for messages from time to time: let recv wait for them. " +
			"About 40 ms: an answer in two writes, of which Nagle's algorithm holds the second one back " +
			"until the client acknowledges the first; write it in one, or set TCP_NODELAY.",
		Run: script(serve.begin(""), func(ctx context.Context, s *session) error {
			// A delayed acknowledgement comes late from the second answer on.
			s.tellf("%d times: %s", questions, text.Say("the client asks, and the time until the answer is taken"))
			if _, err := serve.fastFifth(ctx, s.silently()); err != nil {
				return err
			}
			var fast time.Duration
			for range rounds {
				var err error
				if fast, err = serve.fastFifth(ctx, s.silently()); err != nil || fast <= promptly {
					return err
				}
			}
			return grade.Failf("An answer should come at once, but of the last %d only a fifth came within %v.",
				questions, fast.Round(time.Millisecond))
		}),
	}
}

// fastFifth asks some questions, and is the time in which a fifth of the answers came.
func (serve service) fastFifth(ctx context.Context, s *session) (time.Duration, error) {
	var took []time.Duration
	for range questions {
		began := time.Now()
		if err := serve.ask("", word(s.Subject), timed)(ctx, s); err != nil {
			return 0, err
		}
		took = append(took, s.clients[""].heard.Sub(began))
	}
	slices.Sort(took)
	return took[questions/5], nil
}

// muchMore is more than what TCP holds between two programs that do not read.
const muchMore = 8 << 20

// servesSlowReader has the client send everything before it reads.
func (serve service) servesSlowReader(points int) grade.Check {
	return grade.Check{
		ID: "serves-slow-reader", Title: "loses nothing when a client reads late", Points: points, Document: doc004,
		Needs: []string{"echoes-1mib", "half-close-gets-rest", "answers-promptly", "waits-for-slow-client"},
		Hint: "send may take less than it is given, or nothing at all for now (EAGAIN): keep the rest and send it " +
			"when there is room, also after the client has closed its side.",
		Run: script(connect(""), readsSlowly(""), func(ctx context.Context, s *session) error {
			s.tellf("%s will close its sending side right after it has sent all", label(""))
			return serve.longMessage("", flow{letters(s.Subject, muchMore), true, late, kindly})(ctx, s)
		}),
	}
}

// late is how long a slow reader lets a program wait.
const late = 500 * time.Millisecond

// readsSlowly makes a client's receive buffer small.
func readsSlowly(name string) step {
	return by(name, func(_ context.Context, _ *session, c *client) error { return c.conn.SetReadBuffer(64 << 10) })
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

// survivesResetMidway breaks connections off while the server sends.
func (serve service) survivesResetMidway(points int) grade.Check {
	return grade.Check{
		ID: "survives-reset-midway", Title: "goes on when a client breaks off while it is answered",
		Points: points, Document: doc004,
		Needs: []string{"survives-reset"},
		Hint: "send may fail, too: then close this client and accept the next one. " +
			"A second write to a broken connection raises SIGPIPE, which ends a program: ignore it.",
		Run: script(breakOffMidway("A"), breakOffMidway("B"), connect("C"), serve.wantAnything("C")),
	}
}

// breakOffMidway sends until nothing more goes out, since nobody reads, and resets.
func breakOffMidway(name string) step {
	return func(ctx context.Context, s *session) error {
		if err := s.run(ctx, connect(name), readsSlowly(name)); err != nil {
			return err
		}
		c, message := s.clients[name], letters(s.Subject, muchMore)
		s.tellf("%s sends %s without reading", c.label, grade.Quote(message))
		_ = c.conn.SetWriteDeadline(within(ctx, quiet))
		_, _ = c.conn.Write(message) // it ends when nothing moves any more
		return reset(name)(ctx, s)
	}
}

// wantAnything asks, and is content with any answer.
func (serve service) wantAnything(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		message := word(s.Subject)
		if err := send(name, message)(ctx, s); err != nil {
			return err
		}
		s.tellf("%s should be answered", c.label)
		if _, err := c.next(ctx, replyWithin); err != nil {
			return grade.Failf("%s should have been sent %s, but %s; %s.",
				c.label, grade.Quote(serve.reply(message)), text.Say("nothing came"), reason(err))
		}
		return nil
	})
}

// survivesJunk sends what no client should, and then talks properly.
func (serve service) survivesJunk(points int) grade.Check {
	return grade.Check{
		ID: "survives-junk", Title: "goes on after junk and fifty hasty clients", Points: points, Document: doc004,
		Needs: []string{"serves-next-client", "survives-reset", "keeps-every-byte"},
		Hint:  "Whatever a client sends or leaves out, the server closes it and serves the next one.",
		Run: script(junk("A"), junk("B"), connect("C"), say("C", []byte(" \r\n")), hangUp("C"),
			repeat(50, "connect and close", connect("D"), hangUp("D")), serve.visit("E")),
	}
}

// junk sends random bytes and reads whatever comes back.
func junk(name string) step {
	return func(ctx context.Context, s *session) error {
		return s.run(ctx, connect(name), send(name, randomBytes(s.Subject, 4096)), hangUp(name))
	}
}
