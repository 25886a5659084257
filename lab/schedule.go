package lab

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"echolab/lab/experiments"
	"echolab/lab/result"
)

// shift is a part of the experiments, and how many of them run at once.
type shift struct {
	has    func(experiments.Experiment) bool
	atOnce int
}

// shifts are one after the other, so that nobody's time is taken by somebody
// who does not let others have any: first those that time single packets; then
// those that wait on timers, which use little of a processor; then those that
// fill wires, one a processor; last those that measure speed. On machines of
// their own experiments cannot disturb each other.
func (o RunOptions) shifts() []shift {
	processors := runtime.GOMAXPROCS(0) // NumCPU, or what a container may use of them
	if o.elsewhere() {
		return []shift{{func(experiments.Experiment) bool { return true }, o.jobs(processors)}}
	}
	return []shift{
		{func(e experiments.Experiment) bool { return e.Times }, 1},
		{func(e experiments.Experiment) bool { return !e.Times && !e.Alone && !e.Fills }, 2 * processors},
		{func(e experiments.Experiment) bool { return e.Fills }, processors},
		{func(e experiments.Experiment) bool { return e.Alone }, 1},
	}
}

// elsewhere reports whether each experiment has a machine of its own.
func (o RunOptions) elsewhere() bool {
	for _, opener := range o.Drivers {
		if opener.Name == o.Options.Network && opener.Elsewhere != nil {
			return true
		}
	}
	return false
}

// jobs is how many machines run at once.
func (o RunOptions) jobs(processors int) int {
	switch {
	case o.Tap != nil:
		return 1 // so that packets, too, come in the same order every time
	case o.Jobs == 0:
		return processors
	}
	return o.Jobs
}

// measureAll measures the experiments, and returns the results of those that
// finished before ctx ended, in their order.
func (o RunOptions) measureAll(ctx context.Context) []*result.Result {
	trials := make([]*trial, len(o.Experiments))
	for i, e := range o.Experiments {
		trials[i] = &trial{RunOptions: o, experiment: e}
	}
	for _, s := range o.shifts() {
		o.measureSome(ctx, s, trials)
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

// measureSome measures the experiments of one shift.
func (o RunOptions) measureSome(ctx context.Context, s shift, trials []*trial) {
	var g errgroup.Group // no error ends it: every experiment reports its own
	g.SetLimit(s.atOnce)
	for _, i := range longFirst(o.Experiments) {
		if !s.has(o.Experiments[i]) {
			continue
		}
		g.Go(func() error {
			trials[i].measure(ctx)
			return nil
		})
	}
	_ = g.Wait()
}

// longFirst lists the places of the experiments in the order in which to start
// them, so that the whole takes little longer than its longest part.
func longFirst(experiments []experiments.Experiment) []int {
	var long, rest []int
	for i, e := range experiments {
		if e.Long {
			long = append(long, i)
		} else {
			rest = append(rest, i)
		}
	}
	return append(long, rest...)
}
