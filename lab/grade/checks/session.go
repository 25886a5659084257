package checks

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// replyWithin is how long a program may take for what takes it a millisecond.
const replyWithin = 5 * time.Second

// quiet is how long nothing may come before we believe that nothing will.
const quiet = 300 * time.Millisecond

// session is a script as it runs: the program under test, and the clients by name.
type session struct {
	*grade.Subject
	clients map[string]*client
	silent  bool // does not tell of its steps
}

// client is one client of the grader, with its connection or socket.
type client struct {
	label text.Message   // "The client", "Client A"
	conn  *net.TCPConn   // or nil
	in    *bufio.Reader  // of conn: all that it is sent is read here
	pc    net.PacketConn // or nil: UDP
	heard time.Time      // when the last bytes came that it waited for
}

// close closes the grader's socket. Its error would be the grader's.
func (c *client) close() error {
	var err error
	if c.conn != nil {
		err = c.conn.Close()
	} else {
		err = c.pc.Close()
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// step is one line of a script.
type step func(ctx context.Context, s *session) error

// script makes a check's Run: it starts the program, does the steps, and closes
// what they opened.
func script(steps ...step) run {
	return func(ctx context.Context, subject *grade.Subject) error {
		if err := subject.Start(ctx); err != nil {
			return err
		}
		s := &session{Subject: subject, clients: map[string]*client{}}
		defer s.closeAll()
		return s.run(ctx, steps...)
	}
}

// by makes a step of what one client does.
func by(name string, do func(ctx context.Context, s *session, c *client) error) step {
	return func(ctx context.Context, s *session) error { return do(ctx, s, s.clients[name]) }
}

// inOrder makes one step of several.
func inOrder(steps ...step) step {
	return func(ctx context.Context, s *session) error { return s.run(ctx, steps...) }
}

func (s *session) run(ctx context.Context, steps ...step) error {
	for _, do := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// silently is the session for steps that are told of in one line, or not at all.
func (s *session) silently() *session { return &session{s.Subject, s.clients, true} }

// tellf records a step.
func (s *session) tellf(format text.Phrase, args ...any) {
	if !s.silent {
		s.Stepf(format, args...)
	}
}

func (s *session) closeAll() {
	for _, c := range s.clients {
		c.freePort(s)
		_ = c.close()
	}
}

// label is a client's name at the beginning of a sentence.
func label(name string) text.Message {
	if name == "" {
		return text.Say("The client")
	}
	return text.Sayf("Client %s", name)
}

// repeat does steps n times and tells of it in one line, and of the round in
// which they failed.
func repeat(n int, what text.Phrase, steps ...step) step {
	return func(ctx context.Context, s *session) error {
		s.tellf("%d times: %s", n, text.Say(what))
		silent := s.silently()
		for round := range n {
			if err := silent.run(ctx, steps...); err != nil {
				s.tellf("this fails in round %d", round+1)
				return err
			}
		}
		return nil
	}
}

// pause lets time pass between two pieces of a message. It is part of what the
// program is put through, not a wait for it.
func pause(d time.Duration) step {
	return func(ctx context.Context, s *session) error {
		s.tellf("pause %v", d)
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// randomBytes are what no client should send, or the content of a file.
func randomBytes(s *grade.Subject, n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(s.Rand.Uint32())
	}
	return data
}

// within is a deadline for one wait of at least d, and longer on a busy machine,
// but not beyond that of the check.
func within(ctx context.Context, d time.Duration) time.Time {
	t := time.Now().Add(sandbox.Scaled(d))
	if end, ok := ctx.Deadline(); ok && end.Before(t) {
		return end
	}
	return t
}

// reason is what ended a wait, as the end of a sentence.
func reason(err error) text.Message {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return text.Sayf("we waited for %v at least", replyWithin)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return text.Say("then the program closed the connection")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return text.Say("then the connection was reset")
	case errors.Is(err, syscall.ECONNREFUSED):
		return text.Say("nobody was there (connection refused)")
	}
	return text.Sayf("then came an error: %v", grade.Reason(err))
}
