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
	// Taps watch the wires that are opened. Those of different experiments may be
	// called side by side.
	Taps []Tap
	// Progress is called with how far the run is; it may be nil. Calls may overlap.
	Progress func(Progress)
}

// Tap makes a tap for a wire that an experiment opens; it may answer nil.
type Tap func(experiment string, o wire.Options) wire.Tap

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

// newTap makes the taps of one experiment's wires; nil without taps.
func (p *Plan) newTap(experiment string) testbed.NewTap {
	if len(p.Taps) == 0 {
		return nil
	}
	return func(o wire.Options) wire.Tap {
		var taps []wire.Tap
		for _, newTap := range p.Taps {
			taps = append(taps, newTap(experiment, o))
		}
		return wire.Taps(taps...)
	}
}
