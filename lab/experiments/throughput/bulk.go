package throughput

import (
	"context"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// bulk is what was measured of a flow in its steady state, when it has filled the link.
type bulk struct{ goodput, efficiency result.Cell }

// bulkFlow lets a flow run until it is steady, and measures it then.
func bulkFlow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (bulk, error) {
	all, err := probe.RunFlows(ctx, b, bulkPlan(b, t), t)
	if r, ok := probe.EndedEarly(err); ok {
		return bulkCells(b, t, r), nil
	}
	if err != nil {
		return bulk{}, err
	}
	return bulkCells(b, t, all[0]), nil
}

// bulkCells are the rate in the steady state, and what headers leave of it.
func bulkCells(b *testbed.Bench, t testbed.Transport, r probe.FlowResult) bulk {
	goodput := expectGoodput(result.Number(r.Goodput()/1e6), t, b.Conditions, r.Delivered)
	efficiency := expectShare(result.Number(probe.Percent(r.Fresh, r.Handed)), t, b.Conditions,
		t.Reliable && r.Overflowed > 0)
	excuse := probe.FirstOf(probe.StartedOver(r), kept(b, t, r))
	var why text.Message
	switch {
	case !r.Ended.IsZero():
		why = r.Ended
	case !r.Ready && r.Restarted:
		why = excuse
	case !r.Ready, t.Reliable && smooth(b.Conditions) && short(b.Conditions) && !full(b.Conditions, t, r):
		why = text.Sayf("the link was not full after %s s: %s of %s Mbit/s", text.Figure(r.Started.Seconds()),
			text.Figure(r.Goodput()/1e6), text.Figure(payloadRate(t, b.Conditions.Client)/1e6))
	case r.Delivered < fewPackets:
		why = text.Sayf("%d packets are too few for a rate", r.Delivered)
	}
	if why.IsZero() && (goodput.Outside() || efficiency.Outside()) {
		why = excuse
	}
	return bulk{goodput.CutShort(why), efficiency.CutShort(why)}
}

// full reports whether a flow takes all that the link carries, nearly.
func full(c wire.Options, t testbed.Transport, r probe.FlowResult) bool {
	return r.Goodput() >= (1-nearRate)*payloadRate(t, c.Client)
}

// onItsPace is the share of its pace that a sender sends at least.
const onItsPace = 0.99

// kept says why a flow may show the machine and not the link, if it may: a paced
// sender was kept from its pace, or a flow on a fast link from a processor.
func kept(b *testbed.Bench, t testbed.Transport, p probe.FlowResult) text.Message {
	want := paceShare * payloadRate(t, b.Conditions.Client)
	if !t.Reliable && p.Sent() < onItsPace*want {
		return text.Sayf("busy: the sender sent %s of %s Mbit/s", text.Figure(p.Sent()/1e6), text.Figure(want/1e6))
	}
	return probe.BottleneckOf(b.Conditions).PausedShort(p)
}

// How long the steady state is watched, in packets and in round trips, and how
// many packets may pass before it is reached: a processor has to move them all.
const (
	steadyPackets = 1000
	steadyTrips   = 10
	enoughPackets = 300 // are waited for
	fewPackets    = 100 // are too few for a rate
	mostPackets   = 50_000
)

// bulkPlan is how long a flow is looked at. Where theory says that TCP fills the
// link, it is until it has; else until steadyTrips round trips have passed. A paced
// flow is steady as soon as its first packet has arrived. Where loss keeps a flow
// slow, enough packets for a rate take longer.
func bulkPlan(b *testbed.Bench, t testbed.Transport) probe.FlowPlan {
	c, bound := b.Conditions, b.Longest()/patienceShare
	lasts := watchFor(b, bound/2)
	plan := probe.FlowPlan{
		Dial: bound, Size: chunkOf(t),
		State: probe.AnyState, Bound: bound, Most: mostPackets,
		Lasts: lasts, Least: enoughPackets, Longer: int(bound / 2 / lasts),
	}
	trip := probe.RoundTrip(c) + c.Client.Jitter + c.Server.Jitter
	switch {
	case t.Reliable && fills(c):
		n := probe.BottleneckOf(c)
		plan.State, plan.Again, plan.Overshoot = n.Settled(), n.Settled, n.Overshoot()
		plan.Every = n.Interval()
	case t.Reliable:
		plan.Every = steadyTrips * trip
	default:
		plan.Every, plan.Pace = trip, *paced(t, b)
	}
	return plan
}

// watchFor is how long the steady state is watched: many packets and, unless
// these are very many, many round trips.
func watchFor(b *testbed.Bench, bound time.Duration) time.Duration {
	each := theory.Transmission(testbed.DefaultMTU, b.Conditions.Client.Rate)
	packets := time.Duration(steadyPackets)
	if b.Options.Quick {
		packets /= 2
	}
	trips := min(steadyTrips*probe.RoundTrip(b.Conditions), mostPackets/2*each)
	return min(max(packets*each, trips, probe.LeastWatch), bound)
}
