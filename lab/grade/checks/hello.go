package checks

import (
	"bytes"
	"context"
	"errors"
	"os"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

var helloTCP = grade.Assignment{
	ID: "hello-tcp", Title: "A TCP server that greets", Kind: grade.Server, Network: "tcp",
	Todo: []text.Phrase{"send the client a line with the word hello"},
	Checks: []grade.Check{
		portBound(10),
		{
			ID: "greets", Title: "sends a greeting with the word hello", Points: 25, Document: doc001,
			Needs: []string{"port-bound"},
			Hint:  "After accept, send a line with the word hello to the client's socket.",
			Run:   script(connect(""), greetsWhenAsked),
		},
		{
			ID: "greets-without-being-asked", Title: "greets a client that says nothing", Points: 10, Document: doc001,
			Needs: []string{"port-bound"},
			Hint:  "Send the greeting right after accept. Do not wait for a message of the client.",
			Run:   script(connect(""), wantGreeting("")),
		},
		{
			ID: "greets-at-once", Title: "greets without a delay", Points: 5, Document: doc001,
			Needs: []string{"greets-without-being-asked"},
			Hint:  "Send the greeting right after accept: do not sleep before it, and do not wait for anything.",
			Run:   script(greetsAtOnce),
		},
		{
			ID: "greets-once", Title: "greets a client once", Points: 10, Document: doc001,
			Needs: []string{"greets"},
			Hint:  "One accept, one greeting.",
			Run:   script(connect(""), greetsOnce),
		},
		{
			ID: "closes-after-greeting", Title: "closes the connection after the greeting", Points: 10, Document: doc001,
			Needs: []string{"port-bound"},
			Hint:  "After the greeting, close the client's socket (not the listening one).",
			Run: script(connect(""), meets(""),
				wantEnd("", text.Say("after its greeting"))),
		},
		{
			ID: "serves-next-client", Title: "greets ten clients one after the other", Points: 20, Document: doc001,
			Needs: []string{"port-bound"},
			Hint:  "Put accept into a loop that does not end. A server runs until it is stopped.",
			Run:   script(repeat(10, "a client connects and is greeted", connect(""), meets(""), seeOff(""))),
		},
		{
			ID: "survives-reset", Title: "goes on when a client breaks off", Points: 10, Document: doc001,
			Needs: []string{"serves-next-client"},
			Hint: "send may fail when the client has gone: then close it and accept the next one. " +
				"A write to a broken connection raises SIGPIPE: ignore it.",
			Run: script(connect("A"), reset("A"), connect("B"), meets("B"), reset("B"),
				connect("C"), meets("C"), seeOff("C")),
		},
	},
}

// greeting is what a hello server's answer must hold, in any case.
const greeting = "hello"

func hasGreeting(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte(greeting)) }

// meets is content with whatever a client is sent, asked for or not.
func meets(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be greeted", c.label)
		if got, err := c.greeted(ctx, anything); len(got) == 0 {
			return grade.Failf("%s should have been greeted, but nothing came; %s.", c.label, reason(err))
		}
		return nil
	})
}

func anything(got []byte) bool { return len(got) > 0 }

// greeted reads a greeting, and asks for it if none comes.
func (c *client) greeted(ctx context.Context, enough func([]byte) bool) ([]byte, error) {
	got, err := c.read(ctx, time.Second, enough)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		_, _ = c.conn.Write([]byte("hi\n")) // without a write deadline: so little always fits
		var more []byte
		more, err = c.read(ctx, replyWithin, func(more []byte) bool { return enough(append(got, more...)) })
		got = append(got, more...)
	}
	return got, err
}

// wantGreeting wants any greeting without having asked.
func wantGreeting(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s says nothing and should be greeted", c.label)
		if got, err := c.read(ctx, replyWithin, anything); len(got) == 0 {
			return grade.Failf("%s should have been sent a greeting without asking, but nothing came; %s.", c.label, reason(err))
		}
		return nil
	})
}

// greetsWhenAsked wants the word, and is content with a greeting that must be
// asked for.
func greetsWhenAsked(ctx context.Context, s *session) error {
	c := s.clients[""]
	s.tellf("%s should be greeted", c.label)
	if got, err := c.greeted(ctx, hasGreeting); !hasGreeting(got) {
		return grade.Failf("%s should have been sent a greeting with the word %s, but %s came; %s.",
			c.label, greeting, grade.Quote(got), reason(err))
	}
	return nil
}

// noDelay is far more than a greeting takes, and less than a second.
const noDelay = 700 * time.Millisecond

// greetsAtOnce takes the fastest of three greetings.
func greetsAtOnce(ctx context.Context, s *session) error {
	fastest := time.Hour
	for range 3 {
		began := time.Now()
		if err := s.run(ctx, connect(""), wantGreeting("")); err != nil {
			return err
		}
		fastest = min(fastest, time.Since(began))
		if err := seeOff("")(ctx, s); err != nil {
			return err
		}
		if fastest < noDelay {
			return nil
		}
	}
	return grade.Failf("The greeting should come at once, but the fastest of three took %v.",
		fastest.Round(time.Millisecond))
}

// greetsOnce counts the greetings until the program closes or is quiet.
func greetsOnce(ctx context.Context, s *session) error {
	c := s.clients[""]
	s.tellf("%s should be greeted once", c.label)
	got, err := c.greeted(ctx, hasGreeting)
	if err == nil {
		more, _ := c.read(ctx, quiet, never)
		got = append(got, more...)
	}
	if n := bytes.Count(bytes.ToLower(got), []byte(greeting)); n != 1 {
		return grade.Failf("%s should have been greeted once, but the word %s came %d times: %s.",
			c.label, greeting, n, grade.Quote(got))
	}
	return nil
}
