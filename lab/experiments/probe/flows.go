package probe

import (
	"context"

	"fmt"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// FlowPlan is how long flows are looked at: until they are in a certain state, and
// then until that has shown what it does.
type FlowPlan struct {
	State FlowState
	Every time.Duration // how often to look for the state
	Bound time.Duration // how long to look at most
	Most  int           // how many packets may pass until then; 0 is as many as do
	Lasts time.Duration // behind that
	// least is how many packets are to be handed over behind that, for which it may
	// last longer times longer; 0 is as many as are.
	Least, Longer int
	// again is the state to wait for once more, before the flows are measured anew,
	// if slow start shows in them: the queue dropped for the first time, or more
	// packets than overshoot. nil measures once. A control that starts over and
	// over is not waited for (mostRestarts).
	Again     func() FlowState
	Overshoot int
}

// FlowState reports whether flows are in a state, after some time and by what they
// have done in it.
type FlowState func(since time.Duration, flows []packet.Flow) bool

// AnyState is the state of flows of which nothing is asked.
func AnyState(time.Duration, []packet.Flow) bool { return true }

// FixedDuration is the course of flows of which nothing is asked but that they are past
// their start: the first warmShare of so long does not count.
func FixedDuration(lasts time.Duration) FlowPlan {
	warm := time.Duration(WarmShare * float64(lasts))
	return FlowPlan{State: AnyState, Bound: warm, Every: warm, Lasts: lasts - warm}
}

// WarmShare is the part of a flow's life that does not count for its rates:
// in slow start a flow learns what the path carries, and does not yet show it.
const WarmShare = 0.3

// FlowResult is what one flow did while it was measured, counted on the wire.
type FlowResult struct {
	packet.Flow               // in the time that was measured
	Before      packet.Flow   // until then
	Lasted      time.Duration // the time that was measured
	Started     time.Duration // the time before it
	Ready       bool          // the state was reached
	Restarted   bool          // slow start showed in it, the last time, too, or over and over before
	Ended       text.Message  // why there was nothing to measure; zero if there was. lasted is how long it was tried
}

// Goodput is the rate of payload that was handed over, in bits per second.
func (p FlowResult) Goodput() float64 { return float64(p.Fresh) * 8 / p.Lasted.Seconds() }

// Sent is the rate of payload that was offered, in bits per second.
func (p FlowResult) Sent() float64 { return float64(p.Offered) * 8 / p.Lasted.Seconds() }

// RunFlows lets one flow per transport pour over the same wire at the same time,
// and reads from the wire what each did. All of them are connected before the
// first one begins, and all are measured over the same interval.
func RunFlows(ctx context.Context, b *testbed.Bench, c FlowPlan, transports ...testbed.Transport) (all []FlowResult, err error) {
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return nil, err
	}
	defer Close(n, &err)
	var spouts []*BulkFlow
	for i, t := range transports {
		s, err := OpenBulkFlow(ctx, b, n, t, testbed.Seed(b.Conditions.Seed, "flow", i))
		if err != nil {
			return nil, fmt.Errorf("%s flow %d: %w", t.Name, i+1, err)
		}
		defer Close(s, &err)
		spouts = append(spouts, s)
	}
	return runFlows(ctx, spouts, meter, b.Conditions.Client.Rate, c)
}

// BrokenError tells that a transport gave a flow up.
type BrokenError struct {
	Transport string
	Flow      int // from 1
	After     time.Duration
	Err       error
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s flow %d: %v", e.Transport, e.Flow, e.Err)
}

func (e *BrokenError) Unwrap() error { return e.Err }

// NoConnection and BrokeAfter say why nothing was measured.
func NoConnection(after time.Duration) text.Message {
	return text.Sayf("no connection in %s s", text.Figure(after.Seconds()))
}

func BrokeAfter(after time.Duration, err error) text.Message {
	return text.Sayf("the connection broke after %s s (%s)", text.Figure(after.Seconds()), err.Error())
}

// FirstOf is the first that there is to say, or nothing.
func FirstOf(all ...text.Message) text.Message {
	for _, said := range all {
		if !said.IsZero() {
			return said
		}
	}
	return text.Message{}
}

