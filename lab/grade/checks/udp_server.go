package checks

import (
	"bytes"
	"context"
	"net"

	"echolab/lab/grade"
	"echolab/lab/text"
)

var echoUDP = grade.Assignment{
	ID: "echo-udp", Title: "A UDP echo server", Kind: grade.Server, Network: "udp",
	Todo: []text.Phrase{
		"send the datagram back to where it came from", "think about the longest datagram that may come",
	},
	Checks: []grade.Check{
		portBound(5),
		{
			ID: udpEcho.answers, Title: "sends a datagram back", Points: 20, Document: doc000,
			Needs: []string{"port-bound"},
			Hint:  "recvfrom tells who sent the datagram: send it back to that address with sendto.",
			Run:   udpEcho.oneMessage("hello, echo\n"),
		},
		udpEcho.keepsNulBytes(5), udpEcho.keepsUTF8(5), udpEcho.exactLength(5),
		udpEcho.zeroLength(5), udpEcho.oneDatagramEach(10),
		{
			ID: "keeps-boundaries", Title: "keeps datagrams apart that come quickly", Points: 10, Document: doc000,
			Needs: []string{udpEcho.answers, udpEcho.exact, "one-datagram-each"},
			Hint:  "Answer each datagram before the next one is received, or keep their bytes and lengths apart.",
			Run:   script(open(""), quickDatagrams),
		},
		udpEcho.largestDatagram(10), udpEcho.datagramsKeptApart(5, "keeps-boundaries"),
		udpEcho.answersFromSamePort(10), udpEcho.survivesJunkDatagrams(4),
		udpEcho.steadyDescriptors(3,
			"A UDP server needs one socket for all clients. Close whatever else is opened for an answer.",
			udpEcho.answers, "clients-kept-apart"),
		udpEcho.steadyMemory(3,
			"Free what was allocated for a datagram, and do not collect the clients that have come.",
			udpEcho.answers),
	},
}

var upperUDP = grade.Assignment{
	ID: "upper-udp", Title: "A UDP server that answers in capital letters", Kind: grade.Server, Network: "udp",
	Todo: []text.Phrase{
		"send the datagram back with a to z as A to Z", "think about the longest datagram that may come",
	},
	Checks: []grade.Check{
		portBound(5),
		{
			ID: udpUpper.answers, Title: "answers in capital letters", Points: 20, Document: doc002,
			Needs: []string{"port-bound"},
			Hint:  "Change the letters a to z to A to Z, and send the datagram back.",
			Run:   udpUpper.oneMessage("hello, echo\n"),
		},
		udpUpper.keepsOtherBytes(10), udpUpper.keepsNulBytes(5), udpUpper.keepsUTF8(10), udpUpper.exactLength(10),
		udpUpper.zeroLength(5), udpUpper.oneDatagramEach(5), udpUpper.largestDatagram(10),
		udpUpper.datagramsKeptApart(10), udpUpper.answersFromSamePort(5), udpUpper.survivesJunkDatagrams(5),
	},
}

// quickDatagrams sends datagrams of different sizes without waiting.
func quickDatagrams(ctx context.Context, s *session) error {
	var sent, wanted []step
	for i := range 5 {
		message := letters(s.Subject, 10+20*i)
		sent = append(sent, sendDatagram("", message))
		wanted = append(wanted, wantDatagram("", message, bytes.Equal))
	}
	return s.run(ctx, append(sent, wanted...)...)
}

func (serve service) zeroLength(points int) grade.Check {
	return grade.Check{
		ID: "zero-length-datagram", Title: "answers an empty datagram with an empty one", Points: points, Document: doc000,
		Needs: []string{serve.answers, serve.exact},
		Hint:  "In UDP a length of 0 is a message like any other. It does not mean that somebody closed.",
		Run:   serve.oneMessage(""),
	}
}

