package registry

import (
	"cmp"
	"context"

	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// The jitter of fairness is less than a packet takes at the rate, so it changes
// no order. Without it whoever's packets fall into step with the queue's can
// win for ever: phase effects (Floyd, Jacobson 1991), which real paths blur.
var fairness = experiments.Experiment{
	ID:       "fairness",
	Title:    "Fairness",
	Question: "How is a full link shared with a rival?",
	Method:   "two flows over one link, alike and unlike; UDP sends at twice the link's rate",
	Place:    experiments.OnWire,
	Conditions: bothWays(link.Conditions{
		Delay: 5 * time.Millisecond, Rate: 10e6, Limit: 24, Jitter: 250 * time.Microsecond,
	}),
	Accepts: []string{"delay", "jitter", "rate", "limit"},
	Long:    true,
	Fills:   true,
	Run:     runFairness,
	Lesson: packet.Lesson{
		Caption: "two flows fill one queue, and one of them loses a packet there: TCP yields, UDP does not",
		Shows:   []packet.Sight{packet.QueueFull},
	},
	Why: "Two flows meet in the queue before one link. Two TCP flows both slow down when the queue drops, and end with about equal shares. " +
		"Beside UDP at twice the link's rate, which never slows down, TCP takes every drop as a sign to send less, until almost nothing is left of it. " +
		"That is why RFC 8085 asks applications over UDP to control their own rate.",
	Packets: []text.Phrase{
		"both flows send into the same queue; whoever finds it full loses the packet",
		"TCP answers each loss by halving its window (BBR: by probing less), so two of them meet near the middle",
		"UDP answers nothing: it keeps the queue full, and the other's packets find no room",
	},
	Theory: []text.Phrase{
		"two flows of TCP: a Jain index near 1, where 1 is equal and 0.5 is one that takes all (Jain, Chiu, Hawe 1984)",
		"TCP beside UDP that does not slow down: close to nothing (RFC 2914 3.2)",
	},
	References: []string{"RFC 5681", "RFC 8085 3.1", "RFC 2914 3.2", "Jain, Chiu, Hawe 1984"},
	Try:        "lab compare fairness --congestion cubic --details",
}

// rivalry is how two flows shared a link.
type rivalry struct {
	share  float64 // percent of the goodput of both that the first one got
	jain   float64
	likely float64      // percent that it is expected to get, for what both offered
	luck   float64      // percent that chance may add to this or take from it
	cut    text.Message // why this is not how they share in the end; zero if it is
	busy   text.Message // how the machine shows in it, and not the path; zero if it does not
	stood  text.Message // which timeout stopped one of them, or which slow start; zero if none did
}

// contests is how often two flows that yield meet, each time with chances of
// its own. Who is lucky at a full queue is chance, so the middle one counts.
const contests = 3

// The cycles in which equal flows come to equal shares (Chiu, Jain 1989): in
// each the queue drops, and both windows go back and grow again. Measured are
// so many behind so many.
const (
	cyclesBefore = 3
	cyclesAfter  = 3
)

// cycle is how long the window of one of two equal flows takes to grow to half
// of what path and queue hold, from where it went back to: half a window of
// round trips, a segment each (RFC 5681 3.1); for CUBIC, which grows by as much
// on average, no longer than its own K (RFC 9438 4.2). Before that the flow
// takes a round trip to learn of the drop and one to repair it.
func (n bottleneck) cycle(control string) time.Duration {
	window := n.pipe() / 2
	grows := times(n.full(), max(window/2, 1))
	if control == "cubic" {
		grows = min(grows, seconds(math.Cbrt(window*(1-backoff(control))/0.4)))
	}
	return grows + 2*n.full()
}

// contest is the course of two flows that meet. It is not enough where the lab
// does not wait so long.
func (n bottleneck) contest(b *testbed.Bench, a, rival testbed.Transport) (c course, enough bool) {
	if n.rate == 0 {
		return fixed(unboundedFor), true
	}
	// Beside who never yields there are no cycles: after some timeouts in a row
	// the one takes what the other leaves.
	warm, lasts := 3*(n.full()+leastRTO), n.takeover()
	switch {
	case a.Reliable && rival.Reliable:
		cycle := n.cycle(controlOf(b))
		warm, lasts = times(cycle, cyclesBefore), times(cycle, cyclesAfter)
	case !a.Reliable && !rival.Reliable:
		warm = n.full() // once the queue is full, they share as they ever will
	}
	longest := min(b.Longest()/3, times(n.packet, mostContested))
	enough = warm+lasts <= longest
	if !enough {
		warm, lasts = longest/4, longest/4 // nobody waits for what comes to nothing
	}
	elapsed := func(since time.Duration, _ []packet.Flow) bool { return since >= warm }
	c = course{state: elapsed, every: warm, bound: warm, lasts: lasts}
	if a.Reliable && rival.Reliable {
		c.overshoot = n.overshoot()
	}
	return c, enough
}

// takeover is how long flows are measured that have no cycles.
func (n bottleneck) takeover() time.Duration {
	return max(times(n.packet, measuredPackets), 3*n.full())
}

// mostContested is how many packets of the link a contest takes at most.
const mostContested = 8000

func runFairness(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	same, other, err := rivals(ctx, b)
	if err != nil {
		return nil, err
	}
	n := bottleneckOf(b.Conditions)
	withSame := result.Row("share_with_same", "Share beside its like", "%")
	withOther := result.Row("share_with_other", "Share beside the other", "%")
	index := result.Row("jain", "Jain's index", "index")
	for _, t := range b.Transports {
		r := same[t.Name]
		withSame.Set(t.Name, result.Num(r.share))
		index.Set(t.Name, result.Num(r.jain))
		n.expectEqual(withSame, index, b, t, r)
		if r, ok := other[t.Name]; ok {
			withOther.Set(t.Name, result.Num(r.share))
			n.expectTaken(withOther, t)
			if why := r.cut; !why.IsZero() {
				withOther.CutShort(t.Name, why)
			} else if why = r.busy; !why.IsZero() && isOutside(t.Name, withOther) {
				withOther.CutShort(t.Name, why)
			}
		}
	}
	return result.Rows(2, withOther, index, withSame), nil
}

// expectEqual says how near to equal two flows of a kind share. Of two flows
// that yield, the one that began with all is ahead by beta^k after k cycles
// (Chiu, Jain 1989); and where the queue dropped of one of two equal windows
// only, the other is ahead by (1-beta)/(1+beta). A share of d ahead is an index
// of 1/(1+d^2). Two that never yield get what they offered, packet by packet by
// chance.
func (n bottleneck) expectEqual(share, index *result.Measurement, b *testbed.Bench, t testbed.Transport, r rivalry) {
	likely, ahead := r.likely, 2*r.luck/100
	if t.Reliable {
		beta := backoff(controlOf(b))
		likely, ahead = 50, max(math.Pow(beta, cyclesBefore), (1-beta)/(1+beta))
	}
	if n.rate > 0 && (!t.Reliable || n.pipe()/2 >= leastWindow) {
		share.Expect(t.Name, likely, likely-50*ahead, likely+50*ahead)
		share.Becausef("equal windows, equal round trips: beta^%d apart after as many cycles, or one drop (Chiu, Jain 1989)",
			cyclesBefore)
		ahead += math.Abs(likely-50) / 50
		index.Expect(t.Name, 1, 1/(1+ahead*ahead), 1)
		index.Because("one of two that is d ahead of its half: 1/(1+d^2) (Jain 1984: 1 is equal, 0.5 one takes all)")
	}
	why := r.cut
	if why.IsZero() && isOutside(t.Name, share, index) {
		if why = r.busy; why.IsZero() {
			why = r.stood // of which Chiu and Jain know nothing
		}
	}
	if !why.IsZero() {
		share.CutShort(t.Name, why)
		index.CutShort(t.Name, why)
	}
}

// leastWindow is the window in packets from which on a flow that lost one still
// learns it from those behind, when it has gone back, too: fast retransmit takes
// three (RFC 5681 3.2). With less, timeouts decide who sends (Morris 1997).
const leastWindow = 8

// expectTaken says what is left of a link beside a flow that never yields and
// offers overload times the rate. Half of all packets or more are dropped. At
// that loss a window that halves with each lets 1.22/sqrt(p) segments a round
// trip through (Mathis et al. 1997), and one that does not fall below four
// segments, as BBR's, half of them: two.
func (n bottleneck) expectTaken(row *result.Measurement, t testbed.Transport) {
	lasts, full := n.takeover().Seconds(), n.full().Seconds()
	most := 100 * survivors * (lasts/full + 1) * n.packet.Seconds() / lasts // what is cut at both ends makes one more
	switch {
	case n.rate == 0 || most > 50:
	case t.Reliable:
		row.Expect(t.Name, 0, 0, most)
	default:
		row.Expect(t.Name, 100, 100-most, 100)
	}
	row.Because("the other keeps the queue full and drops every second packet: two segments a round trip get through at most")
}

// survivors is how many segments a round trip get past a queue that drops half.
const survivors = 2

// rivals lets every transport meet its like, and the first one of another kind.
func rivals(ctx context.Context, b *testbed.Bench) (same, other map[string]rivalry, err error) {
	same, other = map[string]rivalry{}, map[string]rivalry{}
	var mu sync.Mutex
	g, ctx := newGroup(ctx)
	for _, t := range b.Transports {
		g.Go(func() error {
			r, err := oftenMeet(ctx, b, t)
			mu.Lock()
			defer mu.Unlock()
			same[t.Name] = r
			return err
		})
		rival, ok := unlike(t, b.Transports)
		both := ok && eachOthers(t, rival, b.Transports)
		if !ok || both && t.Name != b.Transports[0].Name {
			continue // where two are each other's rival, one contest tells of both
		}
		g.Go(func() error {
			r, err := meet(ctx, b.Attempt(contests), t, rival)
			mu.Lock()
			defer mu.Unlock()
			other[t.Name] = r
			if both {
				other[rival.Name] = rivalry{share: 100 - r.share, jain: r.jain, cut: r.cut, busy: r.busy}
			}
			return err
		})
	}
	return same, other, g.Wait()
}

// oftenMeet is the middle one of several contests of a transport's flows side
// by side, by their index. Flows that never yield share alike every time.
func oftenMeet(ctx context.Context, b *testbed.Bench, t testbed.Transport) (rivalry, error) {
	all := make([]rivalry, contests)
	if !t.Reliable {
		all = all[:1]
	}
	g, ctx := newGroup(ctx)
	for i := range all {
		g.Go(func() (err error) {
			all[i], err = meet(ctx, b.Attempt(i), t, t)
			return err
		})
	}
	err := g.Wait()
	slices.SortFunc(all, func(a, b rivalry) int { return cmp.Compare(a.jain, b.jain) })
	return all[len(all)/2], err
}

// meet lets two flows share the link.
func meet(ctx context.Context, b *testbed.Bench, a, rival testbed.Transport) (rivalry, error) {
	n := bottleneckOf(b.Conditions)
	c, enough := n.contest(b, a, rival)
	both, err := flows(ctx, b, c, a, rival)
	if err != nil {
		return rivalry{}, fmt.Errorf("%s beside %s: %w", a.Name, rival.Name, err)
	}
	first, second := both[0].goodput(), both[1].goodput()
	r := rivalry{share: 100 * first / max(first+second, 1), jain: theory.Jain(first, second)}
	offered, arrived := both[0].Packets+both[1].Packets, both[0].Delivered+both[1].Delivered
	r.likely = percent(both[0].Packets, offered)
	low, high := theory.Interval(arrived, r.likely/100, confidence)
	r.luck = percent(high-low, arrived) / 2
	r.cut = n.undecided(b, a, rival, both, enough)
	r.busy = eitherOf(n.disturbance, both)
	if a.Reliable {
		r.stood = firstOf(eitherOf(startedOver, both), eitherOf(n.timeout, both))
	}
	return r, nil
}

// eitherOf is the first that there is to say about several flows, or nothing.
func eitherOf(say func(passed) text.Message, flows []passed) (said text.Message) {
	for _, p := range flows {
		if said = say(p); !said.IsZero() {
			break
		}
	}
	return said
}

// undecided says why two flows did not share as they do in the end; it is zero
// if they did.
func (n bottleneck) undecided(b *testbed.Bench, a, rival testbed.Transport, both []passed, enough bool) text.Message {
	lasted := round((both[0].started + both[0].lasted).Seconds())
	switch {
	case n.rate == 0:
		return text.Message{}
	case !enough && a.Reliable && rival.Reliable:
		return text.Sayf("stopped after %s s: a window goes back and grows again in %s s, equal shares take %d times as long",
			lasted, round(n.cycle(controlOf(b)).Seconds()), cyclesBefore+cyclesAfter)
	case !enough:
		return text.Sayf("stopped after %s s: TCP's timeouts, of %s s at least, had not shown",
			lasted, round((n.full() + leastRTO).Seconds()))
	case both[0].Overflowed+both[1].Overflowed == 0:
		return text.Sayf("the queue was not full in %s s", lasted)
	}
	return text.Message{}
}

// unlike finds the first transport that treats loss in another way.
func unlike(t testbed.Transport, all []testbed.Transport) (testbed.Transport, bool) {
	for _, rival := range all {
		if rival.Reliable != t.Reliable {
			return rival, true
		}
	}
	return testbed.Transport{}, false
}

// eachOthers reports whether a transport is its rival's rival, too.
func eachOthers(t, rival testbed.Transport, all []testbed.Transport) bool {
	back, _ := unlike(rival, all)
	return back.Name == t.Name
}
