// Package checks holds the assignments and what is checked of each.
//
// A check is a script: a list of steps like connect, send and want, each of
// which tells what it does before it does it. The tables are in assignments.go;
// read it first, then tcp.go and udp.go.
package checks

import (
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

// play is a script being played: the subject, and the clients by name.
type play struct {
	*grade.Subject
	clients map[string]*client
	silent  bool // inside repeat, which tells the story by itself
}

// client is one conversation of the grader with the program.
type client struct {
	label text.Message   // "The client", "Client A"
	conn  net.Conn       // TCP
	pc    net.PacketConn // UDP
}

// step is one line of a script.
type step func(ctx context.Context, p *play) error

// script makes a check's Run: it starts the program, plays the steps, and
// closes what they opened.
func script(steps ...step) func(context.Context, *grade.Subject) error {
	return func(ctx context.Context, s *grade.Subject) error {
		if err := s.Start(ctx); err != nil {
			return err
		}
		p := &play{Subject: s, clients: map[string]*client{}}
		defer p.closeAll()
		return p.run(ctx, steps)
	}
}

func (p *play) run(ctx context.Context, steps []step) error {
	for _, do := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// tellf records a step, unless a repeat tells for it.
func (p *play) tellf(format text.Phrase, args ...any) {
	if !p.silent {
		p.Stepf(format, args...)
	}
}

func (p *play) closeAll() {
	for _, c := range p.clients {
		if c.conn != nil {
			_ = c.conn.Close()
		}
		if c.pc != nil {
			_ = c.pc.Close()
		}
	}
}

// label is a client's name at the beginning of a sentence.
func label(name string) text.Message {
	if name == "" {
		return text.Say("The client")
	}
	return text.Sayf("Client %s", name)
}

// repeat plays steps n times and tells of it in one line, and of the round in
// which they failed.
func repeat(n int, what text.Phrase, steps ...step) step {
	return func(ctx context.Context, p *play) error {
		p.tellf("%d times: %s", n, text.Say(what))
		was := p.silent
		defer func() { p.silent = was }()
		p.silent = true
		for round := range n {
			if err := p.run(ctx, steps); err != nil {
				p.silent = was
				p.tellf("this fails in round %d", round+1)
				return err
			}
		}
		return nil
	}
}

// pause lets time pass between two pieces of a message. It is part of what the
// program is put through, not a wait for it.
func pause(d time.Duration) step {
	return func(ctx context.Context, p *play) error {
		p.tellf("pause %v", d)
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// within is a deadline for one wait of at least d, and longer on a crowded
// machine, but not beyond that of the check.
func within(ctx context.Context, d time.Duration) time.Time {
	t := time.Now().Add(time.Duration(float64(d) * sandbox.Crowding()))
	if end, ok := ctx.Deadline(); ok && end.Before(t) {
		return end
	}
	return t
}

// how is what ended a wait, as the end of a sentence.
func how(err error) text.Message {
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
