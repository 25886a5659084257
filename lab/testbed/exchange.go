package testbed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
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
	Elapsed      time.Duration // until the last message came back for the first time
	Latest       time.Duration // until the last echo of all
	Stopped      time.Duration // until the exchange ended
}

// Timeouts is how long an exchange waits for echoes that are missing.
type Timeouts struct {
	Total   time.Duration // at most this long after the last due time
	Silence time.Duration // once all is sent, at most this long without an echo; 0 is Total
	Linger  time.Duration // this long after all have come, for copies
}

// past is a deadline that ends every Send and Receive at once.
var past = time.Unix(1, 0)

// Echo sends the workload through client, open loop: a slow echo never delays
// the next message. It returns when every message has come back, or when the
// timeouts end it.
func Echo(ctx context.Context, client Client, w Workload, p Timeouts) (*Exchange, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	r := &run{client: client, w: w, p: p, start: time.Now()}
	r.x = &Exchange{Observations: make([]Observation, w.Messages)}
	r.bound = w.Due(w.Messages-1) + p.Total
	if err := client.SetDeadline(r.start.Add(r.bound)); err != nil {
		return nil, fmt.Errorf("set the deadline of the exchange: %w", err)
	}
	// The end of ctx ends both goroutines at once.
	defer context.AfterFunc(ctx, func() { client.SetDeadline(past) })()

	var g errgroup.Group
	sent := make([]time.Duration, w.Messages)
	g.Go(func() error { return r.send(ctx, sent) })
	g.Go(func() error { return r.receive(ctx) })
	err := g.Wait()
	for i := range r.x.Observations {
		r.x.Observations[i].Due, r.x.Observations[i].Sent = w.Due(i), sent[i]
	}
	r.x.Unsent, r.x.Stopped = r.unsent, time.Since(r.start)
	if ctx.Err() != nil {
		return r.x, context.Cause(ctx)
	}
	return r.x, err
}

// run is an exchange under way: one goroutine sends, another receives.
type run struct {
	client  Client
	w       Workload
	p       Timeouts
	start   time.Time
	bound   time.Duration // from start; nothing lasts longer
	sentAll atomic.Bool
	unsent  int       // the sender's
	x       *Exchange // the receiver's, but for Sent and Unsent
}

// send sends every message when it is due, or at once where it is behind.
func (r *run) send(ctx context.Context, sent []time.Duration) error {
	buf := make([]byte, r.w.Size)
	r.unsent = r.w.Messages
	for i := range r.w.Messages {
		if !sleepUntil(ctx, r.start.Add(r.w.Due(i))) {
			return nil
		}
		sent[i] = time.Since(r.start)
		err := r.client.Send(r.w.Fill(buf, i))
		if errors.Is(err, os.ErrDeadlineExceeded) || ended(err) {
			return nil // the receiver tells how it ended
		}
		if err != nil {
			r.client.SetDeadline(past) // nothing more will come: end the receiver
			return fmt.Errorf("send message %d of %d: %w", i+1, r.w.Messages, err)
		}
		r.unsent--
	}
	r.sentAll.Store(true)
	if r.p.Silence > 0 {
		return r.wait(ctx, time.Since(r.start)+r.p.Silence)
	}
	return nil
}

// sleepUntil waits for a time, and reports false when ctx ended before.
func sleepUntil(ctx context.Context, due time.Time) bool {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// receive takes echoes until all have come and the time for copies is over, or
// until the timeouts end it.
func (r *run) receive(ctx context.Context) error {
	buf, want := make([]byte, r.w.Size), make([]byte, r.w.Size)
	missing := r.w.Messages
	for missing > 0 || r.p.Linger > 0 {
		n, err := r.client.Receive(buf)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			if ctx.Err() != nil || !r.extend(ctx, missing) {
				return nil
			}
			continue
		case errors.Is(err, io.ErrShortBuffer):
			r.x.Damaged++
			continue
		case ended(err):
			r.x.Broken = err
			return nil
		case err != nil:
			return fmt.Errorf("receive echo %d: %w", len(r.x.Arrivals)+1, err)
		}
		if !r.x.record(buf[:n], want, r.w, time.Since(r.start)) {
			continue
		}
		if missing--; missing == 0 && r.p.Linger > 0 {
			if err := r.wait(ctx, time.Since(r.start)+r.p.Linger); err != nil {
				return err
			}
		}
	}
	return nil
}

// extend gives the receiver more time after a deadline, if the last echo came
// less than a silence ago. It reports whether it did.
func (r *run) extend(ctx context.Context, missing int) bool {
	now := time.Since(r.start)
	until := r.x.Latest + r.p.Silence
	if missing == 0 || !r.sentAll.Load() || now >= until || now >= r.bound {
		return false
	}
	return r.wait(ctx, until) == nil
}

// wait moves the deadline of both directions, unless ctx has ended.
func (r *run) wait(ctx context.Context, until time.Duration) error {
	err := r.client.SetDeadline(r.start.Add(min(until, r.bound)))
	if ctx.Err() != nil {
		err = r.client.SetDeadline(past) // which the line above may have undone
	}
	if err != nil {
		return fmt.Errorf("set the deadline of the exchange: %w", err)
	}
	return nil
}

// record notes one echo and reports whether it was the first of its message.
func (x *Exchange) record(echo, want []byte, w Workload, now time.Duration) (first bool) {
	seq, ok := w.Sequence(echo)
	if !ok || !bytes.Equal(echo, w.Fill(want, seq)) {
		x.Damaged++
		return false
	}
	o := &x.Observations[seq]
	o.Copies++
	x.Latest = now
	x.Arrivals = append(x.Arrivals, seq)
	if o.Copies > 1 {
		return false
	}
	o.Received, x.Elapsed = now, now
	return true
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
