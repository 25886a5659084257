package congestion

import (
	"math"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// path is the bottleneck, and what theory says about one flow behind it.
type path struct {
	probe.Bottleneck
	inARow float64 // chance that behind a dropped packet the next one is dropped, too
	edges  float64 // how far counts are off because an interval cuts packets in two, as a share
}

func pathOf(c wire.Options) path {
	p := path{Bottleneck: probe.BottleneckOf(c)}
	p.inARow = p.Drop
	if length := c.Client.Burst.Length; c.Client.Burst.Loss > 0 {
		p.inARow = max(p.inARow, 1-1/length)
	}
	if p.Rate > 0 {
		// One packet at each end of the measurement, and those that jitter moves
		// across it.
		p.edges = 2 * (1 + c.Client.Jitter.Seconds()/p.Packet.Seconds()) / probe.MeasuredPackets
	}
	return p
}

// leastUse is the part of the link that one flow uses at least once its window
// goes up and down between beta of it and all that the path and its queue hold:
// where the queue holds enough, it never runs empty (Appenzeller et al. 2004).
func (p path) leastUse(beta float64) float64 { return min(1, beta*p.Pipe()/p.BDP) }

// meanUse is the part that it uses on average, if the window grows by as much
// each round trip. In packets and round trips of an empty queue: a cycle begins
// at the window low, fills the path at BDP and the queue at high.
func (p path) meanUse(beta float64) float64 {
	low, high := beta*p.Pipe()/p.BDP, p.Pipe()/p.BDP
	if low >= 1 {
		return 1
	}
	packets := (high*high - low*low) / 2
	return packets / ((1 - low) + (high*high-1)/2)
}

// load is how many times the link's rate comes to the queue of what a transport
// that never waits offers.
func (p path) load() float64 { return probe.Overload * (1 - p.Drop) }

// sureLoad is the load from which on the queue is sure to be full; from its inverse
// down it is sure to be empty. Between them it comes and goes with chance.
const sureLoad = 1.2

// neverEmpty reports whether the queue of a transport that never waits keeps the
// link busy even while many packets in a row are dropped before it: at Overload,
// two of them take the time of one.
func (p path) neverEmpty() bool {
	const hardlyEver = 1e-4
	return p.load() >= sureLoad && math.Pow(p.inARow, probe.Overload*p.Limit) < hardlyEver
}

// plan is how long one flow is looked at: until it is in its state, but no longer
// than a third of what the lab waits at most, and then for MeasuredPackets or a
// round trip.
func (p path) plan(b *testbed.Bench, t testbed.Transport) probe.FlowPlan {
	if p.Rate == 0 {
		return probe.FixedDuration(probe.UnboundedFor)
	}
	longest := b.Longest() / 3
	plan := probe.FlowPlan{
		Every: p.Interval(), Most: mostUntilReady,
		Lasts: min(max(probe.Scale(p.Packet, probe.MeasuredPackets), p.FullRTT(), probe.LeastWatch), longest),
	}
	switch {
	case t.Reliable:
		plan.State, plan.Bound, plan.Again, plan.Overshoot = p.Settled(), longest, p.Settled, p.Overshoot()
	case p.load() >= sureLoad:
		plan.State, plan.Bound = probe.Overflowing, min(10*p.FullRTT()+time.Second, longest)
	default: // the queue stays empty, or comes and goes
		plan.State, plan.Bound = probe.AnyState, min(p.FullRTT(), longest)
		plan.Every = plan.Bound
	}
	return plan
}

// mostUntilReady is how many packets of the link a flow may take until it is in
// the state that is asked for. Time costs nothing where it is simulated, but
// packets do.
const mostUntilReady = 20000

// expectGoodput says how fast one flow can be behind the bottleneck. TCP that
// packets are lost to by chance, or overtake each other, is held back by them: how
// fast it then is depends on its congestion control, and what Reno makes of it has
// its own row. UDP fills the link as long as enough comes to the queue.
func (p path) expectGoodput(c result.Cell, b *testbed.Bench, t testbed.Transport) result.Cell {
	switch beta := probe.Backoff(probe.ControlOf(b)); {
	case p.Rate == 0 || t.Reliable && (p.Drop > 0 || p.Jitter > 0 || p.Limit < probe.LeastQueue):
		return c
	case t.Reliable:
		full := p.Rate * probe.TCPShare / 1e6
		return c.Expect(full*p.meanUse(beta), full*p.leastUse(beta)*(1-probe.ResentShare), full*(1+p.edges)).
			Because(text.Sayf("the link's rate less headers; TCP's window goes back to %s of what path and queue hold "+
				"(Appenzeller 2004)", text.Figure(beta)))
	case p.neverEmpty():
		full := p.Rate * probe.UDPShare / 1e6
		return c.Expect(full, full*(1-p.edges), full*(1+p.edges))
	}
	return c
}

// expectOverflow says how much of what a transport that never waits offers finds
// the queue full, and how much of its data is lost: all that the link does not
// carry, of what was really offered.
func (p path) expectOverflow(queue, data result.Cell, r probe.FlowResult) (q, d result.Cell) {
	if p.Rate == 0 || r.Packets == 0 || p.load() > 1/sureLoad && !p.neverEmpty() {
		return queue, data
	}
	offered, arrived, perSecond := float64(r.Packets), float64(r.Packets-r.Lost), p.Rate/(8*probe.DatagramPacket)
	dropped := max(arrived-perSecond*r.Lasted.Seconds(), 0)
	cut := 2 + perSecond*r.Pause.Seconds() // packets at the ends of the interval, and in the longest pause
	share, lost, off := 100*dropped/offered, 100*(dropped+float64(r.Lost))/offered, 100*cut/offered
	return queue.Expect(share, max(share-off, 0), share+off).
			Because(text.Sayf("UDP: 1 - rate/offered, to a few packets; %s Mbit/s of packets came to the queue",
				text.Figure(arrived*8*probe.DatagramPacket/r.Lasted.Seconds()/1e6))),
		data.Expect(lost, max(lost-off, 0), lost+off)
}

// notShown says why a flow does not show the state that was asked for; it is zero
// where it does. What the machine did, and whether a timeout, of which theory knows
// nothing, stopped the flow, is only asked where something is not as expected.
func (p path) notShown(t testbed.Transport, r probe.FlowResult, asExpected bool) text.Message {
	why := p.unready(t, r)
	if why.IsZero() && t.Reliable && missing(r) > 0 {
		why = text.Sayf("the lab stopped while %d bytes waited to be retransmitted", missing(r))
	}
	if why.IsZero() && !asExpected {
		why = probe.FirstOf(p.Disturbance(r), probe.StartedOver(r))
		if why.IsZero() && t.Reliable {
			why = p.Timeout(r)
		}
	}
	return why
}

// missing is how many bytes of those that the flow had sent before it was measured
// had not come when that ended.
func missing(r probe.FlowResult) int { return max(r.Before.Distinct-r.Before.Whole-r.Whole, 0) }

// unready says why a flow was not in the state that was asked for; it is zero
// where it was.
func (p path) unready(t testbed.Transport, r probe.FlowResult) text.Message {
	after := text.Figure(r.Started.Seconds())
	switch {
	case !r.Ended.IsZero():
		return r.Ended
	case r.Ready:
		return text.Message{}
	case r.Restarted:
		return probe.StartedOver(r)
	case !t.Reliable:
		return text.Sayf("the queue was not full after %s s: the lab offered %s Mbit/s, the link carries %s",
			after, text.Figure(r.Sent()/1e6), text.Figure(p.Rate/1e6))
	case r.Before.Repairs == 0:
		return text.Sayf("slow start was not over after %s s", after)
	}
	return text.Sayf("the window had not filled path and queue after %s s", after)
}
