package integration

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab"
	"echolab/lab/link"
)

// TestEveryLossIsExplainedUnderAnyConditions draws conditions, sizes and seeds:
// whatever they are, TCP delivers all, and every message of UDP that did not
// come back has a cause.
func TestEveryLossIsExplainedUnderAnyConditions(t *testing.T) {
	t.Parallel()
	count := 12
	if testing.Short() {
		count = 4
	}
	for _, n := range networks {
		for i := range count {
			t.Run(fmt.Sprint(n.Name, i), func(t *testing.T) {
				if err := n.Check(); err != nil {
					t.Skipf("network %s does not open here: %v", n.Name, err)
				}
				t.Parallel()
				explained(t, n, rapid.Custom(anyRun).Example(i))
			})
		}
	}
}

// aRun is an experiment to run.
type aRun struct {
	options    lab.Options
	conditions link.Conditions
}

func explained(t *testing.T, n lab.Opener, a aRun) {
	result, err := measure(t.Context(), n, "loss", a.options, func(to *link.Conditions) { *to = a.conditions })
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	lost := 0.0
	for _, cause := range []string{"lost_injected", "lost_overflow", "lost_corrupted", "lost_late", "lost_unexplained"} {
		lost += value(t, result, cause, "udp")
	}
	back := value(t, result, "delivered", "udp") * float64(a.options.Messages) / 100
	if math.Abs(lost+back-float64(a.options.Messages)) > 1e-6 {
		t.Errorf("%+v: %v messages lost and %v delivered", a, lost, back)
	}
	if n := value(t, result, "lost_unexplained", "udp"); n > 0 {
		t.Errorf("%+v: %v losses unexplained", a, n)
	}
	if got := value(t, result, "delivered", "tcp"); got != 100 {
		t.Errorf("%+v: TCP delivered %v %%", a, got)
	}
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
		lab.Options{
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
