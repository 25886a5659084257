package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/wire"
)

// sideBySide is how many experiments that wait on timers run at once. They
// use little of the processor; more of them would only blur each other.
const sideBySide = 4

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
	// Progress hears of every experiment that starts or ends; may be nil.
	// Calls may overlap.
	Progress func(Progress)
}

// Progress tells how far a run is.
type Progress struct {
	Experiment string
	Done       bool // it ended; else it starts
	Err        error
	Of         int // experiments in all
}

// Run runs the experiments and reports what they found. Experiments that wait
// on timers run side by side, those that measure speed alone and last. Where
// each has a machine of its own, as many run as Jobs says. An experiment that
// fails is reported in its place. When ctx ends, Run returns at once with what
// is finished, and the cause.
func Run(ctx context.Context, o RunOptions) (*Report, error) {
	if o.Override == nil {
		o.Override = func(e Experiment) (wire.Options, error) { return e.Conditions, nil }
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	r := &Report{Schema: SchemaName, Environment: environment(o.Openers), Options: o.Options}
	results := make([]*Result, len(o.Experiments))
	for _, s := range o.shifts() {
		o.runAll(ctx, s, results)
	}
	for _, result := range results {
		if result != nil {
			r.Experiments = append(r.Experiments, result)
			r.Warnings = append(r.Warnings, skipped(result)...)
		}
	}
	o.judge(r)
	return r, context.Cause(ctx)
}

// shift is a part of the experiments, and how many of them run at once.
type shift struct {
	has    func(Experiment) bool
	atOnce int
}

// shifts are one after the other: what may run side by side, then what measures
// speed. On machines of their own experiments cannot disturb each other.
func (o RunOptions) shifts() []shift {
	for _, opener := range o.Openers {
		if opener.Name == o.Options.Network && opener.Elsewhere != nil {
			atOnce := o.Jobs
			switch {
			case o.Tap != nil:
				atOnce = 1 // so that packets, too, come in the same order every time
			case atOnce == 0:
				atOnce = runtime.NumCPU()
			}
			return []shift{{func(Experiment) bool { return true }, atOnce}}
		}
	}
	return []shift{
		{func(e Experiment) bool { return !e.Alone }, sideBySide},
		{func(e Experiment) bool { return e.Alone }, 1},
	}
}

// runAll runs the experiments of one shift.
func (o RunOptions) runAll(ctx context.Context, s shift, results []*Result) {
	var g errgroup.Group // no error ends it: every experiment reports its own
	g.SetLimit(s.atOnce)
	for _, i := range longFirst(o.Experiments) {
		e := o.Experiments[i]
		if !s.has(e) {
			continue
		}
		g.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			o.Progress(Progress{Experiment: e.ID, Of: len(o.Experiments)})
			result := o.runOne(ctx, e)
			if ctx.Err() != nil {
				return nil // cut short: what it found is not the whole truth
			}
			results[i] = result
			o.Progress(Progress{Experiment: e.ID, Done: true, Err: errOf(result), Of: len(o.Experiments)})
			return nil
		})
	}
	_ = g.Wait()
}

// longFirst lists the places of the experiments in the order in which to start
// them, so that the whole takes little longer than its longest part.
func longFirst(experiments []Experiment) []int {
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

func errOf(r *Result) error {
	if r.Error == "" {
		return nil
	}
	return errors.New(r.Error)
}

// runOne runs one experiment as often as asked and puts its runs together.
func (o RunOptions) runOne(ctx context.Context, e Experiment) *Result {
	began := time.Now()
	r := &Result{
		ID: e.ID, Title: Say(e.Title), Question: Say(e.Question), Method: Say(e.Method), Why: Say(e.Why),
		References: e.References, Claims: claimIDs(e), Conditions: map[string]any{},
	}
	defer func() { r.Seconds = time.Since(began).Seconds() }()
	opener, warning, err := choose(e, o.Options.Network, o.Openers)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	r.Network = opener.Name
	if opener.Wired {
		r.Congestion = cmp.Or(o.Options.Congestion, opener.Congestion, systemCongestion())
	}
	if !warning.IsZero() {
		r.Warnings = append(r.Warnings, warning)
	}
	conditions, err := o.Override(e)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	if !opener.Wired {
		conditions = wire.Options{}
	}
	r.Conditions = conditions.Words()
	if err := o.repeat(ctx, e, opener, conditions, r); err != nil {
		r.Error = err.Error()
	}
	return r
}

// repeat fills the result with the medians of all runs.
func (o RunOptions) repeat(ctx context.Context, e Experiment, opener Opener, conditions wire.Options, r *Result) error {
	runs := make([][]Measurement, max(o.Options.Runs, 1))
	for i := range runs {
		conditions.Seed = Seed(o.Options.Seed, e.ID, i)
		one, err := o.inPeace(ctx, e, opener, conditions)
		r.Warnings = append(r.Warnings, one.warnings...)
		if err != nil {
			return fmt.Errorf("%s on %s: %w", e.ID, opener.Name, err)
		}
		if one.disturbed {
			r.Disturbed = true
			if !one.expected { // else nobody needs an excuse
				r.Warnings = append(r.Warnings, one.disturbance)
			}
		}
		runs[i] = one.rows
	}
	r.Measurements = medians(runs)
	judgeAll(r.Measurements)
	return nil
}

// single is what one run of an experiment found.
type single struct {
	rows        []Measurement
	expected    bool // all rows are as theory expects
	warnings    []Text
	disturbed   bool
	disturbance Text // says how
}

// inPeace runs an experiment once, and once more if the machine was too busy to
// keep the link's time and something is not as theory expects: then it is the
// second run that counts. Who is in a hurry, or watches packets, gets the first.
func (o RunOptions) inPeace(ctx context.Context, e Experiment, opener Opener, conditions wire.Options) (single, error) {
	one, err := o.once(ctx, e, opener, conditions)
	if err != nil || !one.disturbed || one.expected || o.Options.Quick || o.Tap != nil {
		return one, err
	}
	return o.once(ctx, e, opener, conditions)
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
