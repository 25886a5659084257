package checks

import (
	"context"
	"net"
	"slices"

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
			ID: udpEcho.answers, Title: "sends a datagram back", Points: 18, Document: doc000,
			Needs: []string{"port-bound"},
			Hint:  "recvfrom tells who sent the datagram: send it back to that address with sendto.",
			Run:   udpEcho.oneMessage("hello, echo\n", changed),
		},
		udpEcho.keepsNulBytes(4), udpEcho.keepsUTF8(4), udpEcho.keepsCRLF(3), udpEcho.keepsEveryByte(4),
		udpEcho.exactLength(6), udpEcho.zeroLength(5), udpEcho.servesNextClient(8), udpEcho.oneDatagramEach(8),
		{
			ID: "keeps-boundaries", Title: "keeps datagrams apart that come quickly", Points: 7, Document: doc000,
			Needs: []string{"serves-next-client"},
			Hint:  "Answer each datagram before the next one is received, or keep their bytes and lengths apart.",
			Run:   script(open(""), quickDatagrams),
		},
		udpEcho.largestDatagram(8), udpEcho.datagramsKeptApart(5),
		udpEcho.answersFromSamePort(6), udpEcho.answersPromptly(3, "serves-next-client"), udpEcho.survivesJunkDatagrams(2),
		udpEcho.steadyDescriptors(2,
			"A UDP server needs one socket for all clients. Close whatever else is opened for an answer.",
			"answers-promptly", "clients-kept-apart"),
		udpEcho.steadyMemory(2,
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
		udpUpper.answersAtAll(10), udpUpper.answersChangedData(10),
		udpUpper.keepsOtherBytes(8), udpUpper.keepsNulBytes(4), udpUpper.keepsUTF8(8), udpUpper.keepsCRLF(3),
		udpUpper.keepsEveryByte(4, "keeps-other-bytes"), udpUpper.exactLength(8), udpUpper.zeroLength(4),
		udpUpper.servesNextClient(8), udpUpper.oneDatagramEach(6), udpUpper.largestDatagram(8),
		udpUpper.datagramsKeptApart(6), udpUpper.answersFromSamePort(5), udpUpper.survivesJunkDatagrams(3),
	},
}

// quickDatagrams sends datagrams of different sizes without waiting.
func quickDatagrams(ctx context.Context, s *session) error {
	var sent []step
	var answers []answer
	for i := range 5 {
		message := letters(s.Subject, 10+20*i)
		sent = append(sent, sendDatagram("", message))
		answers = append(answers, udpEcho.answer(message, kindly))
	}
	return s.run(ctx, append(sent, wantDatagrams("", answers))...)
}

func (serve service) zeroLength(points int) grade.Check {
	return grade.Check{
		ID: "zero-length-datagram", Title: "answers an empty datagram with an empty one", Points: points, Document: doc000,
		Needs: []string{serve.answers},
		Hint: "In UDP a length of 0 is a message like any other. It does not mean that somebody closed. " +
			"Some libraries drop empty datagrams before a program sees them: then call recvfrom itself.",
		Run: serve.oneMessage("", kindly),
	}
}

// oneDatagramEach counts the answers: one for every datagram.
func (serve service) oneDatagramEach(points int) grade.Check {
	const questions = 10
	return grade.Check{
		ID: "one-datagram-each", Title: "sends one datagram for every datagram", Points: points, Document: doc000,
		Needs: []string{"serves-next-client"},
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
			return serve.ask("", letters(s.Subject, largestDatagram), kindly)(ctx, s)
		}),
	}
}

// datagramsKeptApart has clients ask in turns; each must get its own answers, and
// none of another's.
func (serve service) datagramsKeptApart(points int) grade.Check {
	return grade.Check{
		ID: "clients-kept-apart", Title: "answers each client with its own data", Points: points, Document: doc000,
		Needs: []string{"serves-next-client"},
		Hint:  "Send the answer to the address that this very recvfrom told, and not to an earlier one.",
		Run: script(open("A"), open("B"), func(ctx context.Context, s *session) error {
			var forA, forB []answer
			for range 5 {
				a, b := word(s.Subject), word(s.Subject)
				if err := s.run(ctx, sendDatagram("A", a), sendDatagram("B", b)); err != nil {
					return err
				}
				forA, forB = append(forA, serve.answer(a, kindly)), append(forB, serve.answer(b, kindly))
			}
			return s.run(ctx, wantDatagrams("A", forA), wantDatagrams("B", forB),
				wantNoneOf("A", forB), wantNoneOf("B", forA))
		}),
	}
}

// wantNoneOf wants what is another client's not to come.
func wantNoneOf(name string, answers []answer) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent nothing that is another client's", c.label)
		for range strangers {
			got, _, err := c.datagram(ctx, quiet/3)
			if err != nil {
				return nil
			}
			if slices.ContainsFunc(answers, func(a answer) bool { return a.accepts(got) }) {
				return grade.Failf("%s should have been sent its own data, but %s came, which is for another client.",
					c.label, grade.Quote(got))
			}
		}
		return nil
	})
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
		Needs: []string{"serves-next-client", "keeps-every-byte"},
		Hint:  "Whatever a datagram holds, answer it and receive the next one.",
		Run: script(open("A"), junkDatagrams("A", 20), sendDatagram("A", []byte(" \r\n")), closeSocket("A"),
			serve.visit("1"), serve.visit("2"), serve.visit("3")),
	}
}
