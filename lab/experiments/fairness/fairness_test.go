package fairness

import (
	"errors"
	"slices"
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestContests: every contest of a transport has chances of its own, and TCP
// beside UDP meet once.
func TestContests(t *testing.T) {
	o := &probetest.Opened{}
	b := &testbed.Bench{Transports: []testbed.Transport{transports.TCP, transports.UDP}, Conditions: Experiment.Conditions, Driver: o.Nothing()}
	if _, err := runFairness(t.Context(), b); !errors.Is(err, probetest.ErrNoRoom) {
		t.Fatal(err)
	}
	var seeds []uint64
	for _, w := range o.Wires {
		seeds = append(seeds, w.Seed)
	}
	slices.Sort(seeds)
	// UDP beside its like meets what TCP does the first time.
	if opened, chances := len(seeds), len(slices.Compact(seeds)); opened != contests+2 || chances != contests+1 {
		t.Errorf("%d contests with %d different chances, want %d and %d", opened, chances, contests+2, contests+1)
	}
}
