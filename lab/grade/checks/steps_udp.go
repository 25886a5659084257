package checks

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"time"

	"echolab/lab/grade"
)

// largestDatagram is what fits into one IPv4 packet: 65,535 bytes less 20 of
// IP (RFC 791) and 8 of UDP (RFC 768).
const largestDatagram = 65507

// receiveBuffer lets a burst of answers wait for us; the answers of a program
// must not be lost at our door.
const receiveBuffer = 4 << 20

// open opens a socket for a client.
func open(name string) step {
	return func(ctx context.Context, s *session) error {
		pc, err := s.ListenPacket(ctx)
		if err != nil {
			return err
		}
		if udp, ok := pc.(*net.UDPConn); ok {
			_ = udp.SetReadBuffer(receiveBuffer) // as much of it as the system allows
		}
		s.tellf("%s opens a socket, port %d", label(name), pc.LocalAddr().(*net.UDPAddr).Port)
		s.clients[name] = &client{label: label(name), pc: pc}
		return nil
	}
}

// sendDatagram sends one datagram.
func sendDatagram(name string, message []byte) step {
	return by(name, func(_ context.Context, s *session, c *client) error {
		s.tellf("%s sends one datagram of %s", c.label, grade.Quote(message))
		to, err := net.ResolveUDPAddr("udp", s.Address())
		if err != nil {
			return err
		}
		_, err = c.pc.WriteTo(message, to)
		return err
	})
}

// datagram waits for one datagram.
func (c *client) datagram(ctx context.Context, d time.Duration) ([]byte, net.Addr, error) {
	buf := make([]byte, largestDatagram+1)
	_ = c.pc.SetReadDeadline(within(ctx, d))
	n, from, err := c.pc.ReadFrom(buf)
	return buf[:n], from, err
}

// begins is content with an answer that has more behind it.
func begins(got, want []byte) bool {
	return bytes.HasPrefix(got, want) && (len(want) > 0 || len(got) == 0)
}

// wantDatagram wants one datagram as the answer.
func wantDatagram(name string, message []byte, match func(got, want []byte) bool) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent one datagram of %s", c.label, grade.Quote(message))
		got, _, err := c.datagram(ctx, replyWithin)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return grade.Failf("%s should have been sent one datagram of %s, but after %v none came.",
				c.label, grade.Quote(message), replyWithin)
		}
		if err != nil {
			return grade.Failf("%s should have been sent one datagram of %s; %s.",
				c.label, grade.Quote(message), reason(err))
		}
		if match(got, message) {
			return nil
		}
		if at := difference(got, message); at < min(len(got), len(message)) {
			return grade.Failf("%s should have been sent one datagram of %s, but byte %d was %s instead of %s.",
				c.label, grade.Quote(message), at+1, grade.QuoteByte(got[at]), grade.QuoteByte(message[at]))
		}
		return grade.Failf("%s should have been sent one datagram of %s, but it was %s.",
			c.label, grade.Quote(message), grade.Quote(got))
	})
}

// wantAnyAnswer asks, and is content with any answer.
func wantAnyAnswer(name string) step {
	return func(ctx context.Context, s *session) error {
		if err := sendDatagram(name, []byte("hello\n"))(ctx, s); err != nil {
			return err
		}
		if _, _, err := s.clients[name].datagram(ctx, replyWithin); err != nil {
			return grade.Failf("Something should answer at UDP %s, but within %v nothing did.", s.Address(), replyWithin)
		}
		return nil
	}
}

func closeSocket(name string) step {
	return by(name, func(_ context.Context, s *session, c *client) error {
		s.tellf("%s closes its socket", c.label)
		delete(s.clients, name)
		return c.close()
	})
}

// junkDatagrams sends n datagrams of random bytes, few enough to fit into any
// receive buffer, and lets the answers come.
func junkDatagrams(name string, n int) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s sends %d datagrams of random bytes and sizes", c.label, n)
		for range n {
			junk := randomBytes(s.Subject, s.Rand.IntN(2000))
			if err := sendDatagram(name, junk)(ctx, s.silently()); err != nil {
				return err
			}
		}
		for range n {
			if _, _, err := c.datagram(ctx, quiet); err != nil {
				break // not every program answers junk, and none has to
			}
		}
		return nil
	})
}
