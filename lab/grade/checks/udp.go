package checks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	return func(ctx context.Context, p *play) error {
		pc, err := p.ListenPacket(ctx)
		if err != nil {
			return err
		}
		if udp, ok := pc.(*net.UDPConn); ok {
			_ = udp.SetReadBuffer(receiveBuffer) // as much of it as the system allows
		}
		p.tellf("%s opens a socket, port %d", label(name), pc.LocalAddr().(*net.UDPAddr).Port)
		p.clients[name] = &client{label: label(name), pc: pc}
		return nil
	}
}

// shoot sends one datagram.
func shoot(name string, message []byte) step {
	return func(_ context.Context, p *play) error {
		c := p.clients[name]
		p.tellf("%s sends one datagram of %s", c.label, grade.Quote(message))
		to, err := net.ResolveUDPAddr("udp", p.Address())
		if err != nil {
			return err
		}
		_, err = c.pc.WriteTo(message, to)
		return err
	}
}

// datagram waits for one datagram.
func (c *client) datagram(ctx context.Context, d time.Duration) ([]byte, net.Addr, error) {
	buf := make([]byte, largestDatagram+1)
	_ = c.pc.SetReadDeadline(within(ctx, d))
	n, from, err := c.pc.ReadFrom(buf)
	return buf[:n], from, err
}

// same compares an answer with what was wanted.
type same func(got, want []byte) bool

// begins is content with an answer that has more behind it: adds-nothing is
// the check for that.
func begins(got, want []byte) bool {
	return bytes.HasPrefix(got, want) && (len(want) > 0 || len(got) == 0)
}

// wantDatagram wants one datagram as the answer.
func wantDatagram(name string, message []byte, match same) step {
	return func(ctx context.Context, p *play) error {
		c := p.clients[name]
		p.tellf("%s should be sent one datagram of %s", c.label, grade.Quote(message))
		got, _, err := c.datagram(ctx, replyWithin)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return grade.Failf("%s should have been sent one datagram of %s, but after %v none came.", c.label, grade.Quote(message), replyWithin)
		}
		if err != nil {
			return grade.Failf("%s should have been sent one datagram of %s; %s.", c.label, grade.Quote(message), how(err))
		}
		if match(got, message) {
			return nil
		}
		if at := difference(got[:min(len(got), len(message))], message); at < min(len(got), len(message)) {
			return grade.Failf("%s should have been sent one datagram of %s, but byte %d was %s instead of %s.", c.label, grade.Quote(message),
				at+1, grade.QuoteByte(got[at]), grade.QuoteByte(message[at]))
		}
		return grade.Failf("%s should have been sent one datagram of %s, but it was %s.", c.label, grade.Quote(message), grade.Quote(got))
	}
}

// wantAnyAnswer asks, and is content with any answer.
func wantAnyAnswer(name string) step {
	return func(ctx context.Context, p *play) error {
		if err := shoot(name, []byte("hello\n"))(ctx, p); err != nil {
			return err
		}
		if _, _, err := p.clients[name].datagram(ctx, replyWithin); err != nil {
			return grade.Failf("Something should answer at UDP %s, but within %v nothing did.", p.Address(), replyWithin)
		}
		return nil
	}
}

// askDatagram sends a datagram and wants its answer.
func (serve service) askDatagram(name string, message []byte) step {
	return func(ctx context.Context, p *play) error {
		return p.run(ctx, []step{shoot(name, message), wantDatagram(name, serve(message), begins)})
	}
}

func (serve service) askWordDatagram(name string) step {
	return func(ctx context.Context, p *play) error {
		return serve.askDatagram(name, word(p.Subject))(ctx, p)
	}
}

// visitDatagram is a whole client.
func (serve service) visitDatagram(name string) step {
	return func(ctx context.Context, p *play) error {
		return p.run(ctx, []step{open(name), serve.askWordDatagram(name), closeSocket(name)})
	}
}

func closeSocket(name string) step {
	return func(_ context.Context, p *play) error {
		c := p.clients[name]
		p.tellf("%s closes its socket", c.label)
		delete(p.clients, name)
		return c.pc.Close()
	}
}

func (serve service) oneDatagram(message string) func(context.Context, *grade.Subject) error {
	return script(open(""), serve.askDatagram("", []byte(message)))
}

