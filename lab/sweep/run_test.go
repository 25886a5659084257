package sweep

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"echolab/lab/result"
)

// TestRunAtOnce: as many jobs as allowed run side by side, and never more.
func TestRunAtOnce(t *testing.T) {
	var running, most atomic.Int32
	meet := make(chan struct{})
	r := Runner{AtOnce: 2, Measure: func(ctx context.Context, j Job) (*result.Result, error) {
		defer running.Add(-1)
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		select { // two wait for each other, so that each run has another one beside it
		case meet <- struct{}{}:
		case <-meet:
		case <-time.After(10 * time.Second):
			t.Error("a job runs alone")
		}
		return measure(ctx, j)
	}}
	s := &Sweep{Plan: planOf(t, 2, "loss=0%:30%:10%")}
	if err := r.Run(context.Background(), s); err != nil || s.Missing() != 0 {
		t.Errorf("%d runs are missing: %v", s.Missing(), err)
	}
	if most.Load() != 2 {
		t.Errorf("%d jobs ran side by side", most.Load())
	}
}

// TestRunGoesOn: what is there is not made again, and the end is that of an unbroken run.
func TestRunGoesOn(t *testing.T) {
	p := planOf(t, 3, "loss=0%:30%:10%")
	s := &Sweep{Plan: p}
	ctx, interrupt := context.WithCancelCause(context.Background())
	cause := errors.New("Ctrl-C")
	r := Runner{Measure: measure, Done: func(done, all int) error {
		if all != 12 {
			t.Errorf("%d runs in all", all)
		}
		if done == 5 {
			interrupt(cause)
		}
		return nil
	}}
	if err := r.Run(ctx, s); !errors.Is(err, cause) || len(s.Runs) != 5 {
		t.Fatalf("interrupted after %d runs: %v", len(s.Runs), err)
	}
	made := 0
	r = Runner{Measure: func(ctx context.Context, j Job) (*result.Result, error) {
		made++
		return measure(ctx, j)
	}, Done: func(done, _ int) error {
		if done != 5+made {
			t.Errorf("%d done after %d more", done, made)
		}
		return nil
	}}
	if err := r.Run(context.Background(), s); err != nil || made != 7 {
		t.Errorf("%d more runs were made: %v", made, err)
	}
}

// TestRunStops at the first error of a job, or of whoever is told.
func TestRunStops(t *testing.T) {
	bad := errors.New("bad")
	for name, r := range map[string]Runner{
		"a job": {Measure: func(context.Context, Job) (*result.Result, error) { return nil, bad }},
		"told":  {Measure: measure, Done: func(int, int) error { return bad }},
	} {
		s := &Sweep{Plan: planOf(t, 3, "loss=0%:30%:10%")}
		if err := r.Run(context.Background(), s); !errors.Is(err, bad) || len(s.Runs) > 1 {
			t.Errorf("%s: %d runs, then %v", name, len(s.Runs), err)
		}
	}
}
