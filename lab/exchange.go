package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// Observation is what became of one message. Times count from the start of
// the exchange.
type Observation struct {
	Due, Sent time.Duration
	Received  time.Duration // of the first echo; meaningless while Copies is 0
	Copies    int           // how many echoes came
}

// Exchange is what one client saw of a workload. A message that never came
// back is an observation, not an error.
type Exchange struct {
	Observations []Observation // by message number
	Arrivals     []int         // message numbers in the order in which their echoes came, copies too
	Damaged      int           // echoes with other bytes than were sent
	Unsent       int           // messages that could not be sent before the deadline
	Broken       error         // why the conversation ended early; nil if it did not
	Elapsed      time.Duration // until the last echo
}

// Patience is how long an exchange goes on after the last due time.
type Patience struct {
	Total  time.Duration // at most this long, for echoes that are missing
	Linger time.Duration // this long after all have come, for copies
}

// Echo sends the workload through client, open loop: a slow echo never delays
// the next message. It returns when every message has come back, or when
// patience ends.
func Echo(ctx context.Context, client Client, w Workload, p Patience) (*Exchange, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	x := &Exchange{Observations: make([]Observation, w.Messages)}
	start := time.Now()
	deadline := start.Add(w.Due(w.Messages-1) + p.Total)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := client.SetDeadline(deadline); err != nil {
		return nil, fmt.Errorf("set the deadline of the exchange: %w", err)
	}
	// Cancelling ctx wakes both goroutines at once.
	defer context.AfterFunc(ctx, func() { client.SetDeadline(time.Unix(1, 0)) })()

	sent := make([]time.Duration, w.Messages)
	var unsent int
	g, _ := errgroup.WithContext(ctx)
	g.Go(func() (err error) { unsent, err = send(ctx, client, w, start, sent); return err })
	g.Go(func() error { return x.receive(client, w, p, start) })
	err := g.Wait()
	for i := range x.Observations {
		x.Observations[i].Due, x.Observations[i].Sent = w.Due(i), sent[i]
	}
	x.Unsent = unsent
	if ctx.Err() != nil {
		return x, context.Cause(ctx)
	}
	return x, err
}

// send sends every message when it is due, or at once where it is behind.
func send(ctx context.Context, client Client, w Workload, start time.Time, sent []time.Duration) (unsent int, err error) {
	buf := make([]byte, w.Size)
	for i := range w.Messages {
		if wait := w.Due(i) - time.Since(start); wait > 0 {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return w.Messages - i, nil
			}
		}
		sent[i] = time.Since(start)
		err := client.Send(w.Fill(buf, i))
		if errors.Is(err, os.ErrDeadlineExceeded) || ended(err) {
			return w.Messages - i, nil // the receiver tells how it ended
		}
		if err != nil {
			return w.Messages - i, fmt.Errorf("send message %d of %d: %w", i+1, w.Messages, err)
		}
	}
	return 0, nil
}

// receive takes echoes until all have come and lingered, or patience ends.
func (x *Exchange) receive(client Client, w Workload, p Patience, start time.Time) error {
	buf, want := make([]byte, w.Size), make([]byte, w.Size)
	missing := w.Messages
	for missing > 0 || p.Linger > 0 {
		n, err := client.Receive(buf)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil
		case errors.Is(err, io.ErrShortBuffer):
			x.Damaged++
			continue
		case ended(err):
			x.Broken = err
			return nil
		case err != nil:
			return fmt.Errorf("receive echo %d: %w", len(x.Arrivals)+1, err)
		}
		if !x.record(buf[:n], want, w, time.Since(start)) {
			continue
		}
		if missing--; missing == 0 && p.Linger > 0 {
			if err := client.SetDeadline(time.Now().Add(p.Linger)); err != nil {
				return fmt.Errorf("set the deadline of lingering: %w", err)
			}
		}
	}
	return nil
}

// record notes one echo and tells whether it was the first of its message.
func (x *Exchange) record(echo, want []byte, w Workload, now time.Duration) (first bool) {
	seq, ok := w.Sequence(echo)
	if !ok || !bytes.Equal(echo, w.Fill(want, seq)) {
		x.Damaged++
		return false
	}
	o := &x.Observations[seq]
	o.Copies++
	x.Arrivals = append(x.Arrivals, seq)
	if o.Copies > 1 {
		return false
	}
	o.Received, x.Elapsed = now, now
	return true
}

// ended recognises a conversation that the other side, or the system, ended.
func ended(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNREFUSED, syscall.ETIMEDOUT} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// Delivered is how many messages came back, whole.
func (x *Exchange) Delivered() int {
	n := 0
	for _, o := range x.Observations {
		if o.Copies > 0 {
			n++
		}
	}
	return n
}

// Duplicates is how many echoes came more often than once.
func (x *Exchange) Duplicates() int { return len(x.Arrivals) - x.Delivered() }

// RTTs are the times from sending to the first echo of each message that came back.
func (x *Exchange) RTTs() []time.Duration {
	rtts := make([]time.Duration, 0, len(x.Observations))
	for _, o := range x.Observations {
		if o.Copies > 0 {
			rtts = append(rtts, o.Received-o.Sent)
		}
	}
	return rtts
}
