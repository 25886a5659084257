package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
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
			Needs: []string{"greets"},
			Hint:  "Send the greeting right after accept. Do not wait for a message of the client.",
			Run:   script(connect(""), wantGreeting("")),
		},
		{
			ID: "greets-once", Title: "greets a client once", Points: 10, Document: doc001,
			Needs: []string{"greets-without-being-asked"},
			Hint:  "One accept, one greeting.",
			Run:   script(connect(""), greetsOnce),
		},
		{
			ID: "closes-after-greeting", Title: "closes the connection after the greeting", Points: 15, Document: doc001,
			Needs: []string{"greets-without-being-asked"},
			Hint:  "After the greeting, close the client's socket (not the listening one).",
			Run:   script(connect(""), wantGreeting(""), closesAfterGreeting),
		},
		{
			ID: "serves-next-client", Title: "greets ten clients one after the other", Points: 20, Document: doc001,
			Needs: []string{"greets-without-being-asked"},
			Hint:  "Put accept into a loop that does not end. A server runs until it is stopped.",
			Run:   script(repeat(10, "a client connects and is greeted", connect(""), wantGreeting(""), hangUp(""))),
		},
		{
			ID: "survives-reset", Title: "goes on when a client breaks off", Points: 10, Document: doc001,
			Needs: []string{"serves-next-client"},
			Hint: "send may fail when the client has gone: then close it and accept the next one. " +
				"A write to a broken connection raises SIGPIPE: ignore it.",
			Run: script(connect("A"), reset("A"), connect("B"), wantGreeting("B"), reset("B"),
				connect("C"), wantGreeting("C"), hangUp("C")),
		},
	},
}

// greeting is what a hello server's answer must hold, in any case.
const greeting = "hello"

func hasGreeting(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte(greeting)) }

// read collects what a client is sent until enough is true, the connection
// ends, or d has passed.
func (c *client) read(ctx context.Context, d time.Duration, enough func([]byte) bool) ([]byte, error) {
	_ = c.conn.SetReadDeadline(within(ctx, d))
	var got []byte
	buf := make([]byte, 4096)
	for !enough(got) {
		n, err := c.conn.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return got, err
		}
		if len(got) > 64<<10 {
			return got, errors.New("more than 64 KiB")
		}
	}
	return got, nil
}

// wantGreeting wants the greeting without having asked.
func wantGreeting(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s says nothing and should be greeted", c.label)
		got, err := c.read(ctx, replyWithin, hasGreeting)
		if !hasGreeting(got) {
			return grade.Failf(
				"%s should have been sent a greeting with the word %s without asking, but %s came; %s.",
				c.label, greeting, grade.Quote(got), reason(err))
		}
		return nil
	})
}

// greetsWhenAsked is content with a greeting that must be asked for.
func greetsWhenAsked(ctx context.Context, s *session) error {
	c := s.clients[""]
	s.tellf("%s should be greeted", c.label)
	got, err := c.read(ctx, replyWithin/2, hasGreeting)
	if errors.Is(err, os.ErrDeadlineExceeded) && !hasGreeting(got) {
		if err := send("", []byte("hi\n"))(ctx, s); err != nil {
			return err
		}
		var more []byte
		more, err = c.read(ctx, replyWithin/2, hasGreeting)
		got = append(got, more...)
	}
	if !hasGreeting(got) {
		return grade.Failf("%s should have been sent a greeting with the word %s, but %s came; %s.",
			c.label, greeting, grade.Quote(got), reason(err))
	}
	return nil
}

func never([]byte) bool { return false }

// greetsOnce counts the greetings until the program closes or is quiet.
func greetsOnce(ctx context.Context, s *session) error {
	c := s.clients[""]
	s.tellf("%s should be greeted once", c.label)
	got, err := c.read(ctx, replyWithin, hasGreeting)
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

// closesAfterGreeting wants the end of the connection soon after the greeting.
func closesAfterGreeting(ctx context.Context, s *session) error {
	c := s.clients[""]
	s.tellf("%s should see the connection closed", c.label)
	if _, err := c.read(ctx, replyWithin, never); !errors.Is(err, io.EOF) {
		return grade.Failf("The program should have closed the connection after its greeting; %s.", reason(err))
	}
	return nil
}
