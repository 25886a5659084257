package congestion

import (
	"math"
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestRenoModel: Mathis up to 2 % loss, PFTK above, and nothing where neither
// holds. The figures are those of the worked examples.
func TestRenoModel(t *testing.T) {
	for _, c := range []struct {
		name       string
		c          link.Conditions
		rate, most float64 // Mbit/s; 0: nothing is expected
	}{
		{"1 %, 20 ms", link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.01}, 7.09, 10.64},
		{"5 %, 20 ms", link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.05}, 1.36, 3.17}, // at most Mathis
		{"damage is loss", link.Conditions{Delay: 10 * probetest.Tick, Corrupt: 0.01}, 7.09, 10.64},
		{"no loss", link.Conditions{Delay: 10 * probetest.Tick}, 0, 0},
		{"no round trip", link.Conditions{Loss: 0.01}, 0, 0},
		{"jitter", link.Conditions{Delay: 10 * probetest.Tick, Jitter: probetest.Tick, Loss: 0.01}, 0, 0},
		{"bursts", link.Conditions{Delay: 10 * probetest.Tick, Burst: link.Burst{Loss: 0.01, Length: 2}}, 0, 0},
		{"timeouts count, and nobody says how much", link.Conditions{Delay: 200 * time.Microsecond, Loss: 0.01}, 0, 0},
		{"far apart", link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.2}, 0, 0},
	} {
		m, ok := renoModel(wire.BothWays(c.c), probe.RoundTrip(wire.BothWays(c.c)), probe.LostTo(c.c))
		if ok != (c.rate > 0) || math.Abs(m.rate/1e6-c.rate) > 0.01 || math.Abs(m.most/1e6-c.most) > 0.01 {
			t.Errorf("%s: %v, at most %v (%v); want %v, at most %v Mbit/s", c.name, m.rate, m.most, ok, c.rate, c.most)
		}
	}
	half, _ := renoModel(wire.Options{Client: link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.01}, Server: link.Conditions{Delay: 10 * probetest.Tick}}, 20*probetest.Tick, 0.01)
	both, _ := renoModel(wire.BothWays(link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.01}), 20*probetest.Tick, 0.01)
	if half.rate != both.rate {
		t.Error("the loss of acknowledgements changes what is expected")
	}
	if slow, _ := renoModel(wire.BothWays(link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.01}), 40*probetest.Tick, 0.01); math.Abs(slow.rate-both.rate/2) > 1 {
		t.Errorf("at twice the round trip %v bit/s are expected, want half of %v", slow.rate, both.rate)
	}
}

// TestRenoLasts: flows last for their cycles, within the lab's patience.
func TestRenoLasts(t *testing.T) {
	for _, c := range []struct {
		name    string
		c       link.Conditions
		longest time.Duration
		lasts   time.Duration
		enough  bool
	}{
		{"the default", link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.01}, time.Hour, 1633 * probetest.Tick, true}, // 8.16 round trips a cycle
		{"a long way", link.Conditions{Delay: 300 * probetest.Tick, Loss: 0.01}, 90 * time.Second, 30 * time.Second, true},
		{"too long a way", link.Conditions{Delay: 600 * probetest.Tick, Loss: 0.01}, 90 * time.Second, 30 * time.Second, false},
		{"hardly any loss", link.Conditions{Delay: 10 * probetest.Tick, Loss: 1e-4}, time.Hour, 3266 * probetest.Tick, false}, // two cycles of 10,000 packets
		{"timeouts", link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.04}, time.Hour, 3016 * probetest.Tick, true},
		{"no round trip", link.Conditions{Loss: 0.01}, time.Hour, probe.UnboundedFor, true},
	} {
		b := &testbed.Bench{Conditions: wire.BothWays(c.c), Driver: testbed.Driver{Longest: c.longest}}
		if lasts, enough := renoLasts(b); (lasts-c.lasts).Abs() > probetest.Tick || enough != c.enough {
			t.Errorf("%s: %v, enough: %v; want %v, %v", c.name, lasts, enough, c.lasts, c.enough)
		}
	}
}

func TestLossyBench(t *testing.T) {
	b := &testbed.Bench{Conditions: wire.BothWays(link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64})}
	c := lossyBench(b).Conditions
	if c.Client.Loss != renoLoss || c.Server.Loss != 0 || c.Client.Rate != 0 || c.Server.Rate != 0 || c.Client.Delay != 10*probetest.Tick {
		t.Errorf("conditions %v", c.Words())
	}
	b.Conditions.Client.Loss = 0.05
	if c := lossyBench(b).Conditions; c.Client.Loss != 0.05 || b.Conditions.Client.Rate == 0 {
		t.Errorf("the user's loss of 5 %% is %v; the bench's own rate is %v", c.Client.Loss, b.Conditions.Client.Rate)
	}
}
