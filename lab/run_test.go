package lab_test

import (
	"context"
	"errors"
	"slices"
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

// lasting is an experiment that takes so long, and measures the seed, which is
// expected to be the first run's.
func lasting(id string, d time.Duration) experiments.Experiment {
	return experiments.Experiment{ID: id, Place: experiments.OnWire, Run: func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		row := result.Row("seed", "Seed", "")
		row.Set("tcp", result.Num(b.Conditions.Seed))
		row.ExpectExactly("tcp", float64(testbed.Seed(1, id, 0)))
		select {
		case <-time.After(d):
			return result.Rows(1, row), nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}}
}

func names(r *result.Report) []string {
	var ids []string
	for _, e := range r.Experiments {
		ids = append(ids, e.ID)
	}
	return ids
}

func options(list ...experiments.Experiment) lab.RunOptions {
	return lab.RunOptions{
		Experiments: list, Options: result.Options{Seed: 1, Network: "memory"},
		Transports: transports.Transports(), Drivers: []testbed.Driver{memory},
	}
}

// TestRunKeepsOrder: results stand in the order of the experiments, whatever
// ends first; those that measure speed run alone, behind the others.
func TestRunKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := []experiments.Experiment{lasting("slow", 3*time.Second), lasting("alone", time.Second), lasting("quick", ms), lasting("too", time.Second)}
		list[1].Alone = true
		o := options(list...)
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
	failing := experiments.Experiment{ID: "failing", Place: experiments.OnWire, Run: func(context.Context, *testbed.Bench) ([]result.Measurement, error) {
		return nil, errors.New("the flux is out")
	}}
	r, err := lab.Run(t.Context(), options(lasting("a", 0), failing, lasting("b", 0)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "failing", "b"}, names(r)); diff != "" {
		t.Fatalf("order (-want +got):\n%s", diff)
	}
	if got := r.Experiments[1].Error; !strings.Contains(got, "the flux is out") || !strings.Contains(got, "failing on memory") {
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
		r, err := lab.Run(ctx, options(lasting("quick", time.Second), lasting("slow", time.Hour), late))
		if !errors.Is(err, why) || time.Since(began) != 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if diff := cmp.Diff([]string{"quick"}, names(r)); diff != "" {
			t.Errorf("finished (-want +got):\n%s", diff)
		}
	})
}

// TestRunOften: every run has a seed of its own, and the median is reported.
func TestRunOften(t *testing.T) {
	var met, want []uint64
	e := lasting("a", 0)
	measure := e.Run
	e.Run = func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		met = append(met, b.Conditions.Seed)
		return measure(ctx, b)
	}
	o := options(e)
	o.Options.Runs = 5
	r, err := lab.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		want = append(want, testbed.Seed(1, "a", i))
	}
	if diff := cmp.Diff(want, met); diff != "" {
		t.Errorf("seeds (-want +got):\n%s", diff)
	}
	slices.Sort(want)
	if len(slices.Compact(slices.Clone(want))) != 5 {
		t.Errorf("five runs have the seeds %v", want)
	}
	m := r.Experiments[0].Measurements[0]
	spread := result.Spread{Min: float64(want[0]), Max: float64(want[4]), Runs: 5}
	if m.Values["tcp"].Number != float64(want[2]) || m.Spread["tcp"] != spread || m.Within["tcp"] {
		t.Errorf("seeds %v: %+v, want the median, which is not the first run's", want, m)
	}
}

