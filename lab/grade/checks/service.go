package checks

import (
	"bytes"
	"context"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// service is what a server under test does with a message, and the ids of the
// checks that others need.
type service struct {
	network string
	answer  func(message []byte) []byte
	answers string // id of the check that a message is answered at all
	exact   string // id of the check that nothing is added to it
}

// The services, by protocol.
var (
	tcpEcho  = service{"tcp", echo, "echoes-one-line", "adds-nothing"}
	tcpUpper = service{"tcp", upper, "answers-changed-data", "same-length"}
	udpEcho  = service{"udp", echo, "echoes-datagram", "adds-nothing"}
	udpUpper = service{"udp", upper, "answers-changed-data", "same-length"}
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

// ask sends a message and wants its answer. An answer in a datagram may have
// more behind it: the check exact is the one that minds.
func (serve service) ask(name string, message []byte) step {
	if serve.network == "udp" {
		return inOrder(sendDatagram(name, message), wantDatagram(name, serve.answer(message), begins))
	}
	return inOrder(send(name, message), want(name, serve.answer(message)))
}

// askWord asks with a random word.
func (serve service) askWord(name string) step {
	return func(ctx context.Context, s *session) error { return serve.ask(name, word(s.Subject))(ctx, s) }
}

// visit is a whole client: it comes, asks and leaves.
func (serve service) visit(name string) step {
	end := hangUp(name)
	if serve.network == "udp" {
		end = closeSocket(name)
	}
	return inOrder(serve.begin(name), serve.askWord(name), end)
}

// oneMessage wants one given message answered.
func (serve service) oneMessage(message string) run {
	return script(serve.begin(""), serve.ask("", []byte(message)))
}

// keepsNulBytes is told the call whose return value is the length.
func (serve service) keepsNulBytes(points int) grade.Check {
	hint := text.Phrase("The length of a message is what recv returned. strlen stops at the first byte of value 0.")
	if serve.network == "udp" {
		hint = "The length of a message is what recvfrom returned. strlen stops at the first byte of value 0."
	}
	return grade.Check{
		ID: "keeps-nul-bytes", Title: "sends bytes of value 0 back", Points: points, Document: doc004,
		Needs: []string{serve.answers},
		Hint:  hint,
		Run:   serve.oneMessage("left\x00right\x00\x00end\n"),
	}
}

func (serve service) keepsUTF8(points int) grade.Check {
	return grade.Check{
		ID: "keeps-utf8", Title: "sends Korean text (UTF-8) back unharmed", Points: points, Document: doc000,
		Needs: []string{serve.answers},
		Hint:  "Treat a message as bytes. Do not decode it, and do not look at its characters one by one.",
		Run:   serve.oneMessage("안녕하세요, 에코 서버!\n"),
	}
}

func (serve service) keepsOtherBytes(points int) grade.Check {
	return grade.Check{
		ID: "keeps-other-bytes", Title: "leaves everything but letters as it is", Points: points, Document: doc002,
		Needs: []string{serve.answers},
		Hint:  "Only the 26 letters a to z change. Look at what a formula does to the characters next to them.",
		Run:   serve.oneMessage("abc XYZ 123 {|}~ @[`\t!\n"),
	}
}

// exactLength wants the answer and not a byte more.
func (serve service) exactLength(points int) grade.Check {
	title := text.Phrase("sends not a byte more than it received")
	if serve.exact == tcpUpper.exact {
		title = "answers with exactly as many bytes as came"
	}
	return grade.Check{
		ID: serve.exact, Title: title, Points: points, Document: doc004,
		Needs: []string{serve.answers},
		Hint:  "Send as many bytes as were received: no line end, no byte of value 0 behind them.",
		Run: script(serve.begin(""), func(ctx context.Context, s *session) error {
			message := word(s.Subject)
			if serve.network == "udp" {
				return s.run(ctx, sendDatagram("", message), wantDatagram("", serve.answer(message), bytes.Equal))
			}
			return s.run(ctx, serve.ask("", message), wantNothing(""))
		}),
	}
}
