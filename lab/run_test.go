package lab_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// memory opens the network without packets, wherever an experiment wants to run.
var memory = testbed.Driver{
	Name: "memory", Wired: true, Check: func() error { return nil },
	Open: func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		return labtest.Memory(s), nil
	},
}

// running is an experiment over a wire that runs f.
func running(id string, f func(context.Context, *testbed.Bench) ([]result.Measurement, error)) experiments.Experiment {
	return experiments.Experiment{ID: id, Place: experiments.OnWire, Run: f}
}

// failing is an experiment that does not succeed.
var failing = running("failing", func(context.Context, *testbed.Bench) ([]result.Measurement, error) {
	return nil, errors.New("the flux is out")
})

// lasting is an experiment that takes d, and measures the seed, which is
// expected to be the first run's.
func lasting(id string, d time.Duration) experiments.Experiment {
	return running(id, func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		row := result.Row("seed", "Seed", "")
		row.Put("tcp", result.Number(b.Conditions.Seed).ExpectExactly(float64(testbed.Seed(1, id, 0))))
		select {
		case <-time.After(d):
			return []result.Measurement{*row}, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	})
}

func names(r *result.Report) []string {
	var ids []string
	for _, e := range r.Experiments {
		ids = append(ids, e.ID)
	}
	return ids
}

// planOf is a plan of experiments on network memory.
func planOf(list ...experiments.Experiment) lab.Plan {
	p := lab.Plan{Options: result.Options{Seed: 1, Network: "memory"}, Transports: transports.Transports()}
	for _, e := range list {
		p.Items = append(p.Items, lab.Item{Experiment: e, Conditions: e.Conditions, Driver: memory})
	}
	return p
}

// TestRunKeepsOrder: results stand in the order of the experiments, whatever
// ends first; those that measure speed run alone, behind the others.
func TestRunKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := []experiments.Experiment{
			lasting("slow", 3*time.Second), lasting("alone", time.Second), lasting("quick", ms), lasting("too", time.Second),
		}
		list[1].Alone = true
		o := planOf(list...)
		var mu sync.Mutex
		running := 0
		o.Progress = func(p lab.Progress) {
			mu.Lock()
			defer mu.Unlock()
			if p.Done {
				running--
				return
			}
			if running++; p.Experiment == "alone" && running != 1 {
				t.Errorf("%d experiments run beside the one that measures speed", running-1)
			}
		}
		began := time.Now()
		r, err := lab.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"slow", "alone", "quick", "too"}, names(r)); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("the run took %v, want what the slowest and the one alone take: 4s", took)
		}
	})
}

// TestRunReportsFailureInPlace, and warns of it; the others run.
func TestRunReportsFailureInPlace(t *testing.T) {
	r, err := lab.Run(t.Context(), planOf(lasting("a", 0), failing, lasting("b", 0)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "failing", "b"}, names(r)); diff != "" {
		t.Fatalf("order (-want +got):\n%s", diff)
	}
	if got := r.Experiments[1].Error; got != "failing on memory: the flux is out" {
		t.Errorf("error %q", got)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].String(), "failing did not run") {
		t.Errorf("warnings %v", r.Warnings)
	}
	if r.Experiments[0].Error != "" || !r.Experiments[0].Measurements[0].Within["tcp"] {
		t.Errorf("the first experiment: %+v", r.Experiments[0])
	}
}

// TestRunCutShort: what had ended is in the report, what had not is not, and
// Run returns at once with the cause.
func TestRunCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("the user has enough")
		time.AfterFunc(2*time.Second, func() { cancel(why) })
		began := time.Now()
		late := lasting("late", time.Second)
		late.Alone = true
		r, err := lab.Run(ctx, planOf(lasting("quick", time.Second), lasting("slow", time.Hour), late))
		if !errors.Is(err, why) || time.Since(began) != 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if diff := cmp.Diff([]string{"quick"}, names(r)); diff != "" {
			t.Errorf("finished (-want +got):\n%s", diff)
		}
	})
}

// TestRunUnderConditions: the plan's conditions count, and not the
// experiment's own.
func TestRunUnderConditions(t *testing.T) {
	met := wire.Options{}
	e := experiments.Experiment{ID: "a", Run: func(_ context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		met = b.Conditions
		return nil, nil
	}}
	e.Conditions = bothWays(link.Conditions{Loss: 0.5})
	p := planOf(e)
	p.Items[0].Conditions = bothWays(link.Conditions{Loss: 0.25})
	r, err := lab.Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Experiments[0].Conditions["loss"]; got != 0.25 || met.Client.Loss != 0.25 || met.Server.Loss != 0.25 {
		t.Errorf("loss is reported as %v, and was %v and %v", got, met.Client.Loss, met.Server.Loss)
	}
}

// TestRunJudgesClaims by what ran without error.
func TestRunJudgesClaims(t *testing.T) {
	a := lasting("a", 0)
	a.Claims = []experiments.Claim{
		{ID: "here", Experiments: []string{"a"}, Judge: func(e *experiments.Evidence) (result.Verdict, text.Message) {
			return result.Holds, text.Sayf("%s", e.Results["a"].ID)
		}},
		{ID: "elsewhere", Experiments: []string{"a", "b"}, Judge: func(*experiments.Evidence) (result.Verdict, text.Message) {
			return result.Holds, text.Message{}
		}},
	}
	r, err := lab.Run(t.Context(), planOf(a))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Claims) != 2 || r.Claims[0].Verdict != result.Holds || r.Claims[1].Verdict != result.Untested {
		t.Errorf("claims: %+v", r.Claims)
	}
}

// TestRunTells: a result says what was done and which congestion control TCP
// had, the one that was asked for before the network's own; of its results only
// those are found that ran.
func TestRunTells(t *testing.T) {
	for asked, want := range map[string]string{"": "reno", "cubic": "cubic"} {
		e := lasting("a", 0)
		e.Method = text.Say("one message")
		o := planOf(e, failing)
		o.Items[0].Driver.Congestion, o.Options.Congestion = "reno", asked
		r, err := lab.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Experiments[0]; got.Method.String() != "one message" || got.Congestion != want {
			t.Errorf("asked for %q: method %q, congestion control %q, want %q", asked, got.Method, got.Congestion, want)
		}
		if ran := r.Results(); len(ran) != 1 || ran["a"] == nil {
			t.Errorf("%d results of one: %v", len(ran), ran)
		}
	}
}
