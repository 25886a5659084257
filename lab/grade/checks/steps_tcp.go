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
	"echolab/lab/text"
)

// connect opens a connection for a client; "" names the only one.
func connect(name string) step {
	return func(ctx context.Context, s *session) error {
		s.tellf("%s connects to %s", label(name), s.Address())
		limited, cancel := context.WithDeadline(ctx, within(ctx, replyWithin))
		defer cancel()
		conn, err := s.Dial(limited)
		if err != nil {
			return connectFailure(ctx, name, err)
		}
		tcp := conn.(*net.TCPConn)
		_ = tcp.SetNoDelay(true) // pieces must go out as pieces
		s.clients[name] = &client{label: label(name), conn: tcp, in: bufio.NewReader(tcp)}
		return nil
	}
}

func connectFailure(ctx context.Context, name string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, syscall.ECONNREFUSED):
		return grade.Failf("%s should have been able to connect, but the connection was refused.", label(name))
	case errors.Is(err, syscall.ECONNRESET):
		return grade.Failf("%s should have been able to connect, but the connection was reset.", label(name))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return grade.Failf("%s should have been able to connect, but after %v it still was not.", label(name), replyWithin)
	}
	return grade.Failf("%s should have been able to connect, but: %v.", label(name), grade.Reason(err))
}

// send writes a message in one piece.
func send(name string, message []byte) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s sends %s", c.label, grade.Quote(message))
		_ = c.conn.SetWriteDeadline(within(ctx, replyWithin))
		n, err := c.conn.Write(message)
		if err != nil {
			return grade.Failf("%s should have been able to send %s, but after %d of them %s.",
				c.label, grade.Quote(message), n, reason(err))
		}
		return nil
	})
}

// say is send where it does not matter whether anybody is still there.
func say(name string, message []byte) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s sends %s", c.label, grade.Quote(message))
		_ = c.conn.SetWriteDeadline(within(ctx, replyWithin))
		_, _ = c.conn.Write(message)
		return nil
	})
}

// want wants an answer.
func want(name string, a answer) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent %s", c.label, grade.Quote(a.want))
		return c.compare(ctx, a)
	})
}

// compare reads until the answer is complete or something differs. Whenever
// bytes came, more of them may take as long again.
func (c *client) compare(ctx context.Context, a answer) error {
	m := matcher{answer: a}
	for !m.done() && (a.whole || !m.enough()) {
		b, err := c.next(ctx, m.patience())
		switch {
		case err != nil && m.enough():
			return nil
		case err != nil && m.skipped == 0:
			return grade.Failf("%s should have been sent %s, but %s; %s.",
				c.label, grade.Quote(a.want), diagnose(m.seen, a.want), reason(err))
		case err != nil || !m.take(b):
			rest, _ := c.read(ctx, quiet, func(rest []byte) bool { return len(rest) > len(a.want) })
			return grade.Failf("%s should have been sent %s, but %s.",
				c.label, grade.Quote(a.want), diagnose(append(m.seen, rest...), a.want))
		}
	}
	return nil
}

// patience is how long the next byte may take.
func (m *matcher) patience() time.Duration {
	switch {
	case m.enough():
		return quiet / 3 // for a last line end that may be missing
	case m.skipped > 0:
		return time.Second // what came was a greeting, or wrong
	}
	return replyWithin
}

// next is the next byte that the client is sent.
func (c *client) next(ctx context.Context, d time.Duration) (byte, error) {
	if c.in.Buffered() > 0 {
		return c.in.ReadByte()
	}
	_ = c.conn.SetDeadline(within(ctx, d))
	b, err := c.in.ReadByte()
	if err == nil {
		c.heard = time.Now()
	}
	return b, err
}

// readMost bounds what is read without knowing what should come.
const readMost = 64 << 10

// read collects what a client is sent until enough is true, the connection
// ends, or d has passed.
func (c *client) read(ctx context.Context, d time.Duration, enough func([]byte) bool) ([]byte, error) {
	_ = c.conn.SetReadDeadline(within(ctx, d))
	var got []byte
	buf := make([]byte, 4096)
	for !enough(got) {
		n, err := c.in.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return got, err
		}
		if len(got) > readMost {
			return got, errors.New("more than 64 KiB")
		}
	}
	return got, nil
}

func never([]byte) bool { return false }

// shut ends the client's sending; it can still read.
func shut(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s has said all (closes its sending side)", c.label)
		c.stopSending(ctx, s)
		return nil
	})
}

// stopSending ends the client's sending, but not where the program has been first
// to close and would so keep the port from the next check.
func (c *client) stopSending(ctx context.Context, s *session) {
	if s.SharesPort() && c.ends(ctx, 20*time.Millisecond) {
		c.freePort(s)
		return
	}
	_ = c.conn.CloseWrite() // a connection that is gone shows in what comes back
}

// wantEnd waits for the program to close the connection. What comes before that
// is not its concern.
func wantEnd(name string, because text.Message) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should see the connection closed", c.label)
		if c.ends(ctx, replyWithin) {
			return nil
		}
		return grade.Failf("The program should have closed the connection %s, but after %v it is still open.",
			because, replyWithin)
	})
}

// ends reads up to the end of the connection, and reports whether it came within d.
func (c *client) ends(ctx context.Context, d time.Duration) bool {
	_ = c.conn.SetReadDeadline(within(ctx, d))
	n, err := io.Copy(io.Discard, io.LimitReader(c.in, readMost))
	return err == nil && n < readMost || errors.Is(err, syscall.ECONNRESET)
}

// hangUp closes a connection in good manners: it reads what is left, since a
// close with unread bytes would reset it.
func hangUp(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s closes", c.label)
		c.stopSending(ctx, s)
		c.ends(ctx, quiet)
		delete(s.clients, name)
		return c.close()
	})
}

// seeOff lets a program that closes by itself do so first.
func seeOff(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s waits for the end, and closes", c.label)
		c.ends(ctx, quiet)
		c.freePort(s)
		delete(s.clients, name)
		return c.close()
	})
}

// freePort makes the close a reset where the next check needs the same port of
// the machine: the side that closes first would keep it for a minute (TIME-WAIT,
// RFC 9293 section 3.6.1), and a program without SO_REUSEADDR could not bind.
func (c *client) freePort(s *session) {
	if c.conn != nil && s.SharesPort() {
		_ = c.conn.SetLinger(0)
	}
}

// reset breaks a connection off, as a client does that crashes.
func reset(name string) step {
	return by(name, func(_ context.Context, s *session, c *client) error {
		s.tellf("%s breaks the connection off with a reset", c.label)
		_ = c.conn.SetLinger(0)
		delete(s.clients, name)
		return c.close()
	})
}