func (serve service) lettersDatagram(n int) func(context.Context, *grade.Subject) error {
	return script(open(""), func(ctx context.Context, p *play) error {
		return serve.askDatagram("", letters(p.Subject, n))(ctx, p)
	})
}

func (serve service) addsNothingDatagram() func(context.Context, *grade.Subject) error {
	return script(open(""), func(ctx context.Context, p *play) error {
		message := word(p.Subject)
		return p.run(ctx, []step{shoot("", message), wantDatagram("", serve(message), bytes.Equal)})
	})
}

// oneDatagramEach counts the answers: one for every datagram.
func (serve service) oneDatagramEach() func(context.Context, *grade.Subject) error {
	const questions = 10
	return script(open(""), func(ctx context.Context, p *play) error {
		c := p.clients[""]
		answers := 0
		for range questions {
			if err := serve.askWordDatagram("")(ctx, p); err != nil {
				return err
			}
			answers++
		}
		p.tellf("%s should be sent nothing more", c.label)
		for {
			if _, _, err := c.datagram(ctx, quiet); err != nil {
				break
			}
			answers++
		}
		if answers != questions {
			return grade.Failf("%s should have been sent %d datagrams for the %d that it sent, but %d came.", c.label, questions, questions, answers)
		}
		return nil
	})
}

// keepsBoundaries sends datagrams of different sizes without waiting.
func (serve service) keepsBoundaries() func(context.Context, *grade.Subject) error {
	return script(open(""), func(ctx context.Context, p *play) error {
		var messages [][]byte
		for i := range 5 {
			message := letters(p.Subject, 10+20*i)
			messages = append(messages, message)
			if err := shoot("", message)(ctx, p); err != nil {
				return err
			}
		}
		for _, message := range messages {
			if err := wantDatagram("", serve(message), bytes.Equal)(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// datagramsKeptApart has clients ask in turns; each must get its own answers.
func (serve service) datagramsKeptApart() func(context.Context, *grade.Subject) error {
	return script(open("A"), open("B"), func(ctx context.Context, p *play) error {
		for range 5 {
			a, b := word(p.Subject), word(p.Subject)
			err := p.run(ctx, []step{
				shoot("A", a), shoot("B", b),
				wantDatagram("B", serve(b), begins), wantDatagram("A", serve(a), begins),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// answersFromSamePort looks at where the answer comes from.
func (serve service) answersFromSamePort() func(context.Context, *grade.Subject) error {
	return script(open(""), func(ctx context.Context, p *play) error {
		c := p.clients[""]
		if err := shoot("", word(p.Subject))(ctx, p); err != nil {
			return err
		}
		p.tellf("%s should be answered from %s", c.label, p.Address())
		_, from, err := c.datagram(ctx, replyWithin)
		if err != nil {
			return grade.Failf("%s should have been answered, but within %v nothing came.", c.label, replyWithin)
		}
		to, err := net.ResolveUDPAddr("udp", p.Address())
		if err != nil {
			return err
		}
		if got := from.(*net.UDPAddr).Port; got != to.Port {
			return grade.Failf("The answer should come from port %d, which was asked, but it came from port %d.", to.Port, got)
		}
		return nil
	})
}

// survivesJunkDatagrams sends what no client should, and then asks properly.
func (serve service) survivesJunkDatagrams() func(context.Context, *grade.Subject) error {
	steps := []step{open("A"), junkDatagrams("A", 20), closeSocket("A")}
	for i := range 3 {
		steps = append(steps, serve.visitDatagram(fmt.Sprint(i+1)))
	}
	return script(steps...)
}

// junkDatagrams sends n datagrams of random bytes, few enough to fit into any
// receive buffer, and lets the answers come.
func junkDatagrams(name string, n int) step {
	return func(ctx context.Context, p *play) error {
		c := p.clients[name]
		p.tellf("%s sends %d datagrams of random bytes and sizes", c.label, n)
		quietly := &play{Subject: p.Subject, clients: p.clients, silent: true}
		for range n {
			junk := make([]byte, p.Rand.IntN(2000))
			for i := range junk {
				junk[i] = byte(p.Rand.Uint32())
			}
			if err := shoot(name, junk)(ctx, quietly); err != nil {
				return err
			}
		}
		for range n {
			if _, _, err := c.datagram(ctx, quiet); err != nil {
				break // not every program answers junk, and none has to
			}
		}
		return nil
	}
}
