package lab_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestRunOften: every run has a seed of its own, and the median is reported.
func TestRunOften(t *testing.T) {
	var met, want []uint64
	e := lasting("a", 0)
	measure := e.Run
	e.Run = func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		met = append(met, b.Conditions.Seed)
		return measure(ctx, b)
	}
	o := planOf(e)
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
	e := running("many", func(context.Context, *testbed.Bench) ([]result.Measurement, error) {
		row := result.Row("found", "Found", "")
		row.Put("tcp", result.Number(2+n))
		if runs[n].Runs > 0 { // the last run has but one number
			row.Spread = map[string]result.Spread{"tcp": runs[n]}
		}
		n++
		return []result.Measurement{*row}, nil
	})
	o := planOf(e)
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

// TestRunRepeatsWhatWasDisturbed: a run that the machine disturbed, and that is not as theory
// expects, is repeated once; others are not.
func TestRunRepeatsWhatWasDisturbed(t *testing.T) {
	watched := 0
	watch := func(string, wire.Options) testbed.Watch {
		return testbed.Watch{Packets: func(wire.Event) { watched++ }}
	}
	for _, tc := range []struct {
		name    string
		late    time.Duration // of the first run's packets
		found   []float64     // by the runs; 1 is expected
		quick   bool
		want    float64
		busy    bool
		watch   lab.Watch
		forgets bool // who watches can forget
	}{
		{"undisturbed, as expected", 0, []float64{1, 2}, false, 1, false, nil, false},
		{"undisturbed, not as expected", 0, []float64{3, 1}, false, 3, false, nil, false},
		{"disturbed, as expected", time.Second, []float64{1, 2}, false, 1, true, nil, false},
		{"disturbed, not as expected", time.Second, []float64{3, 1}, false, 1, false, nil, false},
		{"disturbed, --quick", time.Second, []float64{3, 1}, true, 3, true, nil, false},
		{"disturbed, --pcap", time.Second, []float64{3, 1}, false, 3, true, watch, false},
		{"disturbed, --format html", time.Second, []float64{3, 1}, false, 1, false, watch, true},
		{"undisturbed, --format html", 0, []float64{3, 1}, false, 3, false, watch, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runs, forgotten := 0, 0
			e := running("once", func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
				n, err := b.Open(ctx, nil)
				if err != nil {
					return nil, err
				}
				row := result.Row("found", "Found", "")
				row.Put("tcp", result.Number(tc.found[runs]).ExpectExactly(1))
				runs++
				return []result.Measurement{*row}, n.Close()
			})
			e.Conditions.Client.Delay = ms
			o := planOf(e)
			o.Options.Quick = tc.quick
			if tc.watch != nil {
				o.Watches = []lab.Watch{tc.watch}
			}
			if tc.forgets {
				o.Forget = func(string) { forgotten = runs }
			}
			o.Items[0].Driver.Open = func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
				event := wire.Event{Fate: link.Delivered}
				if runs == 0 {
					event.Late = tc.late
				}
				wire.Taps(s.Taps...)(event)
				return labtest.Memory(s), nil
			}
			r, err := lab.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Experiments[0]
			v, warned := got.Find("found").Values["tcp"].Number, len(got.Warnings) > 0
			if v != tc.want || got.Disturbed != tc.busy || warned != (tc.busy && tc.want != 1) {
				t.Errorf("found %v, disturbed %v (%v); want %v, %v", v, got.Disturbed, got.Warnings, tc.want, tc.busy)
			}
			if want := runs - 1; tc.forgets && forgotten != want {
				t.Errorf("%d of %d runs were forgotten, want %d", forgotten, runs, want)
			}
		})
	}
	if watched != 4 {
		t.Errorf("the tap saw %d events, want one of each run that is watched", watched)
	}
}