// oneDatagramEach counts the answers: one for every datagram.
func (serve service) oneDatagramEach(points int) grade.Check {
	const questions = 10
	return grade.Check{
		ID: "one-datagram-each", Title: "sends one datagram for every datagram", Points: points, Document: doc000,
		Needs: []string{serve.answers},
		Hint:  "One recvfrom, one sendto.",
		Run: script(open(""), func(ctx context.Context, s *session) error {
			c, answers := s.clients[""], 0
			for ; answers < questions; answers++ {
				if err := serve.askWord("")(ctx, s); err != nil {
					return err
				}
			}
			s.tellf("%s should be sent nothing more", c.label)
			for {
				if _, _, err := c.datagram(ctx, quiet); err != nil {
					break
				}
				answers++
			}
			if answers != questions {
				return grade.Failf("%s should have been sent %d datagrams for the %d that it sent, but %d came.",
					c.label, questions, questions, answers)
			}
			return nil
		}),
	}
}

func (serve service) largestDatagram(points int) grade.Check {
	return grade.Check{
		ID: "largest-datagram", Title: "sends the largest datagram back whole (65,507 bytes)",
		Points: points, Document: doc000,
		Needs: []string{serve.answers, serve.exact},
		Hint:  "What does not fit into the buffer of recvfrom is lost. Use a buffer of 65,535 bytes.",
		Run: script(open(""), func(ctx context.Context, s *session) error {
			return serve.ask("", letters(s.Subject, largestDatagram))(ctx, s)
		}),
	}
}

// datagramsKeptApart has clients ask in turns; each must get its own answers.
func (serve service) datagramsKeptApart(points int, needs ...string) grade.Check {
	return grade.Check{
		ID: "clients-kept-apart", Title: "answers each client with its own data", Points: points, Document: doc000,
		Needs: append([]string{serve.answers, "one-datagram-each"}, needs...),
		Hint:  "Send the answer to the address that this very recvfrom told, and not to an earlier one.",
		Run: script(open("A"), open("B"), func(ctx context.Context, s *session) error {
			for range 5 {
				a, b := word(s.Subject), word(s.Subject)
				err := s.run(ctx, sendDatagram("A", a), sendDatagram("B", b),
					wantDatagram("B", serve.answer(b), begins), wantDatagram("A", serve.answer(a), begins))
				if err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// answersFromSamePort looks at where the answer comes from.
func (serve service) answersFromSamePort(points int) grade.Check {
	return grade.Check{
		ID: "answers-from-same-port", Title: "answers from the port that was asked", Points: points, Document: doc000,
		Needs: []string{serve.answers},
		Hint: "Send the answer through the socket that received the datagram. A new socket has another port, " +
			"and clients do not accept its answers.",
		Run: script(open(""), func(ctx context.Context, s *session) error {
			c := s.clients[""]
			if err := sendDatagram("", word(s.Subject))(ctx, s); err != nil {
				return err
			}
			s.tellf("%s should be answered from %s", c.label, s.Address())
			_, from, err := c.datagram(ctx, replyWithin)
			if err != nil {
				return grade.Failf("%s should have been answered, but within %v nothing came.", c.label, replyWithin)
			}
			to, err := net.ResolveUDPAddr("udp", s.Address())
			if err != nil {
				return err
			}
			if got := from.(*net.UDPAddr).Port; got != to.Port {
				return grade.Failf("The answer should come from port %d, which was asked, but it came from port %d.",
					to.Port, got)
			}
			return nil
		}),
	}
}

// survivesJunkDatagrams sends what no client should, and then asks properly.
func (serve service) survivesJunkDatagrams(points int) grade.Check {
	return grade.Check{
		ID: "survives-junk", Title: "goes on after junk", Points: points, Document: doc004,
		Needs: []string{serve.answers, "keeps-utf8", "keeps-nul-bytes", "zero-length-datagram", "clients-kept-apart"},
		Hint:  "Whatever a datagram holds, answer it and receive the next one.",
		Run: script(open("A"), junkDatagrams("A", 20), closeSocket("A"),
			serve.visit("1"), serve.visit("2"), serve.visit("3")),
	}
}
