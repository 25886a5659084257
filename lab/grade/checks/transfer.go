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

// Limits of the reliable transfers. The handout promises them.
const (
	transferTimeout = 2 * time.Minute  // for a whole check
	transferWithin  = 60 * time.Second // for the sender to end
	lingerWithin    = 10 * time.Second // for the receiver to end after it
	giveUpWithin    = 20 * time.Second // for the sender to end when nobody answers it
	largestFile     = 300 << 10
)

// transfer is one file on its way: the two programs, each in a room of its own, and
// the relay in between, which is all that they reach.
type transfer struct {
	*grade.Subject
	sender, receiver *sandbox.Program
	relay            *relay
	file             []byte
	fed              chan struct{} // closed when the sender has been given the file, or does not want it
}

// beginTransfer starts a receiver, a relay and a sender, and gives the sender a
// random file.
func beginTransfer(ctx context.Context, s *grade.Subject, size int, c relayed) (*transfer, error) {
	from, err := s.Room(ctx)
	if err != nil {
		return nil, err
	}
	to, err := s.Room(ctx)
	if err != nil {
		return nil, err
	}
	t := &transfer{Subject: s, file: randomBytes(s, size), fed: make(chan struct{})}
	if t.receiver, err = to.Launch(ctx, "receiver", size+64<<10); err != nil {
		return nil, err
	}
	if err := to.AwaitPort(ctx, t.receiver, to.Port()); err != nil {
		return nil, err
	}
	if t.relay, err = newRelay(ctx, from, to, c); err != nil {
		return nil, err
	}
	t.tellRelay(c)
	if t.sender, err = from.Launch(ctx, "sender", 0); err != nil {
		t.relay.close()
		return nil, err
	}
	t.Stepf("give the sender a file of %d random bytes", size)
	go t.feed()
	return t, nil
}

// tellRelay says what the relay does.
func (t *transfer) tellRelay(c relayed) {
	switch {
	case c.words != "":
		t.Stepf("%s", text.Say(c.words))
	case c.Words() == nil:
		t.Stepf("put a relay between them that changes nothing")
	default:
		t.Stepf("put a relay between them: %s", conditionsText(c.Conditions))
	}
}

// feed types the file to the sender.
func (t *transfer) feed() {
	defer close(t.fed)
	_, _ = t.sender.Stdin.Write(t.file) // a sender that is gone shows in what arrives
	_ = t.sender.Stdin.Close()
}

// senderEnds waits for the end of the sender, at least d, and ends it otherwise.
func (t *transfer) senderEnds(ctx context.Context, d time.Duration) bool {
	over := ended(ctx, t.sender, d)
	if !over {
		t.sender.Kill()
	}
	return over
}

// receiverEnds waits for the end of the receiver and for all that it wrote.
func (t *transfer) receiverEnds(ctx context.Context) bool {
	over := ended(ctx, t.receiver, lingerWithin)
	t.receiver.Flush(time.Second / 2)
	return over
}

// close ends the transfer.
func (t *transfer) close() {
	t.sender.Kill()
	t.receiver.Kill()
	_ = t.sender.Stdin.Close() // nobody reads it any more
	<-t.fed
	t.relay.close()
}

// settles waits for the end of the receiver, or until it has written as much as it
// should and then nothing for a while: it may stay for repetitions.
func (t *transfer) settles(ctx context.Context) {
	const look = 20 * time.Millisecond
	limited, cancel := context.WithDeadline(ctx, within(ctx, lingerWithin))
	defer cancel()
	since, last := time.Now(), int64(0)
	for limited.Err() == nil && !ended(limited, t.receiver, look) {
		if written := t.receiver.Stdout.Total(); written != last {
			since, last = time.Now(), written
		}
		if last >= int64(len(t.file)) && time.Since(since) > quiet {
			return
		}
	}
	t.receiver.Flush(time.Second / 2)
}

