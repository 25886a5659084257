package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// trial is one experiment under way.
type trial struct {
	RunOptions // of all
	experiment experiments.Experiment
	found      *result.Result // as far as it is filled in
	driver     testbed.Driver
	conditions wire.Options
	runs       []single
	disturbed  []int         // the runs that are to be made again, by place
	took       time.Duration // without what it waited for others

	result *result.Result // nil until it is finished
}

// measure makes all runs, and finishes unless one has to be made again.
func (t *trial) measure(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	began := time.Now()
	t.tell(Progress{Run: 1})
	err := t.prepare()
	for i := 0; err == nil && i < max(t.Options.Runs, 1); i++ {
		if i > 0 {
			t.tell(Progress{Run: i + 1})
		}
		err = t.run(ctx, i)
	}
	t.took = time.Since(began)
	switch {
	case ctx.Err() != nil: // cut short: what it found is not the whole truth
	case err == nil && len(t.disturbed) > 0:
		t.tell(Progress{Waits: true})
	default:
		t.finish(err)
	}
}

// repeat makes those runs again that were disturbed, while nothing else runs,
// and then it is the second measurement that counts. Where there is no time for
// that any more, it is the first, which says that it was disturbed.
func (t *trial) repeat(ctx context.Context) {
	if t.result != nil || len(t.disturbed) == 0 {
		return
	}
	began := time.Now()
	var err error
	for _, i := range t.disturbed {
		if err != nil || ctx.Err() != nil {
			break
		}
		t.tell(Progress{Run: i + 1, Again: true})
		first := t.runs[i]
		if err = t.run(ctx, i); ctx.Err() != nil {
			t.runs[i], err = first, nil
		}
	}
	t.took += time.Since(began)
	t.finish(err)
}

// prepare chooses the network and the conditions.
func (t *trial) prepare() (err error) {
	e := t.experiment
	t.found = &result.Result{
		ID: e.ID, Title: e.Title, Question: e.Question, Method: e.Method, Why: e.Why,
		References: e.References, Claims: claimIDs(e), Conditions: map[string]any{},
	}
	var warning text.Message
	if t.driver, warning, err = choose(e, t.Options.Network, t.Drivers); err != nil {
		return err
	}
	t.found.Network = t.driver.Name
	if t.driver.Wired {
		t.found.Congestion = cmp.Or(t.Options.Congestion, t.driver.Congestion, systemCongestion())
	}
	if !warning.IsZero() {
		t.found.Warnings = append(t.found.Warnings, warning)
	}
	if t.conditions, err = t.Override(e); err != nil {
		return err
	}
	if !t.driver.Wired {
		t.conditions = wire.Options{}
	}
	t.found.Conditions = t.conditions.Words()
	return nil
}

// run makes the run of a number, from 0, for the first or the second time.
func (t *trial) run(ctx context.Context, number int) error {
	conditions := t.conditions
	conditions.Seed = testbed.Seed(t.Options.Seed, t.experiment.ID, number)
	one, err := t.once(ctx, t.experiment, t.driver, conditions)
	first := number == len(t.runs)
	if first {
		t.runs = append(t.runs, single{})
	}
	t.runs[number] = one
	if err != nil {
		return fmt.Errorf("%s on %s: %w", t.experiment.ID, t.driver.Name, err)
	}
	if first && t.again(one) {
		t.disturbed = append(t.disturbed, number)
	}
	return nil
}

// finish makes a result of what was found: the medians of all runs, or why
// there are none.
func (t *trial) finish(err error) {
	r := t.found
	var rows [][]result.Measurement
	for _, one := range t.runs {
		r.Warnings = append(r.Warnings, one.warnings...)
		rows = append(rows, one.rows)
		if err != nil || !one.disturbed {
			continue
		}
		r.Disturbed = true
		if !one.expected { // else nobody needs an excuse
			r.Warnings = append(r.Warnings, one.disturbance)
		}
	}
	if err == nil {
		r.Measurements = result.Medians(rows)
		result.JudgeAll(r.Measurements)
	} else {
		r.Error = err.Error()
	}
	r.Seconds = t.took.Seconds()
	t.result = r
	t.tell(Progress{Done: true, Err: errOf(r)})
}

// tell tells how far the experiment is.
func (t *trial) tell(p Progress) {
	p.Experiment, p.Runs, p.Of = t.experiment.ID, max(t.Options.Runs, 1), len(t.Experiments)
	t.Progress(p)
}

func errOf(r *result.Result) error {
	if r.Error == "" {
		return nil
	}
	return errors.New(r.Error)
}
