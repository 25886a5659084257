package checks

import (
	"bytes"
	"context"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
	"echolab/lab/link"
	"echolab/lab/text"
)

// Limits of the reliable transfers.
const (
	transferTimeout = 2 * time.Minute  // for a whole check
	transferWithin  = 60 * time.Second // for the sender to end
	lingerWithin    = 10 * time.Second // for the receiver to end after it
)

var reliableUDP = grade.Assignment{
	ID: "reliable-udp", Title: "A reliable transfer over UDP", Kind: grade.Pair, Network: "udp",
	Checks: []grade.Check{
		{
			ID: "delivers-without-loss", Title: "delivers a file where nothing is lost", Points: 15, Document: doc003,
			Timeout: transferTimeout,
			Hint: "Cut the file into datagrams of about 1,000 bytes, number them, and write them in order " +
				"on the other side.",
			Run: delivers(10<<10, link.Conditions{}),
		},
		{
			ID: "ends", Title: "ends on both sides after the last acknowledgement", Points: 10, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "Mark the end of the file with a datagram of its own, acknowledge it, and let the receiver stay " +
				"a moment longer for repetitions of it.",
			Run: endsAfterTransfer,
		},
		{
			ID: "no-duplicates", Title: "writes nothing twice where datagrams come twice", Points: 15, Document: doc003,
			Needs: []string{"delivers-without-loss"}, Timeout: transferTimeout,
			Hint: "The receiver acknowledges a datagram that it knows already, and does not write it again. " +
				"The sender ignores acknowledgements that it knows already.",
			Run: delivers(20<<10, link.Conditions{Duplicate: 0.4}),
		},
		{
			ID: "in-order", Title: "writes in order where datagrams overtake each other", Points: 15, Document: doc003,
			Needs: []string{"delivers-without-loss", "no-duplicates"}, Timeout: transferTimeout,
			Hint: "Write a datagram only when all before it have been written; keep or drop those that come too early.",
			Run:  delivers(40<<10, link.Conditions{Delay: holdBack, Reorder: 0.7}),
		},
		{
			ID: "delivers-under-loss", Title: "delivers a file where a fifth of the datagrams is lost",
			Points: 20, Document: doc000,
			Needs: []string{"delivers-without-loss", "no-duplicates"}, Timeout: transferTimeout,
			Hint: "Send a datagram again when no acknowledgement comes in time. Acknowledgements are lost, too.",
			Run:  delivers(20<<10, link.Conditions{Loss: 0.2}),
		},
		{
			ID: "delivers-under-reorder", Title: "delivers a file where all goes wrong at once",
			Points: 10, Document: doc003,
			Needs: []string{"in-order", "delivers-under-loss"}, Timeout: transferTimeout,
			Hint: "An old acknowledgement that comes late must not pass for that of the datagram that is on its way " +
				"now: number both.",
			Run: delivers(40<<10, link.Conditions{Loss: 0.1, Duplicate: 0.3, Delay: holdBack, Reorder: 0.8}),
		},
		{
			ID: "large-file", Title: "delivers a file of 300 KiB", Points: 15, Document: doc003,
			Needs: []string{"delivers-under-loss"}, Timeout: transferTimeout,
			Hint: "Numbers must not run out (a number of one byte does after 256 datagrams), and a lost datagram " +
				"must not cost many seconds.",
			Run: delivers(300<<10, link.Conditions{Loss: 0.01}),
		},
	},
}

// transfer is one file on its way: the two programs and the relay in between.
type transfer struct {
	*grade.Subject
	sender, receiver *sandbox.Program
	file             []byte
}

// delivers sends a file of size bytes through a relay and wants it whole on
// the other side.
func delivers(size int, c link.Conditions) run {
	return func(ctx context.Context, s *grade.Subject) error {
		t := &transfer{Subject: s}
		if err := t.run(ctx, size, c); err != nil {
			return err
		}
		return t.compare()
	}
}

