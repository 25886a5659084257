// Package fairness is the lesson "Fairness". What it tells is in en.md and ko.md.
package fairness

import (
	"cmp"
	"context"
	"embed"

	"fmt"
	"slices"
	"sync"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// The jitter of fairness is less than a packet takes at the rate, so it changes
// no order. Without it whoever's packets fall into step with the queue's can
// win for ever: phase effects (Floyd, Jacobson 1991), which real paths blur.

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "fairness",
	Also:  []string{"fair share", "sharing", "Jain", "competing flows"},
	Prose: experiments.Read(pages),
	Place: experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{
		Delay: 5 * time.Millisecond, Rate: 10e6, Limit: 24, Jitter: 250 * time.Microsecond,
	}),
	Accepts: []string{"delay", "jitter", "rate", "limit"},
	Long:    true,
	Fills:   true,
	Run:     runFairness,
	Lesson: packet.Lesson{
		Shows: []packet.Sight{packet.QueueFull},
	},
}

// contests is how often two flows that yield meet, each time with chances of
// its own. Who is lucky at a full queue is chance, so the middle one counts.
const contests = 3

func runFairness(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	same, other, err := rivals(ctx, b)
	if err != nil {
		return nil, err
	}
	n := probe.BottleneckOf(b.Conditions)
	withSame := result.Row("share_with_same", "Share beside its like", "%")
	withOther := result.Row("share_with_other", "Share beside the other", "%")
	index := result.Row("jain", "Jain's index", "index")
	for _, t := range b.Transports {
		r := same[t.Name]
		withSame.Set(t.Name, result.Num(r.Share))
		index.Set(t.Name, result.Num(r.Jain))
		n.ExpectEqual(withSame, index, b, t, r)
		if r, ok := other[t.Name]; ok {
			withOther.Set(t.Name, result.Num(r.Share))
			n.ExpectTaken(withOther, t)
			if why := r.Cut; !why.IsZero() {
				withOther.CutShort(t.Name, why)
			} else if why = r.Busy; !why.IsZero() && probe.IsOutside(t.Name, withOther) {
				withOther.CutShort(t.Name, why)
			}
		}
	}
	return result.Rows(2, withOther, index, withSame), nil
}

// rivals lets every transport meet its like, and the first one of another kind.
func rivals(ctx context.Context, b *testbed.Bench) (same, other map[string]probe.Sharing, err error) {
	same, other = map[string]probe.Sharing{}, map[string]probe.Sharing{}
	var mu sync.Mutex
	g, ctx := probe.NewGroup(ctx)
	for _, t := range b.Transports {
		g.Go(func() error {
			r, err := medianPair(ctx, b, t)
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
			r, err := runPair(ctx, b.Attempt(contests), t, rival)
			mu.Lock()
			defer mu.Unlock()
			other[t.Name] = r
			if both {
				other[rival.Name] = probe.Sharing{Share: 100 - r.Share, Jain: r.Jain, Cut: r.Cut, Busy: r.Busy}
			}
			return err
		})
	}
	return same, other, g.Wait()
}

// medianPair is the middle one of several contests of a transport's flows side
// by side, by their index. Flows that never yield share alike every time.
func medianPair(ctx context.Context, b *testbed.Bench, t testbed.Transport) (probe.Sharing, error) {
	all := make([]probe.Sharing, contests)
	if !t.Reliable {
		all = all[:1]
	}
	g, ctx := probe.NewGroup(ctx)
	for i := range all {
		g.Go(func() (err error) {
			all[i], err = runPair(ctx, b.Attempt(i), t, t)
			return err
		})
	}
	err := g.Wait()
	slices.SortFunc(all, func(a, b probe.Sharing) int { return cmp.Compare(a.Jain, b.Jain) })
	return all[len(all)/2], err
}

// runPair lets two flows share the link.
func runPair(ctx context.Context, b *testbed.Bench, a, rival testbed.Transport) (probe.Sharing, error) {
	n := probe.BottleneckOf(b.Conditions)
	c, enough := n.Contest(b, a, rival)
	both, err := probe.RunFlows(ctx, b, c, a, rival)
	if err != nil {
		return probe.Sharing{}, fmt.Errorf("%s beside %s: %w", a.Name, rival.Name, err)
	}
	first, second := both[0].Goodput(), both[1].Goodput()
	r := probe.Sharing{Share: 100 * first / max(first+second, 1), Jain: theory.Jain(first, second)}
	offered, arrived := both[0].Packets+both[1].Packets, both[0].Delivered+both[1].Delivered
	r.Likely = probe.Percent(both[0].Packets, offered)
	low, high := theory.Interval(arrived, r.Likely/100, probe.Confidence)
	r.Luck = probe.Percent(high-low, arrived) / 2
	r.Cut = n.Undecided(b, a, rival, both, enough)
	r.Busy = probe.EitherOf(n.Disturbance, both)
	if a.Reliable {
		r.Stood = probe.FirstOf(probe.EitherOf(probe.StartedOver, both), probe.EitherOf(n.Timeout, both))
	}
	return r, nil
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
