package fairness

import (
	"math"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// path is the bottleneck, and what theory says about two flows behind it.
type path struct{ probe.Bottleneck }

// The cycles in which equal flows come to equal shares (Chiu, Jain 1989): in
// each the queue drops, and both windows go back and grow again. cyclesAfter of
// them are measured.
const (
	cyclesBefore = 3
	cyclesAfter  = 3
)

// mostPackets is how many packets of the link a contest takes at most.
const mostPackets = 8000

// leastWindow is the window in packets from which on a flow that lost one still
// learns it from those behind, when it has gone back, too: fast retransmit takes
// three (RFC 5681 3.2). With less, timeouts decide who sends (Morris 1997).
const leastWindow = 8

// survivors is how many segments a round trip get past a queue that drops half.
const survivors = 2

// cycle is how long the window of one of two equal flows takes to grow to half
// of what path and queue hold, from where it went back to: half a window of
// round trips, a segment each (RFC 5681 3.1); for CUBIC, which grows by as much
// on average, no longer than its own K (RFC 9438 4.2). Before that the flow
// takes a round trip to learn of the drop and one to repair it.
func (p path) cycle(control string) time.Duration {
	window := p.Pipe() / 2
	grows := probe.Scale(p.FullRTT(), max(window/2, 1))
	if control == "cubic" {
		grows = min(grows, probe.Seconds(math.Cbrt(window*(1-probe.Backoff(control))/0.4)))
	}
	return grows + 2*p.FullRTT()
}

// plan is how long two flows share the link. It is not enough where the lab does
// not wait as long as they take to come to their shares.
func (p path) plan(b *testbed.Bench, a, rival testbed.Transport) (plan probe.FlowPlan, enough bool) {
	if p.Rate == 0 {
		return probe.FixedDuration(probe.UnboundedFor), true
	}
	// Beside a flow that never yields there are no cycles: after some timeouts in
	// a row the other takes what is left.
	warm, lasts := 3*(p.FullRTT()+probe.LeastRTO), p.takeover()
	switch {
	case a.Reliable && rival.Reliable:
		cycle := p.cycle(probe.ControlOf(b))
		warm, lasts = probe.Scale(cycle, cyclesBefore), probe.Scale(cycle, cyclesAfter)
	case !a.Reliable && !rival.Reliable:
		warm = p.FullRTT() // once the queue is full, they share as they ever will
	}
	longest := min(b.Longest()/3, probe.Scale(p.Packet, mostPackets))
	enough = warm+lasts <= longest
	if !enough {
		warm, lasts = longest/4, longest/4 // the answer is cut off anyway
	}
	elapsed := func(since time.Duration, _ []packet.Flow) bool { return since >= warm }
	plan = probe.FlowPlan{State: elapsed, Every: warm, Bound: warm, Lasts: lasts}
	if a.Reliable && rival.Reliable {
		plan.Overshoot = p.Overshoot()
	}
	return plan, enough
}

// takeover is how long flows are measured that have no cycles.
func (p path) takeover() time.Duration {
	return max(probe.Scale(p.Packet, probe.MeasuredPackets), 3*p.FullRTT())
}

// besideItsLike says how near to equal two flows of a kind share. Of two flows
// that yield, the one that began with all is ahead by beta^k after k cycles
// (Chiu, Jain 1989). A full queue may drop of the other one only: that one goes
// back to beta of its share, both fill the room alike, and it is left (1+beta)/2
// of its share. A share of d ahead is an index of 1/(1+d^2). Two that never yield
// get what they offered, packet by packet by chance.
func (p path) besideItsLike(b *testbed.Bench, t testbed.Transport, s sharing) (share, index result.Cell) {
	share, index = result.Number(s.share), result.Number(s.jain)
	likely, ahead := s.likely, 2*s.luck/100
	if t.Reliable {
		beta := probe.Backoff(probe.ControlOf(b))
		behind := (1 - math.Pow(beta, cyclesBefore)) * (1 + beta) / 2
		likely, ahead = 50, 1-behind
	}
	if p.Rate > 0 && (!t.Reliable || p.Pipe()/2 >= leastWindow) {
		share = share.Expect(likely, likely-50*ahead, likely+50*ahead).Because(text.Sayf(
			"equal windows, equal round trips: beta^%d apart after as many cycles, and one drop (Chiu, Jain 1989)",
			cyclesBefore))
		ahead += math.Abs(likely-50) / 50
		index = index.Expect(1, 1/(1+ahead*ahead), 1).Because(text.Say(
			"one of two that is d ahead of its half: 1/(1+d^2) (Jain 1984: 1 is equal, 0.5 one takes all)"))
	}
	why := s.cut
	if why.IsZero() && (share.Outside() || index.Outside()) {
		why = probe.FirstOf(s.busy, s.stood) // of which Chiu and Jain know nothing
	}
	return share.CutShort(why), index.CutShort(why)
}

// besideTheOther says what is left of a link beside a flow that never yields and
// offers Overload times the rate. Half of all packets or more are dropped. At
// that loss a window that halves with each lets 1.22/sqrt(p) segments a round
// trip through (Mathis et al. 1997), and one that does not fall below four
// segments, as BBR's, half of them: two.
func (p path) besideTheOther(t testbed.Transport, s sharing) result.Cell {
	cell := result.Number(s.share)
	lasts, full := p.takeover().Seconds(), p.FullRTT().Seconds()
	most := 100 * survivors * (lasts/full + 1) * p.Packet.Seconds() / lasts // what is cut at both ends makes one more
	switch {
	case p.Rate == 0 || most > 50:
	case t.Reliable:
		cell = cell.Expect(0, 0, most)
	default:
		cell = cell.Expect(100, 100-most, 100)
	}
	why := s.cut
	if why.IsZero() && cell.Outside() {
		why = s.busy
	}
	return cell.CutShort(why)
}

// undecided says why two flows did not share as they do in the end; it is zero
// if they did.
func (p path) undecided(
	b *testbed.Bench, a, rival testbed.Transport, both []probe.FlowResult, enough bool,
) text.Message {
	lasted := text.Figure((both[0].Started + both[0].Lasted).Seconds())
	switch {
	case p.Rate == 0:
		return text.Message{}
	case !enough && a.Reliable && rival.Reliable:
		return text.Sayf(
			"stopped after %s s: a window goes back and grows again in %s s, equal shares take %d times as long",
			lasted, text.Figure(p.cycle(probe.ControlOf(b)).Seconds()), cyclesBefore+cyclesAfter)
	case !enough:
		return text.Sayf("stopped after %s s: TCP's timeouts, of %s s at least, had not shown",
			lasted, text.Figure((p.FullRTT() + probe.LeastRTO).Seconds()))
	case both[0].Overflowed+both[1].Overflowed == 0:
		return text.Sayf("the queue was not full in %s s", lasted)
	}
	return text.Message{}
}
