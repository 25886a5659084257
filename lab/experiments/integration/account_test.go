package integration

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
)

// TestEveryLossIsExplained: every message that did not come back has one cause,
// whatever it is that loses them, and TCP delivers all.
func TestEveryLossIsExplained(t *testing.T) {
	takesLong(t)
	t.Parallel()
	const messages = 200
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
				j := job{id: "loss", options: result.Options{Messages: messages, Seed: seed + 1}}
				r := j.with(change).result(t)
				labtest.Conserves(t, r, messages)
				labtest.Near(t, r, "delivered", "tcp", 100, 0)
			})
		}
	}
}

// TestEveryLossIsExplainedUnderAnyConditions draws conditions, sizes and seeds:
// whatever they are, the experiment ends, and every message came back or has
// one cause why not. Over TCP the only one is that patience ended first.
func TestEveryLossIsExplainedUnderAnyConditions(t *testing.T) {
	needsMachine(t)
	takesLong(t)
	t.Parallel()
	for i := range 40 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			a := rapid.Custom(anyRun).Example(i)
			r, err := a.job().run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			labtest.Conserves(t, r, a.options.Messages)
			switch missing := 1 - labtest.Value(t, r, "delivered", "tcp")/100; {
			case !labtest.NoConnection(r, "tcp"):
				labtest.Near(t, r, "lost_late", "tcp", missing*float64(a.options.Messages), 1e-6)
			case !a.mayNotConnect():
				t.Errorf("TCP has no connection: %v", r.Find("delivered").CutOff["tcp"])
			}
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

func (a aRun) job() job {
	j := job{id: "loss", options: a.options}
	return j.with(func(c *link.Conditions) { *c = a.conditions })
}

// mayNotConnect reports whether enough packets are lost that all SYNs which
// fit into the patience for a handshake may be.
func (a aRun) mayNotConnect() bool { return a.conditions.DropChance() >= 0.1 }

// anyRun draws a run over a wire that may be much worse than any real one.
func anyRun(r *rapid.T) aRun {
	a := aRun{
		result.Options{
			Messages: rapid.IntRange(1, 100).Draw(r, "messages"), Seed: rapid.Uint64().Draw(r, "seed"),
			Size: one(r, "size", 16, 512, 1472, 1473, 4000, 20000),
		},
		link.Conditions{
			Loss: one(r, "loss", 0, 0, 0.01, 0.05, 0.1, 0.2, 0.3), Corrupt: one(r, "corrupt", 0, 0, 0.01, 0.05),
			Duplicate: one(r, "duplicate", 0, 0, 0.1, 0.5),
			Delay:     time.Duration(one(r, "delay", 0, 1, 5, 50, 500, 2000)) * time.Millisecond,
			Jitter:    one(r, "jitter", 0, 0, time.Millisecond, 50*time.Millisecond),
			Rate:      one(r, "rate", 0, 0, 1e6, 10e6),
		},
	}
	if a.conditions.Rate > 0 {
		a.conditions.Limit = rapid.IntRange(5, 100).Draw(r, "limit")
	}
	if a.conditions.Delay > 0 { // a packet overtakes by skipping it
		a.conditions.Reorder = one(r, "reorder", 0, 0, 0.1, 0.5)
	}
	if a.conditions.Loss == 0 && rapid.Bool().Draw(r, "bursts") {
		a.conditions.Burst = link.Burst{
			Loss: one(r, "lost in bursts", 0.01, 0.05, 0.1), Length: one(r, "burst", 1.5, 3, 5),
		}
	}
	return a
}

// one draws one of the values, each as often as any other.
func one[T any](r *rapid.T, name string, of ...T) T { return rapid.SampledFrom(of).Draw(r, name) }
