package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
	"echolab/lab/trace"
)

// course is how long flows are looked at: until they are in a certain state, and
// then until that has shown what it does.
type course struct {
	state regime
	every time.Duration // how often to look for the state
	bound time.Duration // how long to look at most
	most  int           // how many packets may pass until then; 0 is as many as do
	lasts time.Duration // behind that
	// afresh is to wait for the state again, and to measure again, if the queue
	// dropped for the first time while the flows were measured.
	afresh bool
}

// regime reports whether flows are in a state, after some time and by what they
// have done in it.
type regime func(since time.Duration, flows []trace.Flow) bool

// fixed is the course of flows of which nothing is asked but that they are past
// their start: the first warmShare of so long does not count.
func fixed(lasts time.Duration) course {
	warm := time.Duration(warmShare * float64(lasts))
	return course{state: func(time.Duration, []trace.Flow) bool { return true }, bound: warm, every: warm, lasts: lasts - warm}
}

// warmShare is the part of a flow's life that does not count for its rates:
// in slow start a flow learns what the path carries, and does not yet show it.
const warmShare = 0.3

// passed is what one flow did while it was measured, counted on the wire.
type passed struct {
	trace.Flow                // in the time that was measured
	before      trace.Flow    // until then
	lasted      time.Duration // the time that was measured
	started     time.Duration // the time before it
	ready       bool          // the state was reached
	unconnected bool          // there was no connection; lasted is how long it was tried
}

// goodput is the rate of payload that was handed over, in bits per second.
func (p passed) goodput() float64 { return float64(p.Fresh) * 8 / p.lasted.Seconds() }

// sent is the rate of payload that was offered, in bits per second.
func (p passed) sent() float64 { return float64(p.Offered) * 8 / p.lasted.Seconds() }

// flows lets one flow per transport pour over the same wire at the same time,
// and reads from the wire what each did. All of them are connected before the
// first one begins, and all are measured over the same interval.
func flows(ctx context.Context, b *lab.Bench, c course, transports ...lab.Transport) (all []passed, err error) {
	meter := trace.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return nil, err
	}
	defer end(n, &err)
	var spouts []*spout
	for i, t := range transports {
		s, err := openSpout(ctx, b, n, t, lab.Seed(b.Conditions.Seed, "flow", i))
		if err != nil {
			return nil, fmt.Errorf("%s flow %d: %w", t.Name, i+1, err)
		}
		defer end(s, &err)
		spouts = append(spouts, s)
	}
	return pourAll(ctx, spouts, meter, b.Conditions.Client.Rate, c)
}

// pourAll pours all flows side by side and measures them.
func pourAll(ctx context.Context, spouts []*spout, meter *trace.Meter, rate float64, c course) ([]passed, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := newGroup(running)
	for i, s := range spouts {
		g.Go(func() error {
			if err := s.pour(running, rate); err != nil {
				return fmt.Errorf("%s flow %d: %w", s.transport.Name, i+1, err)
			}
			return nil
		})
	}
	all := c.measure(running, meter, spouts)
	stop()
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// measure waits for the state and reads what the flows do in it. That ctx ended
// early, its other users tell.
func (c course) measure(ctx context.Context, meter *trace.Meter, spouts []*spout) []passed {
	start, read := time.Now(), func() []trace.Flow { return metered(meter, spouts) }
	for {
		ready := c.await(ctx, start, read)
		before, began := read(), time.Now()
		meter.Mark()
		_ = pause(ctx, c.lasts)
		after, lasted := read(), time.Since(began)
		if c.afresh && ready && !overflowing(0, before) && overflowing(0, after) && ctx.Err() == nil {
			continue
		}
		all := make([]passed, len(spouts))
		for i := range all {
			all[i] = passed{
				Flow: after[i].Since(before[i]), before: before[i], lasted: lasted, started: began.Sub(start), ready: ready,
			}
		}
		return all
	}
}

// await waits for the state, and reports whether it was reached.
func (c course) await(ctx context.Context, start time.Time, read func() []trace.Flow) bool {
	for ctx.Err() == nil {
		_ = pause(ctx, min(c.every, c.bound-time.Since(start)))
		since, flows := time.Since(start), read()
		if c.state(since, flows) {
			return true
		}
		packets := 0
		for _, f := range flows {
			packets += f.Packets
		}
		if since >= c.bound || c.most > 0 && packets >= c.most {
			return false
		}
	}
	return false
}

// metered is what every flow has done so far.
func metered(meter *trace.Meter, spouts []*spout) []trace.Flow {
	all := make([]trace.Flow, len(spouts))
	for i, s := range spouts {
		all[i] = meter.Flow(s.port())
	}
	return all
}
