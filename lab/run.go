package lab

import (
	"cmp"
	"context"
	"strings"

	"echolab/lab/wire"
)

// RunOptions is everything that a run needs.
type RunOptions struct {
	Experiments []Experiment
	Options     Options
	Transports  []Transport
	Openers     []Opener // localhost and the wired ones, the best wired one first
	// Override changes an experiment's default conditions as the user asked;
	// nil leaves them. An error means that the condition cannot act there.
	Override func(e Experiment) (wire.Options, error)
	// Tap makes a tap for every wire that an experiment opens; may be nil. Taps
	// of different experiments may be called side by side.
	Tap func(e Experiment, o wire.Options) wire.Tap
	// Documents makes the rows of the documents' own table from the results.
	Documents func(Results) []DocumentRow
	// Conclusions says in a few sentences what the results come to; may be nil.
	Conclusions func(Results) []Text
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
func Run(ctx context.Context, o RunOptions) (*Report, error) {
	if o.Override == nil {
		o.Override = func(e Experiment) (wire.Options, error) { return e.Conditions, nil }
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	r := &Report{Schema: SchemaName, Environment: environment(o.Openers), Options: o.Options}
	for _, result := range o.measureAll(ctx) {
		r.Experiments = append(r.Experiments, result)
		r.Warnings = append(r.Warnings, skipped(result)...)
	}
	o.judge(r)
	return r, context.Cause(ctx)
}

// single is what one run of an experiment found.
type single struct {
	rows        []Measurement
	expected    bool // all rows are as theory expects
	warnings    []Text
	disturbed   bool
	disturbance Text // says how
}

// again reports whether a run is to be made once more: the machine was too busy
// to keep the link's time, and something is not as theory expects. Who is in a
// hurry, or watches packets, gets the first.
func (o RunOptions) again(one single) bool {
	return one.disturbed && !one.expected && !o.Options.Quick && o.Tap == nil
}

// once runs an experiment once.
func (o RunOptions) once(ctx context.Context, e Experiment, opener Opener, conditions wire.Options) (one single, err error) {
	j := Job{Experiment: e.ID, Options: o.Options, Conditions: conditions}
	j.Options.Seed = conditions.Seed
	for _, t := range o.Transports {
		j.Transports = append(j.Transports, t.Name)
	}
	tap := o.tapOf(e)
	var found Findings
	if opener.Elsewhere != nil {
		found, err = opener.Elsewhere(ctx, j, tap)
	} else {
		late := &lateness{}
		found, err = j.Run(ctx, e, o.Transports, opener, late.beside(tap))
		one.disturbance, one.disturbed = late.disturbed()
	}
	one.rows, one.warnings = found.Rows, found.Warnings
	one.expected = judgeAll(one.rows)
	return one, err
}

// tapOf makes taps for the wires of one experiment; nil where nobody watches.
func (o RunOptions) tapOf(e Experiment) NewTap {
	if o.Tap == nil {
		return nil
	}
	return func(w wire.Options) wire.Tap { return o.Tap(e, w) }
}

// judgeAll holds measurements against their expectations, and reports whether
// all are as expected, and none was cut off.
func judgeAll(rows []Measurement) (within bool) {
	within = true
	for i := range rows {
		rows[i].judge()
		within = within && len(rows[i].CutOff) == 0
		for _, ok := range rows[i].Within {
			within = within && ok
		}
	}
	return within
}

func claimIDs(e Experiment) []string {
	ids := make([]string, len(e.Claims))
	for i, c := range e.Claims {
		ids[i] = c.ID
	}
	return ids
}

// judge applies every claim's rule, and fills the documents' table.
func (o RunOptions) judge(r *Report) {
	found := make(Results, len(r.Experiments))
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

// Decide applies the claim's rule, if all that it looks at has been measured.
func (c Claim) Decide(found Results) ClaimResult {
	r := ClaimResult{
		ID: c.ID, Source: c.Source, Statement: Say(c.Statement),
		Experiments: c.Experiments, Rule: Say(c.Rule), Verdict: Untested, Expected: cmp.Or(c.Expect, Holds),
	}
	var missing []string
	for _, id := range c.Experiments {
		if found[id] == nil {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		r.Because = Say("needs the experiments %s", strings.Join(missing, ", "))
		return r
	}
	r.Verdict, r.Because = c.Judge(found)
	return r
}

// skipped says in the report's own warnings what did not run.
func skipped(r *Result) []Text {
	if r.Error == "" {
		return nil
	}
	return []Text{Say("%s did not run: %s", r.ID, r.Error)}
}
