package ordering

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab/experiments"
	"echolab/lab/experiments/duplication"
	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

const ms = probetest.Tick

// anyLink draws a link whose packets each have a fate of their own.
func anyLink(t *rapid.T, name string) link.Conditions {
	often := rapid.SampledFrom([]float64{0, 0, 0.1, 0.25, 0.5, 1})
	return link.Conditions{
		Delay:   time.Duration(rapid.IntRange(1, 20).Draw(t, name+" delay")) * ms,
		Reorder: rapid.Float64Range(0, 1).Draw(t, name+" reorder"),
		Loss:    min(often.Draw(t, name+" loss"), 0.5), Corrupt: min(often.Draw(t, name+" corrupt"), 0.5),
		Duplicate: often.Draw(t, name+" duplicate"),
	}
}

// TestTheoryOfTheLinks holds what is expected of messages against a simulation
// of the links, which knows nothing of the formulas: how many come back, how
// many twice, and how many out of order. Of 100 cases at 99.9 % hardly one lies
// outside; half of the range more is never left by luck.
func TestTheoryOfTheLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wire.Options{Client: anyLink(t, "client"), Server: anyLink(t, "server")}
		every := time.Duration(rapid.IntRange(300, 9000).Draw(t, "every"))*time.Microsecond + 37 // no ties
		w := testbed.Workload{Messages: 4000, Size: 16, Every: every}
		x := &testbed.Exchange{Observations: make([]testbed.Observation, w.Messages)}
		for _, seq := range probetest.Simulate(c, w, rapid.Uint64().Draw(t, "seed")) {
			x.Observations[seq].Copies++
			x.Arrivals = append(x.Arrivals, seq)
		}
		found := map[string]probe.LossResult{"udp": {X: x, Conditions: c, Workload: w}}
		rows := experiments.Measure(
			[]testbed.Transport{transports.UDP}, found, probe.Delivered, duplication.Duplicates, outOfOrder)
		for _, row := range rows {
			if wrong := outside(row); wrong != "" {
				t.Errorf("%v, one every %v: %s", c.Words(), w.Every, wrong)
			}
		}
		if len(rows[0].Expected) == 0 || len(rows[1].Expected) == 0 {
			t.Errorf("%v: nothing is expected", c.Words())
		}
	})
}

// outside says how far a value of UDP lies outside of half as much again as is
// expected; nothing if it does not, or if nothing is expected.
func outside(row result.Measurement) string {
	want, ok := row.Expected["udp"]
	got, low, high := row.Values["udp"].Number, row.Low["udp"], row.High["udp"]
	low, high = low-(want.Number-low)/2, high+(high-want.Number)/2
	if !ok || low-1e-9 <= got && got <= high+1e-9 {
		return ""
	}
	return fmt.Sprintf("%s is %v, expected %v to %v", row.ID, got, low, high)
}

// TestOrderVaries: over many seeds the share that is out of order lies where it
// should, as often as it should, and no nearer. The sum of squares of 200
// standard deviations has the chi-square distribution: 200, give or take 20.
func TestOrderVaries(t *testing.T) {
	const seeds = 200
	for name, c := range map[string]link.Conditions{
		"as it is": {Delay: 10 * ms, Reorder: 0.25}, "half": {Delay: 10 * ms, Reorder: 0.5},
		"lossy":  {Delay: 10 * ms, Reorder: 0.25, Loss: 0.3, Corrupt: 0.1},
		"copied": {Delay: 10 * ms, Reorder: 0.25, Duplicate: 0.5},
	} {
		w := testbed.Workload{Messages: 500, Size: 16, Every: pace(wire.BothWays(c))}
		share, margin, ok := reorderedShare(wire.BothWays(c), w)
		squares, out := 0.0, 0
		for seed := range uint64(seeds) {
			arrivals := probetest.Simulate(wire.BothWays(c), w, seed)
			came := map[int]bool{}
			for _, seq := range arrivals {
				came[seq] = true
			}
			off := float64(theory.Reordered(arrivals))/float64(len(came)) - share
			standard := off / (margin / deviations)
			squares += standard * standard
			if math.Abs(off) > margin {
				out++
			}
		}
		if !ok || out > 2 || squares < seeds-4*20 || squares > seeds+4*20 {
			t.Errorf("%s: %d of %d shares are outside %.3f ± %.3f, chi-square %.0f", name, out, seeds, share, margin, squares)
		}
	}
}

