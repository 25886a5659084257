package checks

import (
	"bytes"
	"context"
	"fmt"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// service is what a server under test does with a message, and the ids of the
// checks that others need.
type service struct {
	network string
	reply   func(message []byte) []byte
	answers string // id of the check that a message is answered at all
	exact   string // id of the check that nothing is added to it
	once    bool   // closes by itself after one answer
}

// The services, by protocol.
var (
	tcpEcho     = service{"tcp", echo, "echoes-one-line", "adds-nothing", false}
	tcpEchoOnce = service{"tcp", echo, "echoes-one-line", "adds-nothing", true}
	tcpUpper    = service{"tcp", upper, "answers-at-all", "same-length", false}
	udpEcho     = service{"udp", echo, "echoes-datagram", "adds-nothing", false}
	udpUpper    = service{"udp", upper, "answers-at-all", "same-length", false}
)

func echo(message []byte) []byte { return message }

// upper changes the letters of ASCII and nothing else.
func upper(message []byte) []byte {
	changed := bytes.Clone(message)
	for i, b := range changed {
		if 'a' <= b && b <= 'z' {
			changed[i] = b - 'a' + 'A'
		}
	}
	return changed
}

// letters are n random letters, the last of them replaced by a line end.
func letters(s *grade.Subject, n int) []byte {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[s.Rand.IntN(len(alphabet))]
	}
	text[n-1] = '\n'
	return text
}

// word is a short random message with a line end.
func word(s *grade.Subject) []byte { return letters(s, 6+s.Rand.IntN(10)) }

// begin makes a client of the server.
func (serve service) begin(name string) step {
	if serve.network == "udp" {
		return open(name)
	}
	return connect(name)
}

// answer is what a message should be answered with.
func (serve service) answer(message []byte, t tolerance) answer {
	return answer{sent: message, want: serve.reply(message), tolerance: t}
}

// ask sends a message and wants its answer.
func (serve service) ask(name string, message []byte, t tolerance) step {
	if serve.network == "udp" {
		return inOrder(sendDatagram(name, message), wantDatagram(name, serve.answer(message, t)))
	}
	return inOrder(send(name, message), want(name, serve.answer(message, t)))
}

// askWord asks with a random word.
func (serve service) askWord(name string) step {
	return func(ctx context.Context, s *session) error { return serve.ask(name, word(s.Subject), kindly)(ctx, s) }
}

// end ends a client.
func (serve service) end(name string) step {
	switch {
	case serve.network == "udp":
		return closeSocket(name)
	case serve.once:
		return seeOff(name)
	}
	return hangUp(name)
}

// visit is a whole client: it comes, asks and leaves.
func (serve service) visit(name string) step {
	return inOrder(serve.begin(name), serve.askWord(name), serve.end(name))
}

// oneMessage wants one given message answered.
func (serve service) oneMessage(message string, t tolerance) run {
	return script(serve.begin(""), serve.ask("", []byte(message), t))
}

// servesNextClient wants more than one client served.
func (serve service) servesNextClient(points int) grade.Check {
	hint := text.Phrase("Put accept into a loop that does not end. A server runs until it is stopped.")
	if serve.network == "udp" {
		hint = "Put recvfrom into a loop that does not end. A server runs until it is stopped."
	}
	var steps []step
	for i := range 10 {
		steps = append(steps, serve.visit(fmt.Sprint(i+1)))
	}
	return grade.Check{
		ID: "serves-next-client", Title: "serves ten clients one after the other", Points: points, Document: doc001,
		Needs: []string{serve.answers},
		Hint:  hint,
		Run:   script(steps...),
	}
}