// TestRunOftenOfMany: runs that have a spread each have one together.
func TestRunOftenOfMany(t *testing.T) {
	runs := []result.Spread{{Min: 1, Max: 9, Runs: 25}, {Min: 3, Max: 50, Runs: 24}, {}}
	n := 0
	e := experiments.Experiment{ID: "many", Place: experiments.OnWire, Run: func(context.Context, *testbed.Bench) ([]result.Measurement, error) {
		row := result.Row("found", "Found", "")
		row.Set("tcp", result.Num(2+n))
		if runs[n].Runs > 0 { // the last run has but one number
			row.Spread = map[string]result.Spread{"tcp": runs[n]}
		}
		n++
		return result.Rows(1, row), nil
	}}
	o := options(e)
	o.Options.Runs = len(runs)
	r, err := lab.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Experiments[0].Measurements[0]
	if m.Values["tcp"].Number != 3 || m.Spread["tcp"] != (result.Spread{Min: 1, Max: 50, Runs: 50}) {
		t.Errorf("2, 3 and 4 with spreads %v: %+v", runs, m)
	}
}

// TestRunInPeace: a run that the machine disturbed, and that is not as theory
// expects, is repeated once; others are not.
func TestRunInPeace(t *testing.T) {
	watched := 0
	for _, tc := range []struct {
		name  string
		late  time.Duration // of the first run's packets
		found []float64     // by the runs; 1 is expected
		quick bool
		want  float64
		busy  bool
		tap   func(experiments.Experiment, wire.Options) wire.Tap
	}{
		{"in peace, as expected", 0, []float64{1, 2}, false, 1, false, nil},
		{"in peace, not as expected", 0, []float64{3, 1}, false, 3, false, nil},
		{"disturbed, as expected", time.Second, []float64{1, 2}, false, 1, true, nil},
		{"disturbed, not as expected", time.Second, []float64{3, 1}, false, 1, false, nil},
		{"disturbed, in a hurry", time.Second, []float64{3, 1}, true, 3, true, nil},
		{"disturbed, watched", time.Second, []float64{3, 1}, false, 3, true, func(experiments.Experiment, wire.Options) wire.Tap { return func(wire.Event) { watched++ } }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runs := 0
			e := experiments.Experiment{ID: "once", Place: experiments.OnWire, Conditions: wire.Options{Client: link.Conditions{Delay: ms}}, Run: func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
				n, err := b.Open(ctx, nil)
				if err != nil {
					return nil, err
				}
				row := result.Row("found", "Found", "")
				row.Set("tcp", result.Num(tc.found[runs]))
				row.ExpectExactly("tcp", 1)
				runs++
				return result.Rows(1, row), n.Close()
			}}
			o := options(e)
			o.Options.Quick, o.Tap = tc.quick, tc.tap
			o.Drivers[0].Open = func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
				event := wire.Event{Fate: link.Delivered}
				if runs == 0 {
					event.Late = tc.late
				}
				s.Wire.Tap(event)
				return labtest.Memory(s), nil
			}
			r, err := lab.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Experiments[0]
			if v := got.Find("found").Values["tcp"].Number; v != tc.want || got.Disturbed != tc.busy || (len(got.Warnings) > 0) != (tc.busy && tc.want != 1) {
				t.Errorf("found %v, disturbed %v (%v); want %v, %v", v, got.Disturbed, got.Warnings, tc.want, tc.busy)
			}
		})
	}
	if watched != 1 {
		t.Errorf("the tap saw %d events of one", watched)
	}
}

// TestRunOverrides: the user's conditions count, and are refused aloud.
func TestRunOverrides(t *testing.T) {
	o := options(lasting("fine", 0), lasting("deaf", 0))
	o.Override = func(e experiments.Experiment) (wire.Options, error) {
		if e.ID == "deaf" {
			return wire.Options{}, errors.New("loss cannot act there")
		}
		return bothWays(link.Conditions{Loss: 0.25}), nil
	}
	r, err := lab.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Experiments[0].Conditions["loss"]; got != 0.25 {
		t.Errorf("loss of the first is reported as %v", got)
	}
	if got := r.Experiments[1].Error; got != "loss cannot act there" {
		t.Errorf("error of the second is %q", got)
	}
}

