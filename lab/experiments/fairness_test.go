package experiments

import (
	"errors"
	"slices"
	"testing"
	"time"

	"echolab/lab"
	"echolab/lab/link"
)

// TestContests: every contest of a transport has chances of its own, and TCP
// beside UDP meet once.
func TestContests(t *testing.T) {
	o := &opened{}
	b := &lab.Bench{Transports: []lab.Transport{lab.TCP, lab.UDP}, Conditions: fairness.Conditions, Opener: o.nothing()}
	if _, err := runFairness(t.Context(), b); !errors.Is(err, errNoRoom) {
		t.Fatal(err)
	}
	var seeds []uint64
	for _, w := range o.wires {
		seeds = append(seeds, w.Seed)
	}
	slices.Sort(seeds)
	// UDP beside its like meets what TCP does the first time.
	if opened, chances := len(seeds), len(slices.Compact(seeds)); opened != contests+2 || chances != contests+1 {
		t.Errorf("%d contests with %d different chances, want %d and %d", opened, chances, contests+2, contests+1)
	}
}

// TestHowLongFlowsMeet: how long flows meet follows from how they share.
func TestHowLongFlowsMeet(t *testing.T) {
	for _, c := range []struct {
		name     string
		a, rival lab.Transport
		rate     float64
		want     time.Duration
	}{
		{"both yield", lab.TCP, lab.TCP, 20e6, contestFor},
		{"one yields", lab.TCP, lab.UDP, 20e6, takeoverFor},
		{"the other yields", lab.UDP, lab.TCP, 20e6, takeoverFor},
		{"none yields", lab.UDP, lab.UDP, 11.2e6, (32+unyielding)*time.Millisecond + 5*time.Millisecond},
		{"none yields, slow link", lab.UDP, lab.UDP, 1e6, contestFor},
		{"no queue", lab.UDP, lab.UDP, 0, contestFor},
	} {
		path := bothWays(link.Conditions{Delay: 5 * ms, Rate: c.rate, Limit: 32})
		b := &lab.Bench{Conditions: path}
		if got := contest(b, c.a, c.rival); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
