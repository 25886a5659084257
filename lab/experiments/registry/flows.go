package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// course is how long flows are looked at: until they are in a certain state, and
// then until that has shown what it does.
type course struct {
	state regime
	every time.Duration // how often to look for the state
	bound time.Duration // how long to look at most
	most  int           // how many packets may pass until then; 0 is as many as do
	lasts time.Duration // behind that
	// least is how many packets are to be handed over behind that, for which it may
	// last longer times longer; 0 is as many as are.
	least, longer int
	// again is the state to wait for once more, before the flows are measured anew,
	// if slow start shows in them: the queue dropped for the first time, or more
	// packets than overshoot. nil measures once. A control that starts over and
	// over is not waited for (mostRestarts).
	again     func() regime
	overshoot int
}

// regime reports whether flows are in a state, after some time and by what they
// have done in it.
type regime func(since time.Duration, flows []packet.Flow) bool

// always is the state of flows of which nothing is asked.
func always(time.Duration, []packet.Flow) bool { return true }

// fixed is the course of flows of which nothing is asked but that they are past
// their start: the first warmShare of so long does not count.
func fixed(lasts time.Duration) course {
	warm := time.Duration(warmShare * float64(lasts))
	return course{state: always, bound: warm, every: warm, lasts: lasts - warm}
}

// warmShare is the part of a flow's life that does not count for its rates:
// in slow start a flow learns what the path carries, and does not yet show it.
const warmShare = 0.3

// passed is what one flow did while it was measured, counted on the wire.
type passed struct {
	packet.Flow               // in the time that was measured
	before      packet.Flow   // until then
	lasted      time.Duration // the time that was measured
	started     time.Duration // the time before it
	ready       bool          // the state was reached
	restarted   bool          // slow start showed in it, the last time, too, or over and over before
	ended       text.Message  // why there was nothing to measure; zero if there was. lasted is how long it was tried
}

// goodput is the rate of payload that was handed over, in bits per second.
func (p passed) goodput() float64 { return float64(p.Fresh) * 8 / p.lasted.Seconds() }

// sent is the rate of payload that was offered, in bits per second.
func (p passed) sent() float64 { return float64(p.Offered) * 8 / p.lasted.Seconds() }

// flows lets one flow per transport pour over the same wire at the same time,
// and reads from the wire what each did. All of them are connected before the
// first one begins, and all are measured over the same interval.
func flows(ctx context.Context, b *testbed.Bench, c course, transports ...testbed.Transport) (all []passed, err error) {
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return nil, err
	}
	defer end(n, &err)
	var spouts []*spout
	for i, t := range transports {
		s, err := openSpout(ctx, b, n, t, testbed.Seed(b.Conditions.Seed, "flow", i))
		if err != nil {
			return nil, fmt.Errorf("%s flow %d: %w", t.Name, i+1, err)
		}
		defer end(s, &err)
		spouts = append(spouts, s)
	}
	return pourAll(ctx, spouts, meter, b.Conditions.Client.Rate, c)
}

// brokenError tells that a transport gave a flow up.
type brokenError struct {
	transport string
	flow      int
	after     time.Duration
	err       error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("%s flow %d: %v", e.transport, e.flow, e.err)
}

func (e *brokenError) Unwrap() error { return e.err }

// endedEarly is what flows passed of which one found nobody, or was given up, and
// false where err is none of these. On a wire that loses packets both are a result.
func endedEarly(err error) (p passed, ok bool) {
	var dial *testbed.DialError
	var broken *brokenError
	switch {
	case errors.As(err, &dial) && dial.Timeout():
		p.lasted, p.ended = dial.After, noConnection(dial.After)
	case errors.As(err, &broken):
		p.lasted = broken.after
		p.ended = brokeAfter(broken.after, broken.err)
	}
	return p, !p.ended.IsZero()
}

// noConnection and brokeAfter say why nothing was measured.
func noConnection(after time.Duration) text.Message {
	return text.Sayf("no connection in %s s", round(after.Seconds()))
}

func brokeAfter(after time.Duration, err error) text.Message {
	return text.Sayf("the connection broke after %s s (%s)", round(after.Seconds()), err.Error())
}

// firstOf is the first that there is to say, or nothing.
func firstOf(all ...text.Message) text.Message {
	for _, said := range all {
		if !said.IsZero() {
			return said
		}
	}
	return text.Message{}
}

