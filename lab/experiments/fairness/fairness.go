// Package fairness is the lesson "Fairness". What it tells is in en.md and ko.md.
package fairness

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "fairness",
	Also:  []string{"fair share", "sharing", "Jain", "competing flows"},
	Prose: experiments.Read("fairness"),
	Place: experiments.OnWire,
	// The jitter is less than a packet takes at the rate, so it changes no order.
	// Without it the flow whose packets fall into step with the queue's can win for
	// ever: phase effects (Floyd, Jacobson 1991), which real paths blur.
	Conditions: wire.BothWays(link.Conditions{
		Delay: 5 * time.Millisecond, Rate: 10e6, Limit: 24, Jitter: 250 * time.Microsecond,
	}),
	Accepts: []string{"delay", "jitter", "rate", "limit"},
	Long:    true,
	Fills:   true,
	Run:     runFairness,
	Lesson:  packet.Lesson{Shows: []packet.Sight{packet.QueueFull}},
}

// contests is how often two flows that yield share the link, each time with chances
// of its own. Which of them is lucky at a full queue is chance, so the median counts.
const contests = 3

// found is what was measured of one transport.
type found struct{ besideTheOther, jain, besideItsLike result.Cell }

var rows = []experiments.Row[found]{
	{
		ID: "share_with_other", Label: "Share beside the other", Unit: "%", Headline: true,
		Basis: text.Say("the other keeps the queue full and drops every second packet: " +
			"two segments a round trip get through at most"),
		Cell: func(_ testbed.Transport, f found) result.Cell { return f.besideTheOther },
	},
	{ID: "jain", Label: "Jain's index", Unit: "index", Headline: true,
		Cell: func(_ testbed.Transport, f found) result.Cell { return f.jain }},
	{ID: "share_with_same", Label: "Share beside its like", Unit: "%",
		Cell: func(_ testbed.Transport, f found) result.Cell { return f.besideItsLike }},
}

func runFairness(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	same, other, err := runPairs(ctx, b)
	if err != nil {
		return nil, err
	}
	p, all := path{probe.BottleneckOf(b.Conditions)}, map[string]found{}
	for _, t := range b.Transports {
		var f found
		f.besideItsLike, f.jain = p.besideItsLike(b, t, same[t.Name])
		if s, ok := other[t.Name]; ok {
			f.besideTheOther = p.besideTheOther(t, s)
		}
		all[t.Name] = f
	}
	return experiments.Measure(b.Transports, all, rows...), nil
}

// runPairs lets every transport share the link with its like, and with the first one
// of another kind.
func runPairs(ctx context.Context, b *testbed.Bench) (same, other map[string]sharing, err error) {
	same, other = map[string]sharing{}, map[string]sharing{}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	for _, t := range b.Transports {
		g.Go(func() error {
			s, err := medianPair(ctx, b, t)
			mu.Lock()
			defer mu.Unlock()
			same[t.Name] = s
			return err
		})
		rival, ok := unlike(t, b.Transports)
		both := ok && eachOthers(t, rival, b.Transports)
		if !ok || both && t.Name != b.Transports[0].Name {
			continue // where two are each other's rival, one contest tells of both
		}
		g.Go(func() error {
			s, err := runPair(ctx, b.Attempt(contests), t, rival)
			mu.Lock()
			defer mu.Unlock()
			other[t.Name] = s
			if both {
				other[rival.Name] = sharing{share: 100 - s.share, jain: s.jain, cut: s.cut, busy: s.busy}
			}
			return err
		})
	}
	return same, other, g.Wait()
}

// medianPair is the median of several contests of a transport's flows side by side,
// by their index. Flows that never yield share alike every time.
func medianPair(ctx context.Context, b *testbed.Bench, t testbed.Transport) (sharing, error) {
	all := make([]sharing, contests)
	if !t.Reliable {
		all = all[:1]
	}
	g, ctx := errgroup.WithContext(ctx)
	for i := range all {
		g.Go(func() (err error) {
			all[i], err = runPair(ctx, b.Attempt(i), t, t)
			return err
		})
	}
	err := g.Wait()
	slices.SortFunc(all, func(a, b sharing) int { return cmp.Compare(a.jain, b.jain) })
	return all[len(all)/2], err
}

// sharing is how two flows shared a link.
type sharing struct {
	share  float64 // percent of the goodput of both that the first one got
	jain   float64
	likely float64      // percent that it is expected to get, for what both offered
	luck   float64      // percent that chance may add to this or take from it
	cut    text.Message // why this is not how they share in the end; zero if it is
	busy   text.Message // how the machine shows in it, and not the path; zero if it does not
	stood  text.Message // which timeout stopped one of them, or which slow start; zero if none did
}

// runPair lets two flows share the link.
func runPair(ctx context.Context, b *testbed.Bench, a, rival testbed.Transport) (s sharing, err error) {
	p := path{probe.BottleneckOf(b.Conditions)}
	plan, enough := p.plan(b, a, rival)
	both, err := probe.RunFlows(ctx, b, plan, a, rival)
	if err != nil {
		return s, fmt.Errorf("%s beside %s: %w", a.Name, rival.Name, err)
	}
	first, second := both[0].Goodput(), both[1].Goodput()
	s.share, s.jain = 100*first/max(first+second, 1), theory.Jain(first, second)
	offered, arrived := both[0].Packets+both[1].Packets, both[0].Delivered+both[1].Delivered
	s.likely = probe.Percent(both[0].Packets, offered)
	low, high := theory.Interval(arrived, s.likely/100, probe.Confidence)
	s.luck = probe.Percent(high-low, arrived) / 2
	s.cut = p.undecided(b, a, rival, both, enough)
	s.busy = probe.FirstAmong(p.Disturbance, both)
	if a.Reliable {
		s.stood = probe.FirstOf(probe.FirstAmong(probe.StartedOver, both), probe.FirstAmong(p.Timeout, both))
	}
	return s, nil
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
