package lab

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// trial is one experiment under way.
type trial struct {
	plan      *Plan
	item      Item
	runs      []runResult
	disturbed []int         // the numbers of the runs that are to be repeated
	took      time.Duration // without waiting for others

	result *result.Result // nil until it is finished
}

// runResult is what one run of an experiment found.
type runResult struct {
	testbed.Findings
	asExpected  bool         // by theory, in every row
	disturbance text.Message // how late the machine was; empty if it was not
}

// runCount is how many runs an experiment has.
func (p *Plan) runCount() int { return max(p.Options.Runs, 1) }

// measure makes all runs, and finishes unless one has to be repeated.
func (t *trial) measure(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	began := time.Now()
	var err error
	for i := 0; err == nil && i < t.plan.runCount(); i++ {
		t.tell(Progress{Run: i + 1})
		err = t.run(ctx, i)
	}
	t.took = time.Since(began)
	switch {
	case ctx.Err() != nil: // part of an experiment is no result
	case err == nil && len(t.disturbed) > 0:
		t.tell(Progress{Waits: true})
	default:
		t.finish(err)
	}
}

// repeat makes the disturbed runs once more while nothing else runs. The second
// measurement counts; where ctx ends before it, the first one counts, and says
// that it was disturbed.
func (t *trial) repeat(ctx context.Context) {
	if t.result != nil || len(t.disturbed) == 0 {
		return
	}
	began := time.Now()
	if ctx.Err() == nil && t.plan.Forget != nil {
		t.plan.Forget(t.item.Experiment.ID)
	}
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

// run makes the run of a number, from 0, for the first or the second time.
func (t *trial) run(ctx context.Context, number int) error {
	found, err := t.runOnce(ctx, number)
	first := number == len(t.runs)
	if first {
		t.runs = append(t.runs, runResult{})
	}
	t.runs[number] = found
	if err != nil {
		return fmt.Errorf("%s on %s: %w", t.item.Experiment.ID, t.item.Driver.Name, err)
	}
	if first && t.plan.retryIfDisturbed(found) {
		t.disturbed = append(t.disturbed, number)
	}
	return nil
}

// retryIfDisturbed reports whether a run is to be repeated: the machine was too
// busy to keep the link's time, and something is not as theory expects. --quick
// and those who watch and cannot forget keep the first run.
func (p *Plan) retryIfDisturbed(r runResult) bool {
	forgets := len(p.Watches) == 0 || p.Forget != nil
	return !r.disturbance.IsZero() && !r.asExpected && !p.Options.Quick && forgets
}

// runOnce runs the experiment with the seed of one run, here or on a machine of
// its own.
func (t *trial) runOnce(ctx context.Context, number int) (r runResult, err error) {
	e, p := t.item.Experiment, t.plan
	j := testbed.Job{Experiment: e.ID, Options: p.Options, Conditions: t.item.Conditions}
	j.Conditions.Seed = testbed.Seed(p.Options.Seed, e.ID, number)
	j.Options.Seed = j.Conditions.Seed
	for _, transport := range p.Transports {
		j.Transports = append(j.Transports, transport.Name)
	}
	if t.item.Driver.Elsewhere != nil {
		r.Findings, err = t.item.Driver.Elsewhere(ctx, j, p.newWatch(e.ID))
	} else {
		delay := &testbed.SchedulingDelay{}
		r.Findings, err = e.RunJob(ctx, j, p.Transports, t.item.Driver, p.newWatch(e.ID), delay.NewTap)
		r.disturbance, _ = delay.Disturbed()
	}
	r.asExpected = result.JudgeAll(r.Rows)
	return r, err
}

// finish makes a result of what was found: the medians of all runs, or why
// there are none.
func (t *trial) finish(err error) {
	r := t.describe()
	var rows [][]result.Measurement
	for _, run := range t.runs {
		r.Warnings = append(r.Warnings, run.Warnings...)
		rows = append(rows, run.Rows)
		if err != nil || run.disturbance.IsZero() {
			continue
		}
		r.Disturbed = true
		if !run.asExpected { // otherwise there is nothing to explain
			r.Warnings = append(r.Warnings, run.disturbance)
		}
	}
	if err == nil {
		r.Measurements = result.Medians(rows)
		result.JudgeAll(r.Measurements)
	} else {
		r.Error = err.Error()
	}
	t.result = r
	if t.plan.Found != nil {
		t.plan.Found(t.item, r)
	}
	t.tell(Progress{Done: true})
}

// describe is a result without measurements: the experiment, and where and how
// it ran.
func (t *trial) describe() *result.Result {
	e, driver := t.item.Experiment, t.item.Driver
	r := &result.Result{
		ID: e.ID, Title: e.Title, Question: e.Question, Method: e.Method, Why: e.Why,
		References: e.References,
		Network:    driver.Name, Conditions: t.item.Conditions.Words(), Seconds: t.took.Seconds(),
	}
	for _, c := range e.Claims {
		r.Claims = append(r.Claims, c.ID)
	}
	if driver.Wired {
		r.Congestion = cmp.Or(t.plan.Options.Congestion, driver.Congestion, systemCongestion())
	}
	if !t.item.Warning.IsZero() {
		r.Warnings = append(r.Warnings, t.item.Warning)
	}
	return r
}

// tell tells how far the experiment is.
func (t *trial) tell(p Progress) {
	if t.plan.Progress == nil {
		return
	}
	p.Experiment, p.Runs = t.item.Experiment.ID, t.plan.runCount()
	t.plan.Progress(p)
}
