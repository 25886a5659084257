package probe

import (
	"math"
	"time"

	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// cycle is how long the window of one of two equal flows takes to grow to half
// of what path and queue hold, from where it went back to: half a window of
// round trips, a segment each (RFC 5681 3.1); for CUBIC, which grows by as much
// on average, no longer than its own K (RFC 9438 4.2). Before that the flow
// takes a round trip to learn of the drop and one to repair it.
func (n Bottleneck) cycle(control string) time.Duration {
	window := n.pipe() / 2
	grows := Scale(n.full(), max(window/2, 1))
	if control == "cubic" {
		grows = min(grows, seconds(math.Cbrt(window*(1-backoff(control))/0.4)))
	}
	return grows + 2*n.full()
}

// Contest is the course of two flows that meet. It is not enough where the lab
// does not wait so long.
func (n Bottleneck) Contest(b *testbed.Bench, a, rival testbed.Transport) (c FlowPlan, enough bool) {
	if n.Rate == 0 {
		return FixedDuration(UnboundedFor), true
	}
	// Beside who never yields there are no cycles: after some timeouts in a row
	// the one takes what the other leaves.
	warm, lasts := 3*(n.full()+LeastRTO), n.takeover()
	switch {
	case a.Reliable && rival.Reliable:
		cycle := n.cycle(controlOf(b))
		warm, lasts = Scale(cycle, cyclesBefore), Scale(cycle, cyclesAfter)
	case !a.Reliable && !rival.Reliable:
		warm = n.full() // once the queue is full, they share as they ever will
	}
	longest := min(b.Longest()/3, Scale(n.Packet, mostContested))
	enough = warm+lasts <= longest
	if !enough {
		warm, lasts = longest/4, longest/4 // nobody waits for what comes to nothing
	}
	elapsed := func(since time.Duration, _ []packet.Flow) bool { return since >= warm }
	c = FlowPlan{State: elapsed, Every: warm, Bound: warm, Lasts: lasts}
	if a.Reliable && rival.Reliable {
		c.Overshoot = n.Overshoot()
	}
	return c, enough
}

// takeover is how long flows are measured that have no cycles.
func (n Bottleneck) takeover() time.Duration {
	return max(Scale(n.Packet, measuredPackets), 3*n.full())
}

// ExpectEqual says how near to equal two flows of a kind share. Of two flows
// that yield, the one that began with all is ahead by beta^k after k cycles
// (Chiu, Jain 1989); and where the queue dropped of one of two equal windows
// only, the other is ahead by (1-beta)/(1+beta). A share of d ahead is an index
// of 1/(1+d^2). Two that never yield get what they offered, packet by packet by
// chance.
func (n Bottleneck) ExpectEqual(share, index *result.Measurement, b *testbed.Bench, t testbed.Transport, r Sharing) {
	likely, ahead := r.Likely, 2*r.Luck/100
	if t.Reliable {
		beta := backoff(controlOf(b))
		likely, ahead = 50, max(math.Pow(beta, cyclesBefore), (1-beta)/(1+beta))
	}
	if n.Rate > 0 && (!t.Reliable || n.pipe()/2 >= leastWindow) {
		share.Expect(t.Name, likely, likely-50*ahead, likely+50*ahead)
		share.Becausef("equal windows, equal round trips: beta^%d apart after as many cycles, or one drop (Chiu, Jain 1989)",
			cyclesBefore)
		ahead += math.Abs(likely-50) / 50
		index.Expect(t.Name, 1, 1/(1+ahead*ahead), 1)
		index.Because("one of two that is d ahead of its half: 1/(1+d^2) (Jain 1984: 1 is equal, 0.5 one takes all)")
	}
	why := r.Cut
	if why.IsZero() && IsOutside(t.Name, share, index) {
		if why = r.Busy; why.IsZero() {
			why = r.Stood // of which Chiu and Jain know nothing
		}
	}
	if !why.IsZero() {
		share.CutShort(t.Name, why)
		index.CutShort(t.Name, why)
	}
}

// ExpectTaken says what is left of a link beside a flow that never yields and
// offers overload times the rate. Half of all packets or more are dropped. At
// that loss a window that halves with each lets 1.22/sqrt(p) segments a round
// trip through (Mathis et al. 1997), and one that does not fall below four
// segments, as BBR's, half of them: two.
func (n Bottleneck) ExpectTaken(row *result.Measurement, t testbed.Transport) {
	lasts, full := n.takeover().Seconds(), n.full().Seconds()
	most := 100 * survivors * (lasts/full + 1) * n.Packet.Seconds() / lasts // what is cut at both ends makes one more
	switch {
	case n.Rate == 0 || most > 50:
	case t.Reliable:
		row.Expect(t.Name, 0, 0, most)
	default:
		row.Expect(t.Name, 100, 100-most, 100)
	}
	row.Because("the other keeps the queue full and drops every second packet: two segments a round trip get through at most")
}

// Undecided says why two flows did not share as they do in the end; it is zero
// if they did.
func (n Bottleneck) Undecided(b *testbed.Bench, a, rival testbed.Transport, both []FlowResult, enough bool) text.Message {
	lasted := text.Figure((both[0].Started + both[0].Lasted).Seconds())
	switch {
	case n.Rate == 0:
		return text.Message{}
	case !enough && a.Reliable && rival.Reliable:
		return text.Sayf("stopped after %s s: a window goes back and grows again in %s s, equal shares take %d times as long",
			lasted, text.Figure(n.cycle(controlOf(b)).Seconds()), cyclesBefore+cyclesAfter)
	case !enough:
		return text.Sayf("stopped after %s s: TCP's timeouts, of %s s at least, had not shown",
			lasted, text.Figure((n.full() + LeastRTO).Seconds()))
	case both[0].Overflowed+both[1].Overflowed == 0:
		return text.Sayf("the queue was not full in %s s", lasted)
	}
	return text.Message{}
}
