package checks

import (
	"bytes"
	"context"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// The checks of what is in an answer, for TCP and UDP.

// answersAtAll is content with a message that comes back unchanged.
func (serve service) answersAtAll(points int) grade.Check {
	return grade.Check{
		ID: serve.answers, Title: "answers a message", Points: points, Document: doc002,
		Needs: []string{"port-bound"},
		Hint:  "Receive a message, and send an answer to where it came from.",
		Run:   serve.oneMessage("hello, echo\n", kindly),
	}
}

func (serve service) answersChangedData(points int) grade.Check {
	hint := text.Phrase("Change the letters a to z to A to Z, and send the message back.")
	if serve.network == "udp" {
		hint = "Change the letters a to z to A to Z, and send the datagram back."
	}
	return grade.Check{
		ID: "answers-changed-data", Title: "answers in capital letters", Points: points, Document: doc002,
		Needs: []string{serve.answers},
		Hint:  hint,
		Run:   serve.oneMessage("hello, echo\n", changed),
	}
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
		Run:   serve.oneMessage("left\x00right\x00\x00end\n", inside),
	}
}

func (serve service) keepsUTF8(points int) grade.Check {
	return grade.Check{
		ID: "keeps-utf8", Title: "sends Korean text (UTF-8) back unharmed", Points: points, Document: doc000,
		Needs: []string{serve.answers},
		Hint:  "Treat a message as bytes. Do not decode it, and do not look at its characters one by one.",
		Run:   serve.oneMessage("안녕하세요, 에코 서버!\n", kindly),
	}
}

func (serve service) keepsOtherBytes(points int) grade.Check {
	return grade.Check{
		ID: "keeps-other-bytes", Title: "leaves everything but letters as it is", Points: points, Document: doc002,
		Needs: []string{"answers-changed-data"},
		Hint:  "Only the 26 letters a to z change. Look at what a formula does to the characters next to them.",
		Run:   serve.oneMessage("abc XYZ 123 {|}~ @[`\t!\n", changed),
	}
}

// keepsCRLF sends one line only: several at once are another check's.
func (serve service) keepsCRLF(points int) grade.Check {
	return grade.Check{
		ID: "keeps-crlf", Title: "leaves line ends as they are, CR LF too", Points: points, Document: doc004,
		Needs: []string{serve.answers},
		Hint: "A line may end in \\n or in \\r\\n: send back what came. " +
			"Do not open the socket as text, and do not strip lines.",
		Run: serve.oneMessage("carriage\rreturn\r\n", inside),
	}
}

// keepsEveryByte sends every value a byte can have, which is not UTF-8. The line
// end comes last, so that it is one line.
func (serve service) keepsEveryByte(points int, needs ...string) grade.Check {
	var message []byte
	for b := range 256 {
		if b != '\n' {
			message = append(message, byte(b))
		}
	}
	return grade.Check{
		ID: "keeps-every-byte", Title: "sends bytes that are no text back (all 256 values)",
		Points: points, Document: doc004,
		Needs: append([]string{serve.answers, "keeps-utf8", "keeps-nul-bytes"}, needs...),
		Hint: "Not every message is text: do not decode it as UTF-8, do not print it as it is, " +
			"and give no byte a meaning of its own.",
		Run: serve.oneMessage(string(message)+"\n", inside),
	}
}

// exactLength wants the answers and not a byte more. That there is a second one
// at all is not its concern.
func (serve service) exactLength(points int) grade.Check {
	title := text.Phrase("sends exactly what it received, not a byte more or less")
	if serve.exact == tcpUpper.exact {
		title = "answers with exactly as many bytes as came"
	}
	return grade.Check{
		ID: serve.exact, Title: title, Points: points, Document: doc004,
		Needs: []string{serve.answers},
		Hint: "Send as many bytes as were received: no greeting or prefix before them, " +
			"no line end, no byte of value 0 behind them.",
		Run: script(serve.begin(""), func(ctx context.Context, s *session) error {
			if serve.network == "udp" {
				message := word(s.Subject)
				return s.run(ctx, sendDatagram("", message), wantAlone("", serve.reply(message)))
			}
			first, second := word(s.Subject), word(s.Subject)
			return s.run(ctx, send("", first), wantOnly("", serve.reply(first), true),
				say("", second), wantOnly("", serve.reply(second), false))
		}),
	}
}

// wantOnly wants the answer in letters of either case, and nothing else.
func wantOnly(name string, message []byte, needed bool) step {
	return by(name, func(ctx context.Context, s *session, c *client) error {
		s.tellf("%s should be sent %s and nothing more", c.label, grade.Quote(message))
		enough := func(got []byte) bool { return len(got) >= len(message) }
		got, err := c.read(ctx, replyWithin, enough)
		if err == nil {
			more, _ := c.read(ctx, quiet, never)
			got = append(got, more...)
		}
		if bytes.EqualFold(got, message) || len(got) == 0 && !needed {
			return nil
		}
		return grade.Failf("%s should have been sent exactly %s, but %s.", c.label, grade.Quote(message),
			diagnose(got, message))
	})
}
