package lab

import (
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/result"
)

// shift is a part of the experiments, and how many of them run at once.
type shift struct {
	has    func(experiments.Experiment) bool
	atOnce int
}

// shifts run one after the other, so that no experiment takes the processor
// time that another one needs: first those that time single packets; then those
// that wait on timers; then those that fill wires, which wait for the time that
// packets take there; last those that measure speed. All but the first and the
// last use little of a processor. On machines of their own experiments cannot
// disturb each other.
func (p *Plan) shifts() []shift {
	processors := runtime.GOMAXPROCS(0) // NumCPU, or what a container may use of them
	if !slices.ContainsFunc(p.Items, func(i Item) bool { return i.Driver.Elsewhere == nil }) {
		return []shift{{func(experiments.Experiment) bool { return true }, p.machines(processors)}}
	}
	return []shift{
		{func(e experiments.Experiment) bool { return e.Times }, 1},
		{func(e experiments.Experiment) bool { return !e.Times && !e.Alone && !e.Fills }, 2 * processors},
		{func(e experiments.Experiment) bool { return e.Fills }, 2 * processors},
		{func(e experiments.Experiment) bool { return e.Alone }, 1},
	}
}

// machines is how many machines run at once.
func (p *Plan) machines(processors int) int {
	switch {
	case p.InOrder:
		return 1
	case p.Jobs == 0:
		return processors
	}
	return p.Jobs
}

// measureAll measures the experiments, and returns the results of those that
// finished before ctx ended, in their order.
func (p *Plan) measureAll(ctx context.Context) []*result.Result {
	trials := make([]*trial, len(p.Items))
	for i, item := range p.Items {
		trials[i] = &trial{plan: p, item: item}
	}
	for _, s := range p.shifts() {
		s.measure(ctx, trials)
	}
	for _, t := range trials {
		t.repeat(ctx)
	}
	var results []*result.Result
	for _, t := range trials {
		if t.result != nil {
			results = append(results, t.result)
		}
	}
	return results
}

// measure measures the experiments of the shift, and starts those first that
// last long, so that the whole takes little longer than its longest part.
func (s shift) measure(ctx context.Context, trials []*trial) {
	var g errgroup.Group // no error ends it: every experiment reports its own
	g.SetLimit(s.atOnce)
	for _, long := range []bool{true, false} {
		for _, t := range trials {
			if e := t.item.Experiment; e.Long != long || !s.has(e) {
				continue
			}
			g.Go(func() error {
				t.measure(ctx)
				return nil
			})
		}
	}
	_ = g.Wait()
}
