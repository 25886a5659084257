package fairness

import (
	"math"
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestPlan: how long flows share the link follows from how they share, and
// where the lab does not wait so long, it says so.
func TestPlan(t *testing.T) {
	// 12 ms a full packet: ten of them are the path, thirty the queue.
	n := path{probe.Bottleneck{Rate: 1e6, Packet: 12 * probetest.Tick, Trip: 120 * probetest.Tick, BDP: 10, Limit: 30}}
	cycle := 12 * n.FullRTT() // half of the window of one, which is half of the path and its queue, and two
	for _, c := range []struct {
		name        string
		a, rival    testbed.Transport
		longest     time.Duration
		warm, lasts time.Duration
		enough      bool
	}{
		{"both yield", transports.TCP, transports.TCP, time.Hour, cyclesBefore * cycle, cyclesAfter * cycle, true},
		{"both yield, too short", transports.TCP, transports.TCP, 40 * time.Second, 10 * time.Second / 3, 10 * time.Second / 3, false},
		{"one yields", transports.TCP, transports.UDP, time.Hour, 3*n.FullRTT() + 600*probetest.Tick, probe.MeasuredPackets * 12 * probetest.Tick, true},
		{"the other yields", transports.UDP, transports.TCP, time.Hour, 3*n.FullRTT() + 600*probetest.Tick, probe.MeasuredPackets * 12 * probetest.Tick, true},
		{"none yields", transports.UDP, transports.UDP, time.Hour, n.FullRTT(), probe.MeasuredPackets * 12 * probetest.Tick, true},
	} {
		b := &testbed.Bench{Driver: testbed.Driver{Longest: c.longest}}
		got, enough := n.plan(b, c.a, c.rival)
		near := func(a, b time.Duration) bool { return (a - b).Abs() < probetest.Tick }
		if !near(got.Bound, c.warm) || !near(got.Lasts, c.lasts) || enough != c.enough {
			t.Errorf("%s: %v and %v, enough: %v; want %v and %v, %v", c.name, got.Bound, got.Lasts, enough, c.warm, c.lasts, c.enough)
		}
	}
	if _, enough := (path{}).plan(&testbed.Bench{}, transports.TCP, transports.TCP); !enough {
		t.Error("where there is no rate there are no cycles to wait for")
	}
}

// TestCycle: Reno adds a segment a round trip, CUBIC needs no longer than its K.
func TestCycle(t *testing.T) {
	n := path{probe.Bottleneck{Rate: 12e6, Packet: probetest.Tick, Trip: 600 * probetest.Tick, BDP: 600, Limit: 600}}
	if got, want := n.cycle("reno"), 302*n.FullRTT(); got != want {
		t.Errorf("Reno: %v, want %v", got, want)
	}
	if got := n.cycle("cubic").Seconds(); math.Abs(got-7.663-2.4) > 0.001 { // (600*0.3/0.4)^(1/3), and two round trips
		t.Errorf("CUBIC: %v s, want 7.663", got)
	}
}

// TestBesideItsLike: shares may be apart by what is left of a lead after some
// cycles, or by chance; nothing is expected where windows are too small.
func TestBesideItsLike(t *testing.T) {
	n := path{probe.Bottleneck{Rate: 1e6, BDP: 10, Limit: 30}}
	for _, c := range []struct {
		name        string
		n           path
		t           testbed.Transport
		control     string
		low, jain   float64
		isSomething bool
	}{
		{"Reno", n, transports.TCP, "reno", 50 * 0.875 * 0.75, 1 / (1 + 0.34375*0.34375), true},
		{"CUBIC", n, transports.TCP, "cubic", 50 * 0.657 * 0.85, 1 / (1 + 0.44155*0.44155), true},
		{"no queue to speak of", path{probe.Bottleneck{Rate: 1e6, BDP: 10, Limit: 1}}, transports.TCP, "reno", 0, 0, false},
		{"UDP", n, transports.UDP, "", 48 - 5, 1 / (1 + 0.14*0.14), true}, // 5 points by chance, 2 by what it offered, of 50
	} {
		share, index := result.Row("share_with_same", "", "%"), result.Row("jain", "", "index")
		b := &testbed.Bench{Options: result.Options{Congestion: c.control}}
		s, i := c.n.besideItsLike(b, c.t, sharing{likely: 48, luck: 5})
		share.Put(c.t.Name, s)
		index.Put(c.t.Name, i)
		_, ok := share.Expected[c.t.Name]
		low, jain := share.Low[c.t.Name], index.Low[c.t.Name]
		if ok != c.isSomething || math.Abs(low-c.low) > 1e-9 || math.Abs(jain-c.jain) > 1e-9 {
			t.Errorf("%s: share from %v, index from %v (%v); want %v, %v", c.name, low, jain, ok, c.low, c.jain)
		}
	}
}

// TestBesideTheOther: two segments a round trip are left beside a flow that never yields.
func TestBesideTheOther(t *testing.T) {
	row := result.Row("share_with_other", "", "%")
	n := path{probe.Bottleneck{Rate: 1e6, Packet: 12 * probetest.Tick, Trip: 120 * probetest.Tick, Limit: 30}}
	row.Put("tcp", n.besideTheOther(transports.TCP, sharing{}))
	row.Put("udp", n.besideTheOther(transports.UDP, sharing{}))
	if most := row.High["tcp"]; math.Abs(most-100*2*16/600.) > 1e-9 || row.Low["udp"] != 100-most {
		t.Errorf("TCP keeps at most %v, UDP at least %v; want 2 of 40 packets, 15 times and once more, and the rest", most, row.Low["udp"])
	}
	short := result.Row("share_with_other", "", "%")
	tiny := path{probe.Bottleneck{Rate: 1e6, Packet: 12 * probetest.Tick, Trip: 12 * probetest.Tick, Limit: 1}}
	short.Put("tcp", tiny.besideTheOther(transports.TCP, sharing{}))
	if len(short.Expected) > 0 {
		t.Errorf("%v of a path that holds two packets", short.Expected)
	}
}
