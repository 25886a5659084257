package registry

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestContests: every contest of a transport has chances of its own, and TCP
// beside UDP meet once.
func TestContests(t *testing.T) {
	o := &opened{}
	b := &testbed.Bench{Transports: []testbed.Transport{transports.TCP, transports.UDP}, Conditions: fairness.Conditions, Driver: o.nothing()}
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

// TestHowLongFlowsMeet: how long flows meet follows from how they share, and
// where the lab does not wait so long, it says so.
func TestHowLongFlowsMeet(t *testing.T) {
	// 12 ms a full packet: ten of them are the path, thirty the queue.
	n := bottleneck{rate: 1e6, packet: 12 * ms, trip: 120 * ms, bdp: 10, limit: 30}
	cycle := 12 * n.full() // half of the window of one, which is half of the path and its queue, and two
	for _, c := range []struct {
		name        string
		a, rival    testbed.Transport
		longest     time.Duration
		warm, lasts time.Duration
		enough      bool
	}{
		{"both yield", transports.TCP, transports.TCP, time.Hour, cyclesBefore * cycle, cyclesAfter * cycle, true},
		{"both yield, in a hurry", transports.TCP, transports.TCP, 40 * time.Second, 10 * time.Second / 3, 10 * time.Second / 3, false},
		{"one yields", transports.TCP, transports.UDP, time.Hour, 3*n.full() + 600*ms, measuredPackets * 12 * ms, true},
		{"the other yields", transports.UDP, transports.TCP, time.Hour, 3*n.full() + 600*ms, measuredPackets * 12 * ms, true},
		{"none yields", transports.UDP, transports.UDP, time.Hour, n.full(), measuredPackets * 12 * ms, true},
	} {
		b := &testbed.Bench{Driver: testbed.Driver{Longest: c.longest}}
		got, enough := n.contest(b, c.a, c.rival)
		near := func(a, b time.Duration) bool { return (a - b).Abs() < ms }
		if !near(got.bound, c.warm) || !near(got.lasts, c.lasts) || enough != c.enough {
			t.Errorf("%s: %v and %v, enough: %v; want %v and %v, %v", c.name, got.bound, got.lasts, enough, c.warm, c.lasts, c.enough)
		}
	}
	if _, enough := (bottleneck{}).contest(&testbed.Bench{}, transports.TCP, transports.TCP); !enough {
		t.Error("where there is no rate there are no cycles to wait for")
	}
}

// TestCycle: Reno adds a segment a round trip, CUBIC needs no longer than its K.
func TestCycle(t *testing.T) {
	n := bottleneck{rate: 12e6, packet: ms, trip: 600 * ms, bdp: 600, limit: 600}
	if got, want := n.cycle("reno"), 302*n.full(); got != want {
		t.Errorf("Reno: %v, want %v", got, want)
	}
	if got := n.cycle("cubic").Seconds(); math.Abs(got-7.663-2.4) > 0.001 { // (600*0.3/0.4)^(1/3), and two round trips
		t.Errorf("CUBIC: %v s, want 7.663", got)
	}
}

// TestExpectEqual: shares may be apart by what is left of a lead after some
// cycles, or by chance; nothing is expected where windows are too small.
func TestExpectEqual(t *testing.T) {
	n := bottleneck{rate: 1e6, bdp: 10, limit: 30}
	for _, c := range []struct {
		name        string
		n           bottleneck
		t           testbed.Transport
		control     string
		low, jain   float64
		isSomething bool
	}{
		{"Reno", n, transports.TCP, "reno", 50 - 50/3., 0.9, true},
		{"CUBIC", n, transports.TCP, "cubic", 50 - 50*0.343, 1 / (1 + 0.343*0.343), true},
		{"no queue to speak of", bottleneck{rate: 1e6, bdp: 10, limit: 1}, transports.TCP, "reno", 0, 0, false},
		{"UDP", n, transports.UDP, "", 48 - 5, 1 / (1 + 0.14*0.14), true}, // 5 points by chance, 2 by what it offered, of 50
	} {
		share, index := result.Row("share_with_same", "", "%"), result.Row("jain", "", "index")
		b := &testbed.Bench{Options: result.Options{Congestion: c.control}}
		c.n.expectEqual(share, index, b, c.t, rivalry{likely: 48, luck: 5})
		_, ok := share.Expected[c.t.Name]
		low, jain := share.Low[c.t.Name], index.Low[c.t.Name]
		if ok != c.isSomething || math.Abs(low-c.low) > 1e-9 || math.Abs(jain-c.jain) > 1e-9 {
			t.Errorf("%s: share from %v, index from %v (%v); want %v, %v", c.name, low, jain, ok, c.low, c.jain)
		}
	}
}

// TestExpectTaken: two segments a round trip are left beside who never yields.
func TestExpectTaken(t *testing.T) {
	row := result.Row("share_with_other", "", "%")
	n := bottleneck{rate: 1e6, packet: 12 * ms, trip: 120 * ms, limit: 30}
	n.expectTaken(row, transports.TCP)
	n.expectTaken(row, transports.UDP)
	if most := row.High["tcp"]; math.Abs(most-100*2*16/600.) > 1e-9 || row.Low["udp"] != 100-most {
		t.Errorf("TCP keeps at most %v, UDP at least %v; want 2 of 40 packets, 15 times and once more, and the rest", most, row.Low["udp"])
	}
	short := result.Row("share_with_other", "", "%")
	bottleneck{rate: 1e6, packet: 12 * ms, trip: 12 * ms, limit: 1}.expectTaken(short, transports.TCP)
	if len(short.Expected) > 0 {
		t.Errorf("%v of a path that holds two packets", short.Expected)
	}
}