// TestRunJudgesClaims by what ran without error.
func TestRunJudgesClaims(t *testing.T) {
	a := lasting("a", 0)
	a.Claims = []experiments.Claim{
		{ID: "here", Experiments: []string{"a"}, Judge: func(r result.Results) (result.Verdict, text.Message) {
			return result.Holds, text.Sayf("%s", r["a"].ID)
		}},
		{ID: "elsewhere", Experiments: []string{"a", "b"}, Judge: func(result.Results) (result.Verdict, text.Message) { return result.Holds, text.Message{} }},
	}
	r, err := lab.Run(t.Context(), options(a))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Claims) != 2 || r.Claims[0].Verdict != result.Holds || r.Claims[1].Verdict != result.Untested {
		t.Errorf("claims: %+v", r.Claims)
	}
}

// TestWarnings: the same one twice is one, whichever bench of a run it is of.
func TestWarnings(t *testing.T) {
	e := experiments.Experiment{ID: "e", Place: experiments.OnWire, Run: func(_ context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		for range 3 {
			b.Warnf("only %d repeats", 3)
		}
		b.Attempt(1).On(memory).Warnf("only %d repeats", 3)
		b.Attempt(2).Attempt(1).Warnf("only %d repeats", 4)
		return nil, nil
	}}
	r, err := lab.Run(t.Context(), options(e))
	if err != nil || len(r.Experiments[0].Warnings) != 2 {
		t.Errorf("warnings %v, %v; want two", r.Experiments[0].Warnings, err)
	}
}

// TestStageNamesItsSteps: what fails tells which step failed, and where.
func TestStageNamesItsSteps(t *testing.T) {
	closed := testbed.Driver{Name: "closed", Wired: true, Check: func() error { return nil }, Open: func(context.Context, testbed.NetworkConfig) (testbed.Network, error) {
		return nil, errors.New("no room")
	}}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: closed}
	if _, err := b.Start(t.Context(), transports.TCP, testbed.ServerOptions{}, testbed.ClientOptions{}, nil); err == nil || err.Error() != "open network closed: no room" {
		t.Errorf("opening: %v", err)
	}
	b.Driver = memory
	if _, err := b.Start(t.Context(), transports.TCP, testbed.ServerOptions{Service: "sing"}, testbed.ClientOptions{}, nil); err == nil || !strings.Contains(err.Error(), "start tcp echo server on 10.0.0.2:0") {
		t.Errorf("listening: %v", err)
	}
	s, err := b.Start(t.Context(), transports.TCP, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
}

// TestStageWithoutConnection: where dialing fails, an error says so, and all
// that was open is closed.
func TestStageWithoutConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	late := transports.TCP
	late.Dial = func(ctx context.Context, host testbed.Host, address string, o testbed.ClientOptions) (testbed.Client, error) {
		cancel()
		return transports.TCP.Dial(ctx, host, address, o)
	}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: memory}
	s, err := b.Start(ctx, late, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if s != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("stage %v, %v; want none, and that it was canceled", s, err)
	}
}

// TestRunTells: a result says what was done and which congestion control TCP
// had, the one that was asked for before the network's own; the conclusions
// are made of the experiments that ran.
func TestRunTells(t *testing.T) {
	failing := experiments.Experiment{ID: "failing", Place: experiments.OnWire, Run: func(context.Context, *testbed.Bench) ([]result.Measurement, error) {
		return nil, errors.New("the flux is out")
	}}
	for asked, want := range map[string]string{"": "reno", "cubic": "cubic"} {
		e := lasting("a", 0)
		e.Method = text.Say("one message")
		o := options(e, failing)
		o.Drivers[0].Congestion, o.Options.Congestion = "reno", asked
		o.Conclusions = func(found result.Results) []text.Message { return []text.Message{text.Sayf("%d ran", len(found))} }
		r, err := lab.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Experiments[0]; got.Method.String() != "one message" || got.Congestion != want {
			t.Errorf("asked for %q: method %q, congestion control %q, want %q", asked, got.Method, got.Congestion, want)
		}
		if len(r.Conclusions) != 1 || r.Conclusions[0].String() != "1 ran" {
			t.Errorf("concludes %v", r.Conclusions)
		}
	}
}
