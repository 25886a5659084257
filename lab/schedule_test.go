package lab_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
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
	"echolab/lab/wire"
)

// company remembers which experiments ran at the same time.
type company struct {
	mu      sync.Mutex
	running []string
	most    map[string]int  // of each kind: "times", "waits", "fills", "alone"
	beside  map[string]bool // "fills beside waits"
}

// kind is what the id of an experiment of these tests begins with.
func kind(id string) string { return id[:5] }

func (c *company) begin(id string) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	alike := 1
	for _, other := range c.running {
		if kind(other) == kind(id) {
			alike++
			continue
		}
		c.beside[kind(id)+" beside "+kind(other)] = true
	}
	c.most[kind(id)] = max(c.most[kind(id)], alike)
	c.running = append(c.running, id)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running = slices.DeleteFunc(c.running, func(other string) bool { return other == id })
	}
}

// kept is an experiment that keeps company for a second.
func (c *company) kept(id string) experiments.Experiment {
	e := lasting(id, time.Second)
	run := e.Run
	e.Times, e.Fills, e.Alone = kind(id) == "times", kind(id) == "fills", kind(id) == "alone"
	e.Long = e.Fills
	e.Run = func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		defer c.begin(id)()
		return run(ctx, b)
	}
	return e
}

// TestWhatFillsAWireKeepsToItself: experiments run side by side only with their
// like, and as many as the processors allow.
func TestWhatFillsAWireKeepsToItself(t *testing.T) {
	for _, tc := range []struct {
		processors int
		want       map[string]int
	}{
		{1, map[string]int{"times": 1, "waits": 2, "fills": 2, "alone": 1}},
		{2, map[string]int{"times": 1, "waits": 4, "fills": 4, "alone": 1}},
		{4, map[string]int{"times": 1, "waits": 8, "fills": 8, "alone": 1}},
	} {
		t.Run(fmt.Sprint(tc.processors), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(tc.processors))
			synctest.Test(t, func(t *testing.T) {
				c := &company{most: map[string]int{}, beside: map[string]bool{}}
				var list []experiments.Experiment
				for i := range 12 {
					for _, kind := range []string{"fills", "waits", "alone", "times"} {
						list = append(list, c.kept(fmt.Sprint(kind, i)))
					}
				}
				if _, err := lab.Run(t.Context(), planOf(list...)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.want, c.most); diff != "" {
					t.Errorf("at once (-want +got):\n%s", diff)
				}
				if len(c.beside) > 0 {
					t.Errorf("side by side ran %v", c.beside)
				}
			})
		})
	}
}

// TestMachinesSideBySide: experiments that have a machine each run side by side, as many
// as there are processors or as was asked for, also where somebody watches; in order,
// they run one after the other.
func TestMachinesSideBySide(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	watch := func(string, wire.Options) testbed.Watch { return testbed.Watch{} }
	for _, tc := range []struct {
		jobs    int
		watches []lab.Watch
		inOrder bool
		want    int
	}{
		{0, nil, false, 3},
		{5, nil, false, 5},
		{0, []lab.Watch{watch}, false, 3},
		{5, []lab.Watch{watch}, true, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := &company{most: map[string]int{}, beside: map[string]bool{}}
			var list []experiments.Experiment
			for i := range 12 {
				list = append(list, lasting(fmt.Sprint("alike", i), time.Second))
			}
			p := planOf(list...)
			p.Jobs, p.Watches, p.InOrder = tc.jobs, tc.watches, tc.inOrder
			for i := range p.Items {
				p.Items[i].Driver.Elsewhere = func(_ context.Context, j testbed.Job, _ testbed.NewWatch) (testbed.Findings, error) {
					defer c.begin(j.Experiment)()
					time.Sleep(time.Second)
					return testbed.Findings{}, nil
				}
			}
			if _, err := lab.Run(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if got := c.most["alike"]; got != tc.want {
				t.Errorf("%d jobs, in order %v: %d ran at once, want %d", tc.jobs, tc.inOrder, got, tc.want)
			}
		})
	}
}