// senderFinishes waits for the end of the sender, which is over when all has arrived.
func (t *transfer) senderFinishes(ctx context.Context) error {
	if !t.senderEnds(ctx, transferWithin) {
		return grade.Failf("The sender should have ended when all was acknowledged, but after %v it still runs; "+
			"%d of %d bytes had arrived.", transferWithin, t.receiver.Stdout.Total(), len(t.file))
	}
	return nil
}

// transferring begins a transfer, hands it to judge, and ends it.
func transferring(size int, c relayed, judge func(ctx context.Context, t *transfer) error) run {
	return func(ctx context.Context, s *grade.Subject) error {
		t, err := beginTransfer(ctx, s, size, c)
		if err != nil {
			return err
		}
		defer t.close()
		return judge(ctx, t)
	}
}

// delivers sends a file of size bytes through a relay and wants it whole on
// the other side.
func delivers(size int, c link.Conditions) run {
	return transferring(size, relayed{Conditions: c}, func(ctx context.Context, t *transfer) error {
		if err := t.senderFinishes(ctx); err != nil {
			return err
		}
		t.settles(ctx)
		return t.compare()
	})
}

// wantEnd wants a program to have ended with status 0.
func (t *transfer) wantEnd(role text.Phrase, p *sandbox.Program) error {
	exit, over := p.Ended()
	if !over {
		return grade.Failf("The %s should have ended after the transfer, but it still runs.", role)
	}
	if exit != (sandbox.Exit{}) {
		return grade.Failf("The %s should have ended with exit status 0, but it ended so: %s.", role, grade.ExitText(exit))
	}
	return nil
}

// wantEnds wants both programs to have ended with status 0.
func (t *transfer) wantEnds() error {
	t.Stepf("both programs should have ended")
	if err := t.wantEnd("sender", t.sender); err != nil {
		return err
	}
	return t.wantEnd("receiver", t.receiver)
}

// endsAfterTransfer wants both programs to end with status 0.
func endsAfterTransfer(ctx context.Context, t *transfer) error {
	if err := t.senderFinishes(ctx); err != nil {
		return err
	}
	t.receiverEnds(ctx)
	return t.wantEnds()
}

// trickySizes are those at which programs go wrong: a single byte, full datagrams
// of whatever size is usual (4000 is 8 times 500 and 4 times 1000, 4096 is 8 times
// 512 and 4 times 1024, 4200 is 6 times 700 and 3 times 1400), and nothing.
var trickySizes = []int{1, 4000, 4096, 4200, 4800, 0}

// deliversEverySize sends a file of each size. The next one goes out while the
// receiver of the last one still waits for repetitions.
func deliversEverySize(ctx context.Context, s *grade.Subject) error {
	var all []*transfer
	for _, size := range trickySizes {
		t, err := beginTransfer(ctx, s, size, relayed{})
		if err != nil {
			return err
		}
		defer t.close()
		if !t.senderEnds(ctx, giveUpWithin) {
			return grade.Failf("The sender of %d bytes should have ended when all was acknowledged, "+
				"but after %v it still runs.", size, giveUpWithin)
		}
		all = append(all, t)
	}
	for _, t := range all {
		if !t.receiverEnds(ctx) {
			return grade.Failf("The receiver of %d bytes should have ended after the transfer, but it still runs.",
				len(t.file))
		}
		if err := t.compare(); err != nil {
			return err
		}
	}
	return nil
}

// compare holds what the receiver wrote against what the sender was given.
func (t *transfer) compare() error {
	got := t.receiver.Stdout.Head()
	t.Stepf("the receiver should have written the file")
	passed := t.relay.there.bytes.Load()
	if passed < int64(len(t.file)) && (len(got) == 0 || bytes.Equal(got, t.file)) {
		return grade.Failf("The file of %d bytes should have come through the relay, but the relay passed on only "+
			"%d bytes: send all of it to {host} and {port}.", len(t.file), passed)
	}
	return fileMismatch(got, t.file, t.receiver.Stdout.Total())
}
