package checks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// The checks below take service, which says what the program answers to a
// message: the message for an echo server, its upper case for another.
type service func(message []byte) []byte

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

// ask sends a message and wants its answer.
func (serve service) ask(name string, message []byte) step {
	return func(ctx context.Context, p *play) error {
		return p.run(ctx, []step{send(name, message), want(name, serve(message))})
	}
}

// askWord asks with a random word.
func (serve service) askWord(name string) step {
	return func(ctx context.Context, p *play) error {
		return serve.ask(name, word(p.Subject))(ctx, p)
	}
}

// visit is a whole client: connect, ask, close.
func (serve service) visit(name string) step {
	return func(ctx context.Context, p *play) error {
		return p.run(ctx, []step{connect(name), serve.askWord(name), hangUp(name)})
	}
}

// oneMessage is the check that one given message is answered.
func (serve service) oneMessage(message string) func(context.Context, *grade.Subject) error {
	return script(connect(""), serve.ask("", []byte(message)))
}

func portBound() func(context.Context, *grade.Subject) error {
	return script(func(ctx context.Context, p *play) error {
		if p.Network() == "tcp" {
			return connect("")(ctx, p)
		}
		if p.Running() {
			return p.run(ctx, []step{open(""), wantAnyAnswer("")})
		}
		return nil // Start has seen the port
	})
}

// addsNothing wants exactly the answer and not a byte more.
func (serve service) addsNothing() func(context.Context, *grade.Subject) error {
	return script(connect(""), serve.askWord(""), wantNothing(""))
}

func (serve service) answersEveryMessage() func(context.Context, *grade.Subject) error {
	steps := []step{connect("")}
	for range 5 {
		steps = append(steps, serve.askWord(""))
	}
	return script(steps...)
}

// ofLetters asks with n random letters in one write.
func (serve service) ofLetters(n int) func(context.Context, *grade.Subject) error {
	return script(connect(""), func(ctx context.Context, p *play) error {
		message := letters(p.Subject, n)
		return exchange("", message, serve(message), false)(ctx, p)
	})
}

// mergesSmallWrites sends many small messages without waiting. How many of
// them a read of the program takes is TCP's affair; the bytes must come back.
// The last ones go in one write, so that a read takes several of them even if
// a busy machine lets the program answer each of the others alone.
func (serve service) mergesSmallWrites() func(context.Context, *grade.Subject) error {
	const writes, together = 180, 20
	return script(connect(""), func(ctx context.Context, p *play) error {
		p.tellf("%s sends %d short messages without waiting", label(""), writes+together)
		var all []byte
		for i := range writes + 1 {
			message := word(p.Subject)
			for n := 1; i == writes && n < together; n++ {
				message = append(message, word(p.Subject)...)
			}
			all = append(all, message...)
			_ = p.clients[""].conn.SetWriteDeadline(within(ctx, replyWithin))
			if _, err := p.clients[""].conn.Write(message); err != nil {
				return grade.Failf("%s should have been able to send %s, but after %d of them %s.",
					label(""), grade.Quote(all), len(all)-len(message), how(err))
			}
		}
		return want("", serve(all))(ctx, p)
	})
}

// joinsSplitMessage sends one message in pieces with pauses.
func (serve service) joinsSplitMessage() func(context.Context, *grade.Subject) error {
	return script(connect(""), func(ctx context.Context, p *play) error {
		message := letters(p.Subject, 40)
		steps := []step{}
		for i := 0; i < len(message); i += 10 {
			steps = append(steps, send("", message[i:i+10]), pause(50*time.Millisecond))
		}
		return p.run(ctx, append(steps, want("", serve(message))))
	})
}

func (serve service) closesWithClient() func(context.Context, *grade.Subject) error {
	return script(connect(""), serve.askWord(""), shut(""), wantEnd("", text.Say("after the client had closed its side")))
}

func (serve service) closesAfterAnswer() func(context.Context, *grade.Subject) error {
	return script(connect(""), serve.askWord(""), wantEnd("", text.Say("after its one answer")))
}

// halfCloseGetsRest closes the sending side at once: what is still on its way
// must be answered.
func (serve service) halfCloseGetsRest() func(context.Context, *grade.Subject) error {
	return script(connect(""), func(ctx context.Context, p *play) error {
		message := letters(p.Subject, 64<<10)
		p.tellf("%s will close its sending side right after it has sent all", label(""))
		return exchange("", message, serve(message), true)(ctx, p)
	})
}

// survivesReset breaks connections off while the program waits for the next
// message.
func (serve service) survivesReset() func(context.Context, *grade.Subject) error {
	return script(
		connect("A"), serve.askWord("A"), reset("A"),
		connect("B"), reset("B"),
		serve.visit("C"))
}

// resetAfterOne is survivesReset for a server of one answer.
func (serve service) resetAfterOne() func(context.Context, *grade.Subject) error {
	return script(connect("A"), reset("A"), connect("B"), reset("B"), serve.visit("C"))
}

func (serve service) servesNextClient() func(context.Context, *grade.Subject) error {
	steps := []step{}
	for i := range 10 {
		steps = append(steps, serve.visit(fmt.Sprint(i+1)))
	}
	return script(steps...)
}

// clientsKeptApart lets two clients talk in turns.
func (serve service) clientsKeptApart() func(context.Context, *grade.Subject) error {
	return script(connect("A"), connect("B"), func(ctx context.Context, p *play) error {
		for range 5 {
			a, b := word(p.Subject), word(p.Subject)
			half := len(a) / 2
			err := p.run(ctx, []step{
				send("A", a[:half]), send("B", b), send("A", a[half:]),
				want("B", serve(b)), want("A", serve(a)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// idleClientBlocksNobody has a client that says nothing for a while.
func (serve service) idleClientBlocksNobody() func(context.Context, *grade.Subject) error {
	return script(connect("A"), func(ctx context.Context, p *play) error {
		p.tellf("%s says nothing", label("A"))
		err := p.run(ctx, []step{connect("B"), serve.askWord("B")})
		if failure, ok := errors.AsType[*grade.Failure](err); ok {
			return grade.Failf("%s Meanwhile client A was connected and silent.", failure.Sentence)
		}
		if err != nil {
			return err
		}
		return serve.askWord("A")(ctx, p)
	})
}

// servesManyAtOnce has n clients connected before the first one speaks.
func (serve service) servesManyAtOnce(n int) func(context.Context, *grade.Subject) error {
	steps := []step{}
	for i := range n {
		steps = append(steps, connect(fmt.Sprint(i+1)))
	}
	for range 2 {
		for i := range n {
			steps = append(steps, serve.askWord(fmt.Sprint(n-i)))
		}
	}
	return script(steps...)
}