// pourAll pours all flows side by side and measures them.
func pourAll(ctx context.Context, spouts []*spout, meter *packet.Meter, rate float64, c course) ([]passed, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := newGroup(running)
	for i, s := range spouts {
		g.Go(func() error {
			began := time.Now()
			if err := s.pour(running, rate); err != nil {
				return &brokenError{s.transport.Name, i + 1, time.Since(began), err}
			}
			return nil
		})
	}
	ports := make([]uint16, len(spouts))
	for i, s := range spouts {
		ports[i] = s.port()
	}
	all := c.measure(running, meter, ports)
	stop()
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// measure waits for the state and reads what the flows from these ports of the
// client do in it. That ctx ended early, its other users tell.
func (c course) measure(ctx context.Context, meter *packet.Meter, ports []uint16) []passed {
	start, read := time.Now(), func() []packet.Flow { return metered(meter, ports) }
	for restarts := 0; ; restarts++ {
		ready := c.await(ctx, start, read)
		before, began := read(), time.Now()
		meter.Mark()
		c.watch(ctx, read, before)
		after, lasted := read(), time.Since(began)
		over := ready && c.startsOver(before, after)
		if over && c.again != nil && restarts < mostRestarts && ctx.Err() == nil {
			c.state, c.most = from(after, c.again()), packetsIn(after)+mostAgain
			continue
		}
		all := make([]passed, len(ports))
		for i := range all {
			all[i] = passed{
				Flow: after[i].Since(before[i]), before: before[i], lasted: lasted, started: began.Sub(start),
				ready: ready, restarted: over || restarts > 0 && !ready || c.overfilled(before[i]),
			}
		}
		return all
	}
}

// mostRestarts is how often flows are measured anew at most, and mostAgain how many
// packets may pass until then.
const (
	mostRestarts = 2
	mostAgain    = 3000
)

func packetsIn(flows []packet.Flow) (packets int) {
	for _, f := range flows {
		packets += f.Packets
	}
	return packets
}

// watch lets the time that is measured go by.
func (c course) watch(ctx context.Context, read func() []packet.Flow, before []packet.Flow) {
	for range max(c.longer, 1) {
		if pause(ctx, c.lasts) != nil || c.least == 0 || read()[0].Delivered-before[0].Delivered >= c.least {
			return
		}
	}
}

// startsOver reports whether slow start shows between two readings. A sender that
// learns of its drops a round trip late has sent several times what the path
// holds, and so takes half of that for a window that fits (RFC 5681 3.1).
func (c course) startsOver(before, after []packet.Flow) bool {
	dropped := 0
	for i := range after {
		dropped += after[i].Overflowed - before[i].Overflowed
	}
	packets := packetsIn(after) - packetsIn(before)
	return c.again != nil && dropped > 0 && !overflowing(0, before) ||
		c.overshoot > 0 && dropped > c.overshoot && float64(dropped) > rarely*float64(packets)
}

// overfilled reports whether a flow went on to overfill the queue before it was
// measured: slow start, which ends with that, loses no more than twice what path
// and queue hold, and what comes behind it no more than rarely.
func (c course) overfilled(before packet.Flow) bool {
	const start = 2 * overshootShare
	return c.overshoot > 0 && float64(before.Overflowed) > rarely*float64(before.Packets)+float64(start*c.overshoot)
}

// rarely is the share of its packets that a flow loses at most to a queue which
// it overflows now and then.
const rarely = 0.05

// from is a state of flows by what they did after an earlier reading.
func from(earlier []packet.Flow, r regime) regime {
	return func(since time.Duration, flows []packet.Flow) bool {
		later := make([]packet.Flow, len(flows))
		for i := range flows {
			later[i] = flows[i].Since(earlier[i])
		}
		return r(since, later)
	}
}

// await waits for the state, and reports whether it was reached.
func (c course) await(ctx context.Context, start time.Time, read func() []packet.Flow) bool {
	for ctx.Err() == nil {
		_ = pause(ctx, min(c.every, c.bound-time.Since(start)))
		since, flows := time.Since(start), read()
		if c.state(since, flows) {
			return true
		}
		if since >= c.bound || c.most > 0 && packetsIn(flows) >= c.most {
			return false
		}
	}
	return false
}

// metered is what every flow has done so far.
func metered(meter *packet.Meter, ports []uint16) []packet.Flow {
	all := make([]packet.Flow, len(ports))
	for i, port := range ports {
		all[i] = meter.Flow(port)
	}
	return all
}
