package duplication

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

// TestExpectDuplicates: TCP has none, and neither have fragments; where fates
// hang together nothing is expected.
func TestExpectDuplicates(t *testing.T) {
	w := testbed.Workload{Messages: 1000, Size: 512}
	for _, c := range []struct {
		name string
		t    testbed.Transport
		c    link.Conditions
		size int
		want float64 // < 0: nothing is expected
	}{
		{"TCP", transports.TCP, link.Conditions{Duplicate: 0.2}, 512, 0},
		{"a fifth both ways", transports.UDP, link.Conditions{Duplicate: 0.2}, 512, 440},
		{"everything", transports.UDP, link.Conditions{Duplicate: 1}, 512, 3000},
		{"everything, and a half is lost", transports.UDP, link.Conditions{Duplicate: 1, Loss: 0.5}, 512, 1000 - 375},
		{"fragments", transports.UDP, link.Conditions{Duplicate: 0.2}, 4000, 0},
		{"damaged fragments", transports.UDP, link.Conditions{Duplicate: 0.2, Corrupt: 0.1}, 4000, -1},
		{"bursts", transports.UDP, link.Conditions{Duplicate: 0.2, Burst: link.Burst{Loss: 0.1, Length: 2}}, 512, -1},
	} {
		w.Size = c.size
		found := map[string]probe.LossResult{
			c.t.Name: {X: &testbed.Exchange{}, Conditions: wire.BothWays(c.c), Workload: w},
		}
		row := experiments.Measure([]testbed.Transport{c.t}, found, Duplicates)[0]
		got, ok := row.Expected[c.t.Name]
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		if ok != (c.want >= 0) || ok && (math.Abs(got.Number-c.want) > 1e-6 || low < c.want-120 || high > c.want+120) {
			t.Errorf("%s: expected %v (%v to %v), %v; want %v", c.name, got, low, high, ok, c.want)
		}
	}
}
