package kernel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/networks/kernel"
	"echolab/lab/result"
)

var driver = kernel.Driver()

// opens skips the test where the network does not open.
func opens(t *testing.T) {
	t.Helper()
	if err := kernel.Check(); err != nil {
		t.Skip(err)
	}
}

// find is the experiment with that id.
func find(id string) experiments.Experiment {
	all := registry.All()
	return all[slices.IndexFunc(all, func(e experiments.Experiment) bool { return e.ID == id })]
}

// measure runs an experiment once. What the tests of this file ask of it is so
// however busy the machine is.
func measure(t *testing.T, id string, o result.Options, change func(*link.Conditions)) *result.Result {
	t.Helper()
	opens(t)
	r, err := labtest.Measure(t.Context(), driver, find(id), o, change, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEveryLossIsExplained: every message that did not come back has one cause,
// whatever it is that loses them, and TCP delivers all.
func TestEveryLossIsExplained(t *testing.T) {
	t.Parallel()
	for words, change := range map[string]func(*link.Conditions){
		"loss":    func(c *link.Conditions) { c.Loss = 0.05 },
		"burst":   func(c *link.Conditions) { c.Loss, c.Burst = 0, link.Burst{Loss: 0.05, Length: 3} },
		"exact":   func(c *link.Conditions) { c.Loss, c.Exact = 0, link.Exact{Drop: 1, Of: 10} },
		"corrupt": func(c *link.Conditions) { c.Corrupt = 0.05 },
		"copies":  func(c *link.Conditions) { c.Duplicate = 0.1 },
	} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprint(words, seed+1), func(t *testing.T) {
				t.Parallel()
				o := result.Options{Messages: 200, Size: 512, Seed: seed + 1}
				r := measure(t, "loss", o, change)
				labtest.Conserves(t, r, o.Messages)
				labtest.Near(t, r, "delivered", "tcp", 100, 0)
			})
		}
	}
}

// TestEveryLossIsExplainedUnderAnyConditions draws conditions, sizes and seeds:
// whatever they are, TCP delivers all, and every message of UDP that did not
// come back has a cause.
func TestEveryLossIsExplainedUnderAnyConditions(t *testing.T) {
	t.Parallel()
	count := 12
	if testing.Short() {
		count = 4
	}
	for i := range count {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			a := rapid.Custom(anyRun).Example(i)
			r := measure(t, "loss", a.options, func(c *link.Conditions) { *c = a.conditions })
			labtest.Conserves(t, r, a.options.Messages)
			labtest.Near(t, r, "delivered", "tcp", 100, 0)
			if t.Failed() {
				t.Logf("%+v %+v", a.options, a.conditions)
			}
		})
	}
}

// aRun is an experiment to run.
type aRun struct {
	options    result.Options
	conditions link.Conditions
}

// anyRun leaves TCP enough to get through in time.
func anyRun(r *rapid.T) aRun {
	chance := func(name string, most float64) float64 {
		if !rapid.Bool().Draw(r, name+" at all") {
			return 0
		}
		return rapid.Float64Range(0, most).Draw(r, name)
	}
	a := aRun{
		result.Options{
			Messages: rapid.IntRange(1, 100).Draw(r, "messages"), Seed: rapid.Uint64().Draw(r, "seed"),
			Size: rapid.SampledFrom([]int{16, 512, 1472, 1473, 4000, 20000}).Draw(r, "size"),
		},
		link.Conditions{
			Loss: chance("loss", 0.1), Corrupt: chance("corrupt", 0.05),
			Duplicate: chance("duplicate", 0.5), Reorder: chance("reorder", 0.5),
			Delay:  time.Duration(rapid.IntRange(1, 5).Draw(r, "delay")) * time.Millisecond,
			Jitter: time.Duration(rapid.IntRange(0, 3).Draw(r, "jitter")) * time.Millisecond,
		},
	}
	if rapid.Bool().Draw(r, "bottleneck") {
		a.conditions.Rate, a.conditions.Limit = 10e6, rapid.IntRange(5, 100).Draw(r, "limit")
	}
	return a
}

func TestOrder(t *testing.T) {
	t.Parallel()
	r := measure(t, "ordering", result.Options{Messages: 200, Size: 512, Seed: 1}, nil)
	labtest.Near(t, r, "out_of_order", "tcp", 0, 0)
	if udp := labtest.Value(t, r, "out_of_order", "udp"); udp <= 5 {
		t.Errorf("out of order over UDP: %v %%, want above 5", udp)
	}
}

func TestNothingDamagedIsDelivered(t *testing.T) {
	t.Parallel()
	r := measure(t, "corruption", result.Options{Messages: 200, Size: 512, Seed: 1}, nil)
	for _, id := range []string{"damaged", "lost_unexplained"} {
		labtest.Within(t, r, id)
	}
}

// TestMuchLossIsRepaired: later, but all of it.
func TestMuchLossIsRepaired(t *testing.T) {
	t.Parallel()
	r := measure(t, "loss", result.Options{Messages: 200, Size: 512, Seed: 1}, func(c *link.Conditions) { c.Loss = 0.2 })
	labtest.Near(t, r, "delivered", "tcp", 100, 0)
	if labtest.Value(t, r, "retransmissions", "tcp") == 0 {
		t.Errorf("TCP sent nothing again")
	}
}
