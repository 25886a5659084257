package corruption

import (
	"math"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestExpectDamaged: one flipped bit is always noticed, and of two in one datagram
// one pair in 32 is not.
func TestExpectDamaged(t *testing.T) {
	c := wire.BothWays(link.Conditions{Corrupt: 0.1})
	for _, e := range []struct {
		t          testbed.Transport
		size       int
		mean, most float64
	}{
		{transports.UDP, 512, 0, 0}, {transports.TCP, 4000, 0, 0},
		{transports.UDP, 4000, 1000 * 2 * (3*0.01*0.9 + 0.001) / 32, 10}, // two or three of three fragments, both ways
	} {
		w := testbed.Workload{Messages: 1000, Size: e.size}
		found := map[string]probe.LossResult{e.t.Name: {X: &testbed.Exchange{}, Conditions: c, Workload: w}}
		row := experiments.Measure([]testbed.Transport{e.t}, found, rows[0])[0]
		mean, low, high := row.Expected[e.t.Name].Number, row.Low[e.t.Name], row.High[e.t.Name]
		if row.ID != "damaged" || math.Abs(mean-e.mean) > 1e-9 || low != 0 || high < e.mean || high > e.most+1 {
			t.Errorf("%s, %s, %d bytes: %v, from %v to %v; want %v, up to %v",
				row.ID, e.t.Name, e.size, mean, low, high, e.mean, e.most)
		}
	}
}
