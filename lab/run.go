package lab

import (
	"context"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// RunOptions is everything that a run needs.
type RunOptions struct {
	Experiments []experiments.Experiment
	Options     result.Options
	Transports  []testbed.Transport
	Drivers     []testbed.Driver // localhost and the wired ones, the best wired one first
	// Override changes an experiment's default conditions as the user asked;
	// nil leaves them. An error means that the condition cannot act there.
	Override func(e experiments.Experiment) (wire.Options, error)
	// Tap makes a tap for every wire that an experiment opens; may be nil. Taps
	// of different experiments may be called side by side.
	Tap func(e experiments.Experiment, o wire.Options) wire.Tap
	// Documents makes the rows of the documents' own table from the results.
	Documents func(result.Results) []result.DocumentRow
	// Conclusions says in a few sentences what the results come to; may be nil.
	Conclusions func(result.Results) []text.Message
	// Jobs is how many experiments run at once where each has a machine of its
	// own; 0 is one for every processor.
	Jobs int
	// Progress hears how far the run is; may be nil. Calls may overlap.
	Progress func(Progress)
}

// Progress tells how far a run is: that an experiment starts one of its runs,
// that it waits, or that it is done.
type Progress struct {
	Experiment string
	Run, Runs  int  // which of its runs starts, from 1, and how many it has
	Again      bool // the run is made a second time, alone
	Waits      bool // it was disturbed, and starts again when all others are done
	Done       bool // it ended
	Err        error
	Of         int // experiments in all
}

// Run runs the experiments and reports what they found, those beside each
// other that do not disturb each other (see shifts). A run that the machine
// disturbed is made again behind all others, alone. An experiment that fails is
// reported in its place. When ctx ends, Run returns at once with what is
// finished, and the cause.
func Run(ctx context.Context, o RunOptions) (*result.Report, error) {
	if o.Override == nil {
		o.Override = func(e experiments.Experiment) (wire.Options, error) { return e.Conditions, nil }
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	r := &result.Report{Schema: result.SchemaName, Environment: environment(o.Drivers), Options: o.Options}
	for _, result := range o.measureAll(ctx) {
		r.Experiments = append(r.Experiments, result)
		r.Warnings = append(r.Warnings, skipped(result)...)
	}
	o.judge(r)
	return r, context.Cause(ctx)
}

// single is what one run of an experiment found.
type single struct {
	rows        []result.Measurement
	expected    bool // all rows are as theory expects
	warnings    []text.Message
	disturbed   bool
	disturbance text.Message // says how
}

// again reports whether a run is to be made once more: the machine was too busy
// to keep the link's time, and something is not as theory expects. Who is in a
// hurry, or watches packets, gets the first.
func (o RunOptions) again(one single) bool {
	return one.disturbed && !one.expected && !o.Options.Quick && o.Tap == nil
}

// once runs an experiment once.
func (o RunOptions) once(ctx context.Context, e experiments.Experiment, opener testbed.Driver, conditions wire.Options) (one single, err error) {
	j := testbed.Job{Experiment: e.ID, Options: o.Options, Conditions: conditions}
	j.Options.Seed = conditions.Seed
	for _, t := range o.Transports {
		j.Transports = append(j.Transports, t.Name)
	}
	tap := o.tapOf(e)
	var found testbed.Findings
	if opener.Elsewhere != nil {
		found, err = opener.Elsewhere(ctx, j, tap)
	} else {
		late := &testbed.SchedulingDelay{}
		found, err = e.RunJob(ctx, j, o.Transports, opener, late.Beside(tap))
		one.disturbance, one.disturbed = late.Disturbed()
	}
	one.rows, one.warnings = found.Rows, found.Warnings
	one.expected = result.JudgeAll(one.rows)
	return one, err
}

// tapOf makes taps for the wires of one experiment; nil where nobody watches.
func (o RunOptions) tapOf(e experiments.Experiment) testbed.NewTap {
	if o.Tap == nil {
		return nil
	}
	return func(w wire.Options) wire.Tap { return o.Tap(e, w) }
}

func claimIDs(e experiments.Experiment) []string {
	ids := make([]string, len(e.Claims))
	for i, c := range e.Claims {
		ids[i] = c.ID
	}
	return ids
}

// judge applies every claim's rule, and fills the documents' table.
func (o RunOptions) judge(r *result.Report) {
	found := make(result.Results, len(r.Experiments))
	for _, result := range r.Experiments {
		if result.Error == "" {
			found[result.ID] = result
		}
	}
	for _, e := range o.Experiments {
		for _, c := range e.Claims {
			r.Claims = append(r.Claims, c.Decide(found))
		}
	}
	if o.Documents != nil {
		r.Documents = o.Documents(found)
	}
	if o.Conclusions != nil {
		r.Conclusions = o.Conclusions(found)
	}
}

// skipped says in the report's own warnings what did not run.
func skipped(r *result.Result) []text.Message {
	if r.Error == "" {
		return nil
	}
	return []text.Message{text.Sayf("%s did not run: %s", r.ID, r.Error)}
}