// endsAfterTransfer wants both programs to end with status 0.
func endsAfterTransfer(ctx context.Context, s *grade.Subject) error {
	t := &transfer{Subject: s}
	if err := t.run(ctx, 4<<10, link.Conditions{}); err != nil {
		return err
	}
	s.Stepf("both programs should have ended")
	for role, p := range map[text.Phrase]*sandbox.Program{"sender": t.sender, "receiver": t.receiver} {
		exit, over := p.Ended()
		if !over {
			return grade.Failf("The %s should have ended after the transfer, but it still runs.", role)
		}
		if exit != (sandbox.Exit{}) {
			return grade.Failf("The %s should have ended with exit status 0, but it ended so: %s.",
				role, grade.ExitText(exit))
		}
	}
	return nil
}

// run starts receiver, relay and sender, and waits for the end of the two.
func (t *transfer) run(ctx context.Context, size int, c link.Conditions) error {
	pc, err := t.ListenAt(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = pc.Close() }()
	t.file = randomBytes(t.Subject, size)
	port := t.Port() + 1
	if t.receiver, err = t.Launch(ctx, "receiver", port, size+64<<10); err != nil {
		return err
	}
	if err := t.AwaitPort(ctx, t.receiver, port); err != nil {
		return err
	}
	r, err := newRelay(ctx, t.Subject, pc, port, c)
	if err != nil {
		return err
	}
	defer r.close()
	if c.Words() == nil {
		t.Stepf("put a relay between them that changes nothing")
	} else {
		t.Stepf("put a relay between them: %s", conditionsText(c))
	}
	return t.send(ctx)
}

// conditionsText says the conditions that relays have, in the words of lab
// compare's flags.
func conditionsText(c link.Conditions) text.Message {
	var all text.Message
	for _, said := range []struct {
		name   string
		format text.Phrase
	}{
		{"loss", "loss %s"}, {"delay", "delay %s"}, {"reorder", "reorder %s"}, {"duplicate", "duplicate %s"},
	} {
		value := c.Of(said.name)
		switch {
		case value == "":
		case all.IsZero():
			all = text.Sayf(said.format, value)
		default:
			all = text.Sayf("%s, %s", all, text.Sayf(said.format, value))
		}
	}
	return all
}

// send feeds the sender and waits for the end of both.
func (t *transfer) send(ctx context.Context) error {
	var err error
	if t.sender, err = t.Launch(ctx, "sender", 0, 0); err != nil {
		return err
	}
	t.Stepf("give the sender a file of %d random bytes", len(t.file))
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		_, _ = t.sender.Stdin.Write(t.file) // a sender that is gone shows in what arrives
		_ = t.sender.Stdin.Close()
	}()
	over := ended(ctx, t.sender, transferWithin)
	if !over {
		t.sender.Kill()
	}
	_ = t.sender.Stdin.Close() // nobody reads it any more
	<-fed
	if !over {
		return grade.Failf("The sender should have ended when all was acknowledged, but after %v it still runs; "+
			"%d of %d bytes had arrived.", transferWithin, t.receiver.Stdout.Total(), len(t.file))
	}
	ended(ctx, t.receiver, lingerWithin)
	t.receiver.Flush(time.Second / 2)
	return nil
}

// compare holds what the receiver wrote against what the sender was given.
func (t *transfer) compare() error {
	got := t.receiver.Stdout.Head()
	t.Stepf("the receiver should have written the file")
	if bytes.Equal(got, t.file) {
		return nil
	}
	shorter, total := min(len(got), len(t.file)), t.receiver.Stdout.Total()
	at := difference(got, t.file)
	switch {
	case at < shorter:
		return grade.Failf("The receiver should have written the %d bytes of the file, but from byte %d on it wrote "+
			"something else (%d bytes in all).", len(t.file), at+1, total)
	case len(got) < len(t.file):
		return grade.Failf("The receiver should have written the %d bytes of the file, but wrote only the first %d.",
			len(t.file), len(got))
	}
	return grade.Failf("The receiver should have written the %d bytes of the file, but wrote %d bytes more behind them.",
		len(t.file), total-int64(len(t.file)))
}
