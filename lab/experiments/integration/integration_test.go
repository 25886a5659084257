// Package integration runs experiments over both wired networks and holds
// their measurements against theory.
package integration

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/netns"
	"echolab/lab/netstack"
	"echolab/lab/wire"
)

// sideBySide is how many tests run at once. They wait most of the time.
const sideBySide = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", sideBySide); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

var networks = []lab.Opener{
	{Name: "virtual", Wired: true, Check: netstack.Check, Open: func(ctx context.Context, s lab.Setup) (lab.Network, error) { return netstack.Open(ctx, s) }},
	{Name: "kernel", Wired: true, Check: netns.Check, Open: func(ctx context.Context, s lab.Setup) (lab.Network, error) { return netns.Open(ctx, s) }},
}

// judge is what a check complains to: a test, or findings.
type judge interface {
	Helper()
	Errorf(format string, args ...any)
}

// check holds a result against what it must be.
type check func(t judge, r *lab.Result)

// findings are complaints that are not decided upon yet.
type findings []string

func (*findings) Helper() {}

func (f *findings) Errorf(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// onBoth runs one experiment over every network that opens here.
func onBoth(t *testing.T, id string, o lab.Options, change func(*link.Conditions), check check) {
	t.Helper()
	for _, n := range networks {
		t.Run(n.Name, func(t *testing.T) {
			opens(t, n)
			t.Parallel()
			check(t, run(t, n, id, o, change))
		})
	}
}

// onBothInTime is onBoth for what measures times and rates, or takes messages
// for lost that a busy machine brings back too late.
func onBothInTime(t *testing.T, id string, o lab.Options, change func(*link.Conditions), check check) {
	t.Helper()
	for _, n := range networks {
		t.Run(n.Name, func(t *testing.T) {
			opens(t, n)
			t.Parallel()
			inTime(t, n, id, o, change, check)
		})
	}
}

func opens(t *testing.T, n lab.Opener) {
	t.Helper()
	if err := n.Check(); err != nil {
		t.Skipf("network %s does not open here: %v", n.Name, err)
	}
}

func run(t *testing.T, n lab.Opener, id string, o lab.Options, change func(*link.Conditions)) *lab.Result {
	t.Helper()
	o.Size = 512
	r, err := measure(t.Context(), n, id, o, change)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inTime runs an experiment whose figures hang on time. What is not as it
// must be is measured again if the machine was too busy to keep the link's
// time, of which the wire is witness, and given up with a word after several.
func inTime(t *testing.T, n lab.Opener, id string, o lab.Options, change func(*link.Conditions), check check) {
	t.Helper()
	const tries = 4
	var found findings
	for range tries {
		found = nil
		r := run(t, n, id, o, change)
		check(&found, r)
		switch {
		case len(found) == 0:
			return
		case !r.Disturbed:
			t.Fatal(strings.Join(found, "\n"))
		}
		t.Logf("again, because %v: %v", r.Warnings, found)
	}
	t.Skipf("the machine was too busy %d times", tries)
}

// measure runs one experiment once, as the command would.
func measure(ctx context.Context, n lab.Opener, id string, o lab.Options, change func(*link.Conditions)) (*lab.Result, error) {
	all := experiments.All()
	at := slices.IndexFunc(all, func(e lab.Experiment) bool { return e.ID == id })
	o.Runs, o.Network = 1, n.Name
	report, err := lab.Run(ctx, lab.RunOptions{
		Experiments: all[at : at+1], Options: o, Transports: lab.Transports(), Openers: []lab.Opener{n},
		Override: func(e lab.Experiment) (wire.Options, error) {
			c := e.Conditions
			change(&c.Client)
			change(&c.Server)
			return c, nil
		},
	})
	if err == nil && report.Experiments[0].Error != "" {
		err = errors.New(report.Experiments[0].Error)
	}
	if err != nil {
		return nil, err
	}
	return report.Experiments[0], nil
}

func value(t judge, r *lab.Result, id, transport string) float64 {
	t.Helper()
	m := r.Find(id)
	if m == nil {
		t.Errorf("%s measured no %s", r.ID, id)
		return math.NaN()
	}
	return m.Values[transport].Number
}

// within wants a measurement to lie where theory allows it.
func within(t judge, r *lab.Result, id string) {
	t.Helper()
	m := r.Find(id)
	for transport, ok := range m.Within {
		if !ok {
			t.Errorf("%s of %s: %v is outside %v to %v", id, transport, m.Values[transport], m.Low[transport], m.High[transport])
		}
	}
}

// Every lost message is accounted for, and what the accounting calls dropped
// was dropped by the wire.
func TestEveryLossIsExplained(t *testing.T) {
	t.Parallel()
	conditions := map[string]func(*link.Conditions){
		"loss":    func(c *link.Conditions) { c.Loss = 0.05 },
		"burst":   func(c *link.Conditions) { c.Loss, c.Burst = 0, link.Burst{Loss: 0.05, Length: 3} },
		"exact":   func(c *link.Conditions) { c.Loss, c.Exact = 0, link.Exact{Drop: 1, Of: 10} },
		"corrupt": func(c *link.Conditions) { c.Corrupt = 0.05 },
		"copies":  func(c *link.Conditions) { c.Duplicate = 0.1 },
	}
	for name, change := range conditions {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				onBoth(t, "loss", lab.Options{Messages: 200, Seed: seed + 1}, change, func(t judge, r *lab.Result) {
					within(t, r, "lost_unexplained")
					if got := value(t, r, "delivered", "tcp"); got != 100 {
						t.Errorf("TCP delivered %v %%", got)
					}
					lost := 0.0
					for _, cause := range []string{"lost_injected", "lost_overflow", "lost_corrupted", "lost_late", "lost_unexplained"} {
						lost += value(t, r, cause, "udp")
					}
					if want := 200 - 2*value(t, r, "delivered", "udp"); lost != want {
						t.Errorf("%v messages of UDP are accounted for, %v were lost", lost, want)
					}
				})
			}
		})
	}
}