// TestOrderSaysNothing where it knows nothing: random times, fates that hang
// together, copies of fragments, too few that are late, or none that come.
func TestOrderSaysNothing(t *testing.T) {
	for name, c := range map[string]struct {
		c              link.Conditions
		size, messages int
		want           bool
	}{
		"as it is":  {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 512, 1000, true},
		"fragments": {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 4000, 1000, true},
		"jitter":    {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Jitter: ms}, 512, 1000, false},
		"bursts": {
			link.Conditions{Delay: 10 * ms, Reorder: 0.25, Burst: link.Burst{Loss: 0.1, Length: 2}}, 512, 1000, false,
		},
		"copies of fragments":    {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Duplicate: 0.1}, 4000, 1000, false},
		"hardly any late":        {link.Conditions{Delay: 10 * ms, Reorder: 0.001}, 512, 1000, false},
		"hardly any at all":      {link.Conditions{Delay: 10 * ms, Reorder: 0.25}, 512, 10, false},
		"nothing comes":          {link.Conditions{Delay: 10 * ms, Reorder: 0.25, Loss: 1}, 512, 1000, false},
		"nothing skips, so zero": {link.Conditions{Delay: 10 * ms}, 512, 1000, true},
	} {
		both := wire.BothWays(c.c)
		w := testbed.Workload{Messages: c.messages, Size: c.size, Every: pace(both)}
		found := map[string]probe.LossResult{"udp": {X: &testbed.Exchange{}, Conditions: both, Workload: w}}
		row := experiments.Measure([]testbed.Transport{transports.UDP}, found, outOfOrder)[0]
		if _, ok := row.Expected["udp"]; ok != c.want {
			t.Errorf("%s: something is expected: %v, want %v", name, ok, c.want)
		}
	}
	share := func(reorder float64, size int) float64 {
		w := testbed.Workload{Messages: 1000, Size: size, Every: 2300 * time.Microsecond}
		s, _, _ := reorderedShare(wire.BothWays(link.Conditions{Delay: 10 * ms, Reorder: reorder}), w)
		return s
	}
	whole, cut := share(0.5, 512), share(math.Sqrt(0.5), 1473)
	if math.Abs(whole-cut) > 1e-9 {
		t.Errorf("two fragments that skip with the root of a half: %v late, whole ones with a half: %v", cut, whole)
	}
}

// TestOnPace: one message in a hundred may be late by more than half the pace.
func TestOnPace(t *testing.T) {
	w := testbed.Workload{Messages: 100, Every: 2 * ms}
	for _, c := range []struct {
		by   time.Duration
		late int
		want bool
	}{{0, 0, true}, {ms, 50, true}, {ms + 1, 1, true}, {ms + 1, 2, false}} {
		x := &testbed.Exchange{Observations: make([]testbed.Observation, w.Messages)}
		for i := range x.Observations {
			x.Observations[i].Due = w.Due(i)
			x.Observations[i].Sent = w.Due(i)
			if i < c.late {
				x.Observations[i].Sent += c.by
			}
		}
		if got := onPace(x, w); got != c.want {
			t.Errorf("%d messages %v late: on pace %v, want %v", c.late, c.by, got, c.want)
		}
	}
}

// TestOrderingWorkload: the messages are as many as can be sent in a third of
// the longest wait.
func TestOrderingWorkload(t *testing.T) {
	for _, c := range []struct {
		delay, longest time.Duration
		messages       int
	}{
		{10 * ms, 0, 1000}, {0, 0, 1000}, {2 * time.Second, 0, 43}, {2 * time.Second, time.Hour, 1000},
		{time.Hour, 0, 1},
	} {
		b := &testbed.Bench{
			Options: result.Options{Messages: 1000, Size: 512}, Driver: testbed.Driver{Longest: c.longest},
			Conditions: wire.BothWays(link.Conditions{Delay: c.delay}),
		}
		w := orderingWorkload(b)
		if w.Messages != c.messages {
			t.Errorf("%v, at most %v: %d messages, want %d", c.delay, c.longest, w.Messages, c.messages)
		}
	}
}
