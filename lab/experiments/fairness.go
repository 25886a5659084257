package experiments

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
)

// The jitter of fairness is less than a packet takes at the rate, so it changes
// no order. Without it whoever's packets fall into step with the queue's can
// win for ever: phase effects (Floyd, Jacobson 1991), which real paths blur.
var fairness = lab.Experiment{
	ID:       "fairness",
	Title:    "Fairness",
	Question: "How is a full link shared with a rival?",
	Method:   "two flows over one link, alike and unlike; UDP sends at twice the link's rate",
	Place:    lab.OnWire,
	Conditions: bothWays(link.Conditions{
		Delay: 5 * time.Millisecond, Rate: 10e6, Limit: 24, Jitter: 250 * time.Microsecond,
	}),
	Accepts: []string{"delay", "jitter", "rate", "limit"},
	Long:    true,
	Fills:   true,
	Run:     runFairness,
	Lesson: lab.Lesson{
		Caption: "two flows fill one queue, and one of them loses a packet there: TCP yields, UDP does not",
		Shows:   []lab.Sight{lab.QueueFull},
	},
	Why: "Two flows meet in the queue before one link. Two TCP flows both slow down when the queue drops, and end with about equal shares. " +
		"Beside UDP at twice the link's rate, which never slows down, TCP takes every drop as a sign to send less, until almost nothing is left of it. " +
		"That is why RFC 8085 asks applications over UDP to control their own rate.",
	Packets: []string{
		"both flows send into the same queue; whoever finds it full loses the packet",
		"TCP answers each loss by halving its window (BBR: by probing less), so two of them meet near the middle",
		"UDP answers nothing: it keeps the queue full, and the other's packets find no room",
	},
	Theory: []string{
		"two flows of TCP: a Jain index near 1, where 1 is equal and 0.5 is one that takes all (Jain, Chiu, Hawe 1984)",
		"TCP beside UDP that does not slow down: close to nothing (RFC 2914 3.2)",
	},
	References: []string{"RFC 5681", "RFC 8085 3.1", "RFC 2914 3.2", "Jain, Chiu, Hawe 1984"},
	Try:        "lab compare fairness --congestion cubic --details",
}

// rivalry is how two flows shared a link.
type rivalry struct {
	share float64 // percent of the goodput of both that the first one got
	jain  float64
}

// contestFor is how long rivals meet: several of the cycles in which equal
// flows come to equal shares (Chiu, Jain 1989). One cycle is half a window that
// grows back: with 16 packets a flow, eight round trips of some 30 ms.
const contestFor = 2500 * time.Millisecond

// takeoverFor is how long a flow that yields meets one that never does: there
// are no cycles, the one just takes what the other leaves.
const takeoverFor = 1200 * time.Millisecond

// contests is how often two flows that yield meet, each time with chances of
// its own. Who is lucky at a full queue is chance, so the middle one counts.
const contests = 3

// unyielding is how many packets pass while flows meet of which none yields.
// They have no cycles: once the queue is full, they share as they ever will.
const unyielding = 500

// contest is how long two flows meet.
func contest(b *lab.Bench, a, rival lab.Transport) time.Duration {
	c := b.Conditions.Client
	switch {
	case a.Reliable && rival.Reliable || c.Rate == 0:
		return contestFor
	case a.Reliable || rival.Reliable:
		return takeoverFor
	}
	packets := float64(c.Limit + unyielding)
	return min(contestFor, c.Delay+time.Duration(packets*datagramSize*8/c.Rate*float64(time.Second)))
}

func runFairness(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	same, other, err := rivals(ctx, b)
	if err != nil {
		return nil, err
	}
	withSame := lab.Row("share_with_same", "Share beside its like", "%")
	withOther := lab.Row("share_with_other", "Share beside the other", "%")
	index := lab.Row("jain", "Jain's index", "index")
	for _, t := range b.Transports {
		withSame.Set(t.Name, lab.Num(same[t.Name].share))
		index.Set(t.Name, lab.Num(same[t.Name].jain))
		if t.Reliable {
			index.Expect(t.Name, 1, 0.9, 1)
		}
		r, ok := other[t.Name]
		if !ok {
			continue
		}
		withOther.Set(t.Name, lab.Num(r.share))
		if t.Reliable {
			withOther.Expect(t.Name, 0, 0, 25)
		} else {
			withOther.Expect(t.Name, 100, 75, 100)
		}
	}
	index.Because("equal windows, equal round trips (Jain 1984: 1 is equal, 0.5 one takes all)")
	withOther.Because("a flow that does not yield keeps the queue full (RFC 2914 3.2)")
	return lab.Rows(2, withOther, index, withSame), nil
}

// rivals lets every transport meet its like, and the first one of another kind.
func rivals(ctx context.Context, b *lab.Bench) (same, other map[string]rivalry, err error) {
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
				other[rival.Name] = rivalry{share: 100 - r.share, jain: r.jain}
			}
			return err
		})
	}
	return same, other, g.Wait()
}

// oftenMeet is the middle one of several contests of a transport's flows side
// by side, by their index. Flows that never yield share alike every time.
func oftenMeet(ctx context.Context, b *lab.Bench, t lab.Transport) (rivalry, error) {
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
func meet(ctx context.Context, b *lab.Bench, a, rival lab.Transport) (rivalry, error) {
	rates, err := flows(ctx, b, contest(b, a, rival), a, rival)
	if err != nil {
		return rivalry{}, fmt.Errorf("%s beside %s: %w", a.Name, rival.Name, err)
	}
	first, second := rates[0].goodput, rates[1].goodput
	return rivalry{share: 100 * first / max(first+second, 1), jain: theory.Jain(first, second)}, nil
}

// unlike finds the first transport that treats loss in another way.
func unlike(t lab.Transport, all []lab.Transport) (lab.Transport, bool) {
	for _, rival := range all {
		if rival.Reliable != t.Reliable {
			return rival, true
		}
	}
	return lab.Transport{}, false
}

// eachOthers reports whether a transport is its rival's rival, too.
func eachOthers(t, rival lab.Transport, all []lab.Transport) bool {
	back, _ := unlike(rival, all)
	return back.Name == t.Name
}