// runFlows pours all flows side by side and measures them.
func runFlows(ctx context.Context, spouts []*BulkFlow, meter *packet.Meter, rate float64, c FlowPlan) ([]FlowResult, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := NewGroup(running)
	for i, s := range spouts {
		g.Go(func() error {
			began := time.Now()
			if err := s.send(running, rate); err != nil {
				return &BrokenError{s.transport.Name, i + 1, time.Since(began), err}
			}
			return nil
		})
	}
	ports := make([]uint16, len(spouts))
	for i, s := range spouts {
		ports[i] = s.port()
	}
	all := c.Measure(running, meter, ports)
	stop()
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// Measure waits for the state and reads what the flows from these ports of the
// client do in it. That ctx ended early, its other users tell.
func (c FlowPlan) Measure(ctx context.Context, meter *packet.Meter, ports []uint16) []FlowResult {
	start, read := time.Now(), func() []packet.Flow { return metered(meter, ports) }
	for restarts := 0; ; restarts++ {
		ready := c.await(ctx, start, read)
		before, began := read(), time.Now()
		meter.Mark()
		c.watch(ctx, read, before)
		after, lasted := read(), time.Since(began)
		over := ready && c.startsOver(before, after)
		if over && c.Again != nil && restarts < mostRestarts && ctx.Err() == nil {
			c.State, c.Most = from(after, c.Again()), packetsIn(after)+mostAgain
			continue
		}
		all := make([]FlowResult, len(ports))
		for i := range all {
			all[i] = FlowResult{
				Flow: after[i].Since(before[i]), Before: before[i], Lasted: lasted, Started: began.Sub(start),
				Ready: ready, Restarted: over || restarts > 0 && !ready || c.overfilled(before[i]),
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
func (c FlowPlan) watch(ctx context.Context, read func() []packet.Flow, before []packet.Flow) {
	for range max(c.Longer, 1) {
		if Pause(ctx, c.Lasts) != nil || c.Least == 0 || read()[0].Delivered-before[0].Delivered >= c.Least {
			return
		}
	}
}

// startsOver reports whether slow start shows between two readings. A sender that
// learns of its drops a round trip late has sent several times what the path
// holds, and so takes half of that for a window that fits (RFC 5681 3.1).
func (c FlowPlan) startsOver(before, after []packet.Flow) bool {
	dropped := 0
	for i := range after {
		dropped += after[i].Overflowed - before[i].Overflowed
	}
	packets := packetsIn(after) - packetsIn(before)
	return c.Again != nil && dropped > 0 && !overflowing(0, before) ||
		c.Overshoot > 0 && dropped > c.Overshoot && float64(dropped) > rarely*float64(packets)
}

// overfilled reports whether a flow went on to overfill the queue before it was
// measured: slow start, which ends with that, loses no more than twice what path
// and queue hold, and what comes behind it no more than rarely.
func (c FlowPlan) overfilled(before packet.Flow) bool {
	const start = 2 * overshootShare
	return c.Overshoot > 0 && float64(before.Overflowed) > rarely*float64(before.Packets)+float64(start*c.Overshoot)
}

// rarely is the share of its packets that a flow loses at most to a queue which
// it overflows now and then.
const rarely = 0.05

// from is a state of flows by what they did after an earlier reading.
func from(earlier []packet.Flow, r FlowState) FlowState {
	return func(since time.Duration, flows []packet.Flow) bool {
		later := make([]packet.Flow, len(flows))
		for i := range flows {
			later[i] = flows[i].Since(earlier[i])
		}
		return r(since, later)
	}
}

// await waits for the state, and reports whether it was reached.
func (c FlowPlan) await(ctx context.Context, start time.Time, read func() []packet.Flow) bool {
	for ctx.Err() == nil {
		_ = Pause(ctx, min(c.Every, c.Bound-time.Since(start)))
		since, flows := time.Since(start), read()
		if c.State(since, flows) {
			return true
		}
		if since >= c.Bound || c.Most > 0 && packetsIn(flows) >= c.Most {
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
