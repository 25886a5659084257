package checks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"echolab/lab/grade"
)

// greeting is what a hello server's answer must hold, in any case.
const greeting = "hello"

// read collects what a client is sent until enough is true, the connection
// ends, or d has passed.
func (c *client) read(ctx context.Context, d time.Duration, enough func([]byte) bool) ([]byte, error) {
	_ = c.conn.SetReadDeadline(within(ctx, d))
	var got []byte
	buf := make([]byte, 4096)
	for !enough(got) {
		n, err := c.conn.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return got, err
		}
		if len(got) > 64<<10 {
			return got, errors.New("more than 64 KiB")
		}
	}
	return got, nil
}

func hasGreeting(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte(greeting)) }

// wantGreeting wants the greeting without having asked.
func wantGreeting(name string) step {
	return func(ctx context.Context, p *play) error {
		c := p.clients[name]
		p.tellf("%s says nothing and should be greeted", c.label)
		got, err := c.read(ctx, replyWithin, hasGreeting)
		if !hasGreeting(got) {
			return grade.Failf("%s should have been sent a greeting with the word %s without asking, but %s came; %s.", c.label, greeting, grade.Quote(got), how(err))
		}
		return nil
	}
}

// greets is content with a greeting that must be asked for.
func greets() func(context.Context, *grade.Subject) error {
	return script(connect(""), func(ctx context.Context, p *play) error {
		c := p.clients[""]
		p.tellf("%s should be greeted", c.label)
		got, err := c.read(ctx, replyWithin/2, hasGreeting)
		if errors.Is(err, os.ErrDeadlineExceeded) && !hasGreeting(got) {
			if err := send("", []byte("hi\n"))(ctx, p); err != nil {
				return err
			}
			var more []byte
			more, err = c.read(ctx, replyWithin/2, hasGreeting)
			got = append(got, more...)
		}
		if !hasGreeting(got) {
			return grade.Failf("%s should have been sent a greeting with the word %s, but %s came; %s.", c.label, greeting, grade.Quote(got), how(err))
		}
		return nil
	})
}

// greetsOnce counts the greetings until the program closes or is quiet.
func greetsOnce() func(context.Context, *grade.Subject) error {
	return script(connect(""), func(ctx context.Context, p *play) error {
		c := p.clients[""]
		p.tellf("%s should be greeted once", c.label)
		got, err := c.read(ctx, replyWithin, hasGreeting)
		if err == nil {
			var more []byte
			more, _ = c.read(ctx, quiet, func([]byte) bool { return false })
			got = append(got, more...)
		}
		if n := bytes.Count(bytes.ToLower(got), []byte(greeting)); n != 1 {
			return grade.Failf("%s should have been greeted once, but the word %s came %d times: %s.", c.label, greeting, n, grade.Quote(got))
		}
		return nil
	})
}

// closesAfterGreeting wants the end of the connection soon after the greeting.
func closesAfterGreeting() func(context.Context, *grade.Subject) error {
	return script(connect(""), wantGreeting(""), func(ctx context.Context, p *play) error {
		c := p.clients[""]
		p.tellf("%s should see the connection closed", c.label)
		_, err := c.read(ctx, replyWithin, func([]byte) bool { return false })
		if !errors.Is(err, io.EOF) {
			return grade.Failf("The program should have closed the connection after its greeting; %s.", how(err))
		}
		return nil
	})
}

// greetsTen greets one client after the other.
func greetsTen() func(context.Context, *grade.Subject) error {
	return script(repeat(10, "a client connects and is greeted", greetedVisit("")))
}

func greetedVisit(name string) step {
	return func(ctx context.Context, p *play) error {
		return p.run(ctx, []step{connect(name), wantGreeting(name), hangUp(name)})
	}
}

func greetsAfterReset() func(context.Context, *grade.Subject) error {
	return script(connect("A"), reset("A"), connect("B"), wantGreeting("B"), reset("B"), greetedVisit("C"))
}
