package checks

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"

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
		s.clients[name] = &client{label: label(name), conn: tcp}
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

// want reads as many bytes as the message has, and compares them.
func want(name string, message []byte) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent %s", c.label, grade.Quote(message))
		return c.compare(ctx, message)
	})
}

// compare reads until the message is complete or something differs. Whenever
// bytes came, more of them may take as long again.
func (c *client) compare(ctx context.Context, message []byte) error {
	buf := make([]byte, min(len(message), 64<<10))
	for done := 0; done < len(message); {
		_ = c.conn.SetDeadline(within(ctx, replyWithin))
		n, err := c.conn.Read(buf[:min(len(buf), len(message)-done)])
		if at := difference(buf[:n], message[done:]); at < n {
			return grade.Failf("%s should have been sent %s, but byte %d was %s instead of %s.", c.label,
				grade.Quote(message), done+at+1, grade.QuoteByte(buf[at]), grade.QuoteByte(message[done+at]))
		}
		done += n
		if err != nil && done == 0 {
			return grade.Failf("%s should have been sent %s, but nothing came; %s.",
				c.label, grade.Quote(message), reason(err))
		}
		if err != nil && done < len(message) {
			return grade.Failf("%s should have been sent %s, but of these only %d came; %s.",
				c.label, grade.Quote(message), done, reason(err))
		}
	}
	return nil
}

// difference is the first place where got is not want, or the end of the
// shorter one.
func difference(got, want []byte) int {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	return at
}

// shut ends the client's sending; it can still read.
func shut(name string) step {
	return by(name, func(_ context.Context, s *session, c *client) error {
		s.tellf("%s has said all (closes its sending side)", c.label)
		_ = c.conn.CloseWrite() // a connection that is gone shows in what comes back
		return nil
	})
}

// wantEnd waits for the program to close the connection; nothing may come
// before that.
func wantEnd(name string, because text.Message) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should see the connection closed", c.label)
		_ = c.conn.SetReadDeadline(within(ctx, replyWithin))
		surplus, err := io.ReadAll(io.LimitReader(c.conn, 1<<20))
		switch {
		case len(surplus) > 0:
			return grade.Failf("The program should have closed the connection %s, but sent %s more.",
				because, grade.Quote(surplus))
		case err == nil || errors.Is(err, syscall.ECONNRESET):
			return nil
		}
		return grade.Failf("The program should have closed the connection %s, but after %v it is still open.",
			because, replyWithin)
	})
}

// wantNothing makes sure that nothing more comes. The end of the connection is
// not its concern.
func wantNothing(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent nothing more", c.label)
		_ = c.conn.SetReadDeadline(within(ctx, quiet))
		buf := make([]byte, 1024)
		n, _ := c.conn.Read(buf)
		if n > 0 {
			return grade.Failf("%s should have been sent exactly as many bytes as it sent, but %s more came.",
				c.label, grade.Quote(buf[:n]))
		}
		return nil
	})
}

// hangUp closes a connection in good manners: it reads what is left, since a
// close with unread bytes would reset it.
func hangUp(name string) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s closes", c.label)
		_ = c.conn.CloseWrite()
		_ = c.conn.SetReadDeadline(within(ctx, quiet))
		_, _ = io.Copy(io.Discard, io.LimitReader(c.conn, 1<<20))
		delete(s.clients, name)
		return c.close()
	})
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