// disturbing opens the network memory, and says of every packet of a wire with
// a delay that it came late, as long as busy.
func disturbing(busy func() bool) testbed.Driver {
	o := memory
	o.Open = func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		event := wire.Event{Fate: link.Delivered}
		if busy() {
			event.Late = time.Second
		}
		wire.Taps(s.Taps...)(event)
		return labtest.Memory(s), nil
	}
	return o
}

// unlucky is an experiment that finds 3 in its first runs, as many as times, and
// then 1, as is expected; each of its runs takes a second.
func (c *company) unlucky(id string, times int) experiments.Experiment {
	runs := 0
	e := running(id, func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
		defer c.begin(id)()
		runs++
		n, err := b.Open(ctx, nil)
		if err != nil {
			return nil, err
		}
		row := result.Row("found", "Found", "")
		row.Put("tcp", result.Number(1))
		if runs <= times {
			row.Put("tcp", result.Number(3))
		}
		row.Put("tcp", result.Cell{}.ExpectExactly(1))
		select {
		case <-time.After(time.Second):
			return []result.Measurement{*row}, n.Close()
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), n.Close())
		}
	})
	e.Conditions.Client.Delay = ms
	return e
}

// told lists what a run tells, in short.
func told(to *[]string) func(lab.Progress) {
	var mu sync.Mutex
	return func(p lab.Progress) {
		mu.Lock()
		defer mu.Unlock()
		what := fmt.Sprintf("run %d of %d", p.Run, p.Runs)
		switch {
		case p.Done:
			what = "done"
		case p.Waits:
			what = "waits"
		case p.Again:
			what += " again"
		}
		*to = append(*to, p.Experiment+" "+what)
	}
}

// TestSecondMeasurementIsMadeAlone: behind all others, also behind those that
// measure speed, and beside nothing.
func TestSecondMeasurementIsMadeAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &company{most: map[string]int{}, beside: map[string]bool{}}
		o := planOf(c.unlucky("again", 2), c.kept("alone"))
		began := time.Now()
		o.Items[0].Driver = disturbing(func() bool { return time.Since(began) < 2*time.Second })
		o.Options.Runs = 2
		var news []string
		o.Progress = told(&news)
		r, err := lab.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"again run 1 of 2", "again run 2 of 2", "again waits", "alone run 1 of 2", "alone run 2 of 2", "alone done",
			"again run 1 of 2 again", "again run 2 of 2 again", "again done",
		}
		if diff := cmp.Diff(want, news); diff != "" {
			t.Errorf("what was told (-want +got):\n%s", diff)
		}
		got := r.Experiments[0]
		if len(c.beside) > 0 || got.Find("found").Values["tcp"].Number != 1 || got.Disturbed || got.Seconds != 4 {
			t.Errorf("beside %v; found %v, disturbed %v, after %v s; want nothing, 1 in peace after 4 s",
				c.beside, got.Find("found").Values["tcp"].Number, got.Disturbed, got.Seconds)
		}
	})
}

// TestNoTimeForASecondMeasurement: then the first counts, and says that it was
// disturbed.
func TestNoTimeForASecondMeasurement(t *testing.T) {
	for name, after := range map[string]time.Duration{"before it": 1500 * ms, "in it": 2500 * ms} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &company{most: map[string]int{}, beside: map[string]bool{}}
				o := planOf(c.unlucky("again", 1), c.kept("alone"))
				o.Items[0].Driver = disturbing(func() bool { return true })
				ctx, cancel := context.WithCancelCause(t.Context())
				why := errors.New("enough")
				time.AfterFunc(after, func() { cancel(why) })
				r, err := lab.Run(ctx, o)
				if !errors.Is(err, why) || len(r.Experiments) == 0 || r.Experiments[0].ID != "again" {
					t.Fatalf("%v: %v", names(r), err)
				}
				got := r.Experiments[0]
				if got.Find("found").Values["tcp"].Number != 3 || !got.Disturbed || len(got.Warnings) != 1 || got.Error != "" {
					t.Errorf("%+v, want the first measurement and a warning", got)
				}
			})
		})
	}
}
