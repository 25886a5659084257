package capacity

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/result"
)

// device carries so many messages a second and loses the rest.
type device struct {
	carries, sender float64 // messages a second
	trials          []time.Duration
	hiccup          func(trial int) bool // loses once, whatever the rate
	full            float64              // what it carries in trials of a second; 0 is the same
}

func (d *device) try(rate float64, lasts time.Duration) (sent, lost float64, err error) {
	d.trials = append(d.trials, lasts)
	carries := d.carries
	if lasts >= time.Second && d.full > 0 {
		carries = d.full
	}
	sent = min(rate, d.sender)
	if lost = max(0, 1-carries/sent); d.hiccup != nil && d.hiccup(len(d.trials)) {
		lost = 0.5
	}
	return sent, lost, nil
}

const shortTrial, fullTrial = 50 * time.Millisecond, time.Second

// nearEnough is how near short trials of a precise search come.
const nearEnough = 1.1

var precise = effort{short: shortTrial, full: fullTrial, of: 3, near: 1.05, nearShort: nearEnough}

// TestSearchFindsTheRate: whatever a device carries, what passed is no more than
// that and what it allows to lose, what lost is no less, and they are close.
func TestSearchFindsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &device{carries: rapid.Float64Range(1e3, 1e6).Draw(t, "carries")}
		d.sender = d.carries * rapid.Float64Range(0.5, 100).Draw(t, "sender")
		got, err := trial(d.try).search(precise)
		if err != nil {
			t.Fatal(err)
		}
		if most := d.carries / (1 - allowedLoss); got.least > most*(1+1e-9) || got.most < min(d.carries, d.sender) {
			t.Errorf("carries %v: from %v to %v", d.carries, got.least, got.most)
		}
		if d.sender <= d.carries && (got.least != d.sender || !math.IsInf(got.most, 1)) {
			t.Errorf("a sender of %v, of whom nothing is lost: from %v to %v", d.sender, got.least, got.most)
		}
		if want := min(d.carries, d.sender); got.least < want/nearEnough/nearEnough {
			t.Errorf("carries %v: only %v passed", want, got.least)
		}
		if last := d.trials[len(d.trials)-1]; last != fullTrial {
			t.Errorf("the last trial took %v, want a full one", last)
		}
	})
}

// TestSearchVerifiesLoss: one loss that does not come again changes nothing.
func TestSearchVerifiesLoss(t *testing.T) {
	want, _ := trial((&device{carries: 3e5, sender: 1e6}).try).search(precise)
	for i := range 10 {
		d := &device{carries: 3e5, sender: 1e6, hiccup: func(trial int) bool { return trial == i+1 }}
		if got, _ := trial(d.try).search(precise); got != want {
			t.Errorf("with one loss in trial %d: %v, want %v", i+1, got, want)
		}
	}
}

// TestSearchStepsDown: what passes a short trial and not a full one is not the
// rate without loss.
func TestSearchStepsDown(t *testing.T) {
	d := &device{carries: 3e5, sender: 1e6, full: 2.5e5}
	got, err := trial(d.try).search(precise)
	if err != nil || got.least > 2.5e5*1.01 || got.least < 2.5e5*stepDown*stepDown || got.most < 2.5e5 || got.most > 3e5*1.01 {
		t.Errorf("full trials carry 250000: found %v, %v", got, err)
	}
	never := &device{carries: 3e5, sender: 1e6, hiccup: func(int) bool { return true }}
	if got, err := trial(never.try).search(precise); err != nil || got.least != 0 {
		t.Errorf("no rate passes: found %v, %v", got, err)
	}
	if n := len(never.trials); n > 1+2*(searchSteps+fullTrials) {
		t.Errorf("no rate passes, and the search gave up after %d trials", n)
	}
	broken := errors.New("broken")
	_, err = trial(func(float64, time.Duration) (float64, float64, error) { return 0, 0, broken }).search(precise)
	if !errors.Is(err, broken) {
		t.Errorf("a trial that failed: %v", err)
	}
}

// TestSearchGoesUpAgain: a rate that only long steps down reach is not the last
// word.
func TestSearchGoesUpAgain(t *testing.T) {
	d := &device{carries: 3e5, sender: 1e6, full: 1.2e5}
	got, err := trial(d.try).search(precise)
	if err != nil || got.least > 1.2e5*1.01 || got.least < 1.2e5/nearEnough || got.most > got.least*nearEnough {
		t.Errorf("full trials carry 120000: found %v, %v", got, err)
	}
}

// TestPasses: the majority of trials counts, and no more are made than that takes.
func TestPasses(t *testing.T) {
	const lost, fine = 0.5, 0.0
	for _, c := range []struct {
		of     int
		losses []float64
		passed bool
	}{
		{1, []float64{fine}, true}, {1, []float64{lost}, false},
		{3, []float64{fine, fine}, true}, {3, []float64{lost, lost}, false},
		{3, []float64{lost, fine, fine}, true}, {3, []float64{fine, lost, lost}, false},
	} {
		made := 0
		var try trial = func(rate float64, _ time.Duration) (float64, float64, error) {
			made++
			return rate, c.losses[made-1], nil
		}
		if _, passed, err := try.passes(1000, time.Second, c.of); passed != c.passed || made != len(c.losses) || err != nil {
			t.Errorf("%v of %d: passed %v after %d trials, %v; want %v", c.losses, c.of, passed, made, err, c.passed)
		}
	}
}

// TestEffort: a rate counts after a trial of a second; a search
// with shorter ones is brief, and its rows say so.
func TestEffort(t *testing.T) {
	for _, c := range []struct {
		o     result.Options
		brief bool
	}{{result.Options{Named: true}, false}, {result.Options{Named: true, Quick: true}, true}, {result.Options{}, true}} {
		e := effortOf(c.o)
		if e.brief != c.brief || e.brief != (e.full < time.Second) {
			t.Errorf("%+v: trials of %v, brief %v, want %v", c.o, e.full, e.brief, c.brief)
		}
	}
}
