package checks

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"slices"
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

// strangers is how many datagrams that it did not ask for a client passes over.
const strangers = 100

// wantDatagram wants one datagram as the answer. It passes over others, which are
// the concern of the checks that count, but does not wait long after one.
func wantDatagram(name string, a answer) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent one datagram of %s", c.label, grade.Quote(a.want))
		var others [][]byte
		wait := replyWithin
		for len(others) < strangers {
			got, _, err := c.datagram(ctx, wait)
			c.heard = time.Now()
			if err == nil && a.accepts(got) {
				return nil
			}
			if err != nil {
				return noDatagram(c, a.want, others, err)
			}
			others, wait = append(others, got), quiet
		}
		return noDatagram(c, a.want, others, nil)
	})
}

// noDatagram says what came instead.
func noDatagram(c *client, want []byte, others [][]byte, err error) error {
	switch {
	case len(others) > 0 && len(others[0]) == 0:
		return grade.Failf("%s should have been sent one datagram of %s, but an empty one came.",
			c.label, grade.Quote(want))
	case len(others) > 0:
		return grade.Failf("%s should have been sent one datagram of %s, but %s.",
			c.label, grade.Quote(want), diagnose(others[0], want))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return grade.Failf("%s should have been sent one datagram of %s, but after %v none came.",
			c.label, grade.Quote(want), replyWithin)
	}
	return grade.Failf("%s should have been sent one datagram of %s; %s.", c.label, grade.Quote(want), reason(err))
}

// wantDatagrams wants an answer to each message, in any order: UDP promises none.
// An answer that comes twice is the concern of the check that counts.
func wantDatagrams(name string, answers []answer) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent %d datagrams, in whatever order", c.label, len(answers))
		missing := slices.Clone(answers)
		var others [][]byte
		for len(missing) > 0 && len(others) < strangers {
			got, _, err := c.datagram(ctx, replyWithin)
			if err != nil {
				break
			}
			accepts := func(a answer) bool { return a.accepts(got) }
			if at := slices.IndexFunc(missing, accepts); at >= 0 {
				missing = slices.Delete(missing, at, at+1)
			} else if !slices.ContainsFunc(answers, accepts) {
				others = append(others, got)
			}
		}
		return missingDatagrams(c, answers, missing, others)
	})
}

func missingDatagrams(c *client, all, missing []answer, others [][]byte) error {
	switch {
	case len(missing) == 0:
		return nil
	case len(others) > 0:
		return grade.Failf("%s should have been sent %d datagrams, one for each of its own, but of these only %d came; "+
			"one of the others was %s.", c.label, len(all), len(all)-len(missing), grade.Quote(others[0]))
	}
	return grade.Failf("%s should have been sent %d datagrams, one for each of its own, but of these only %d came.",
		c.label, len(all), len(all)-len(missing))
}

// wantAlone wants one datagram that is exactly the message, letters of either case.
func wantAlone(name string, message []byte) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent one datagram of exactly %s", c.label, grade.Quote(message))
		got, _, err := c.datagram(ctx, replyWithin)
		if err != nil {
			return noDatagram(c, message, nil, err)
		}
		if !bytes.EqualFold(got, message) {
			return grade.Failf("%s should have been sent exactly %s, but %s.",
				c.label, grade.Quote(message), diagnose(got, message))
		}
		return nil
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
			junk := randomBytes(s.Subject, 1+s.Rand.IntN(2000)) // an empty one is another check's
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
