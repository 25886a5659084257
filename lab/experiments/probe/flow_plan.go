package probe

import (
	"context"
	"time"

	"echolab/lab/packet"
)

// FlowPlan is how flows are measured: how they send, for how long until they are in
// a state, and for how long in it.
type FlowPlan struct {
	Dial  time.Duration // how long a flow may take to connect; 0 is half of what the lab waits
	Size  int           // bytes a write; 0 is the usual of the transport
	Pace  Pacer         // of a transport that never waits; zero is Overload times the link's rate
	State FlowState
	Every time.Duration // how often to look for the state
	Bound time.Duration // how long to look for it at most
	Most  int           // how many packets may pass until then; 0 is any number
	Lasts time.Duration // how long to measure
	// Least is how many packets have to be handed over while it is measured, for
	// which it may last Longer times as long; 0 is any number.
	Least, Longer int
	// Again is the state to wait for before the flows are measured anew, where slow
	// start shows in them: the queue dropped for the first time, or more packets than
	// Overshoot. nil measures once. A congestion control that starts over again and
	// again is not waited for (mostRestarts).
	Again     func() FlowState
	Overshoot int
}

// FlowState reports whether flows are in a state, after some time and by what they
// have done in it.
type FlowState func(since time.Duration, flows []packet.Flow) bool

// AnyState is the state of flows of which nothing is asked.
func AnyState(time.Duration, []packet.Flow) bool { return true }

// FixedDuration is the plan for flows that only have to be past their start: the
// first WarmShare of the time does not count.
func FixedDuration(lasts time.Duration) FlowPlan {
	warm := time.Duration(WarmShare * float64(lasts))
	return FlowPlan{State: AnyState, Bound: warm, Every: warm, Lasts: lasts - warm}
}

// WarmShare is the part of a flow's life that does not count for its rates:
// in slow start a flow learns what the path carries, and does not yet show it.
const WarmShare = 0.3

// measure waits for the state and reads what the flows from these ports of the
// client do in it. It ends early with ctx, and leaves it to its callers to say so.
func (c FlowPlan) measure(ctx context.Context, meter *packet.Meter, ports []uint16) []FlowResult {
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
// packets may pass until a state is reached once more.
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
	return c.Again != nil && dropped > 0 && !Overflowing(0, before) ||
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