// The same seed loses the same datagrams.
func TestTheSameSeedTheSameLosses(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	first := map[string]float64{}
	for range 2 {
		onBothInTime(t, "loss", lab.Options{Messages: 300, Seed: 7}, func(*link.Conditions) {}, func(t judge, r *lab.Result) {
			within(t, r, "delivered")
			if r.Disturbed {
				t.Errorf("some of the lost may only have been late")
				return
			}
			got := value(t, r, "delivered", "udp")
			mu.Lock()
			defer mu.Unlock()
			if was, ok := first[r.Network]; ok && was != got {
				t.Errorf("UDP delivered %v %%, and %v %% with the same seed before", got, was)
			}
			first[r.Network] = got
		})
	}
}

func TestNothingIsLostWithoutLoss(t *testing.T) {
	t.Parallel()
	onBothInTime(t, "loss", lab.Options{Messages: 100, Seed: 1}, func(c *link.Conditions) { c.Loss = 0 }, func(t judge, r *lab.Result) {
		for _, transport := range []string{"tcp", "udp"} {
			if got := value(t, r, "delivered", transport); got != 100 {
				t.Errorf("%s delivered %v %%", transport, got)
			}
			if got := value(t, r, "injected", transport); got != 0 {
				t.Errorf("%s: %v packets dropped", transport, got)
			}
		}
	})
}

func TestOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, "ordering", lab.Options{Messages: 200, Seed: 1}, func(*link.Conditions) {}, func(t judge, r *lab.Result) {
		if tcp, udp := value(t, r, "out_of_order", "tcp"), value(t, r, "out_of_order", "udp"); tcp != 0 || udp <= 5 {
			t.Errorf("out of order: TCP %v %%, UDP %v %%; want 0 and above 5", tcp, udp)
		}
	})
}

// However busy the machine is.
func TestNothingDamagedIsDelivered(t *testing.T) {
	t.Parallel()
	onBoth(t, "corruption", lab.Options{Messages: 200, Seed: 1}, func(*link.Conditions) {}, func(t judge, r *lab.Result) {
		for _, id := range []string{"damaged", "lost_unexplained"} {
			within(t, r, id)
		}
	})
}

func TestOneLossHoldsUpTheStream(t *testing.T) {
	t.Parallel()
	onBothInTime(t, "blocking", lab.Options{Messages: 100, Seed: 1}, func(*link.Conditions) {}, func(t judge, r *lab.Result) {
		for _, id := range []string{"held_up", "missing"} {
			within(t, r, id)
		}
		if gap := value(t, r, "worst_gap", "tcp"); gap < 20 {
			t.Errorf("the stream stood still for %v ms, want at least a round trip of 20 ms", gap)
		}
	})
}

func TestASlowReader(t *testing.T) {
	t.Parallel()
	onBothInTime(t, "flow", lab.Options{Messages: 200, Seed: 1}, func(*link.Conditions) {}, func(t judge, r *lab.Result) {
		if waited := value(t, r, "sender_waited", "tcp"); waited <= 0 {
			t.Errorf("TCP's sender never waited")
		}
		if lost, overflow := value(t, r, "lost", "udp"), value(t, r, "lost_overflow", "udp"); lost <= 0 || overflow != lost {
			t.Errorf("UDP lost %v messages, %v of them to a full buffer", lost, overflow)
		}
		within(t, r, "delivered")
	})
}
