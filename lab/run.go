// Package lab runs experiments: it takes a plan of values, runs what does not
// disturb each other side by side, and makes a report of what they found. Read
// run.go first, then schedule.go (what runs when) and trial.go (one experiment).
package lab

import (
	"context"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Plan is everything that a run needs, decided before it starts.
type Plan struct {
	Items       []Item // in the order of the report
	Options     result.Options
	Transports  []testbed.Transport
	Environment result.Environment
	// Jobs is how many experiments run at once where each has a machine of its
	// own; 0 is one for every processor.
	Jobs int
	// Watches watch the networks that are opened. Those of different experiments may
	// be called side by side.
	Watches []Watch
	// InOrder runs experiments one after the other where each has a machine of its own:
	// so what watches sees comes in the same order every time.
	InOrder bool
	// Forget tells those who watch that an experiment is made again, and that what they
	// saw of it does not count. Where it is nil, what is watched is not made again.
	Forget func(experiment string)
	// Found is called with what an experiment found as soon as it has ended; it may be
	// nil. Calls may overlap.
	Found func(Item, *result.Result)
	// Progress is called with how far the run is; it may be nil. Calls may overlap.
	Progress func(Progress)
}

// Watch makes the watch of a network that an experiment opens.
type Watch func(experiment string, o wire.Options) testbed.Watch

// Progress tells how far a run is: that an experiment starts one of its runs,
// that it waits, or that it is done.
type Progress struct {
	Experiment string
	Run, Runs  int  // the number of the run that starts, from 1, and the number of all
	Again      bool // the run is made a second time, alone
	Waits      bool // it was disturbed, and starts again when all others are done
	Done       bool // it ended
}

// Run runs the plan and reports what was found. Experiments that do not disturb
// each other run side by side (see shifts). A run that the machine disturbed is
// repeated when all others are done, alone. An experiment that fails is reported
// in its place. When ctx ends, Run returns at once with what is finished, and
// the cause.
func Run(ctx context.Context, p Plan) (*result.Report, error) {
	r := &result.Report{Schema: result.SchemaName, Environment: p.Environment, Options: p.Options}
	for _, found := range p.measureAll(ctx) {
		r.Experiments = append(r.Experiments, found)
		if found.Error != "" {
			r.Warnings = append(r.Warnings, text.Sayf("%s did not run: %s", found.ID, found.Error))
		}
	}
	found := r.Results()
	for _, item := range p.Items {
		for _, c := range item.Experiment.Claims {
			r.Claims = append(r.Claims, c.Decide(found))
		}
	}
	return r, context.Cause(ctx)
}

// newWatch makes what watches the networks of one experiment; nil if nothing does.
func (p *Plan) newWatch(experiment string) testbed.NewWatch {
	if len(p.Watches) == 0 {
		return nil
	}
	return func(o wire.Options) testbed.Watch {
		var all []testbed.Watch
		for _, watch := range p.Watches {
			all = append(all, watch(experiment, o))
		}
		return testbed.Watches(all...)
	}
}
