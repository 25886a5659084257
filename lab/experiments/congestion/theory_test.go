package congestion

import (
	"math"
	"strings"
	"testing"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestRows: what of a flow's packets the queue dropped, and what of its
// data got through.
func TestRows(t *testing.T) {
	b := &testbed.Bench{Transports: []testbed.Transport{transports.UDP}, Conditions: wire.BothWays(link.Conditions{Rate: 10e6, Limit: 64})}
	p := probe.FlowResult{
		Flow:   packet.Flow{Packets: 2000, Lateness: wire.Lateness{Delivered: 1200}, Overflowed: 600, Lost: 200, Fresh: 1_000_000, Offered: 2_500_000},
		Lasted: time.Second, Ready: true,
	}
	got := map[string]float64{}
	all := map[string]found{"udp": pathOf(b.Conditions).measured(b, transports.UDP, p)}
	for _, row := range experiments.Measure(b.Transports, all, rows(b)...) {
		got[row.ID] = row.Values["udp"].Number
	}
	want := map[string]float64{"goodput": 8, "sent": 20, "queue_loss": 30, "data_lost": 40}
	for id, v := range want {
		if got[id] != v {
			t.Errorf("%s is %v, want %v", id, got[id], v)
		}
	}
}

// TestUse: a queue of one bandwidth-delay product keeps the link busy for Reno,
// one of 0.43 for CUBIC; without a queue Reno uses three quarters on average.
func TestUse(t *testing.T) {
	for _, c := range []struct{ limit, beta, least, mean float64 }{
		{100, 0.5, 1, 1}, {0, 0.5, 0.5, 0.75}, {43, 0.7, 1, 1}, {0, 0.7, 0.7, 0.85}, {200, 0.5, 1, 1}, {50, 0.5, 0.75, 0.9642},
	} {
		n := path{Bottleneck: probe.Bottleneck{BDP: 100, Limit: c.limit}}
		if least, mean := n.leastUse(c.beta), n.meanUse(c.beta); math.Abs(least-c.least) > 0.002 || math.Abs(mean-c.mean) > 0.002 {
			t.Errorf("%v packets, back to %v: at least %v, on average %v; want %v, %v", c.limit, c.beta, least, mean, c.least, c.mean)
		}
	}
}

// TestNeverEmpty: a queue outlasts what is dropped in a row before it.
func TestNeverEmpty(t *testing.T) {
	for _, c := range []struct {
		limit int
		l     link.Conditions
		want  bool
	}{
		{64, link.Conditions{}, true}, {1, link.Conditions{}, true},
		{64, link.Conditions{Loss: 0.2}, true}, {1, link.Conditions{Loss: 0.2}, false},
		{64, link.Conditions{Burst: link.Burst{Loss: 0.05, Length: 4}}, true},
		{5, link.Conditions{Burst: link.Burst{Loss: 0.05, Length: 4}}, false},
	} {
		c.l.Rate, c.l.Limit = 10e6, c.limit
		if got := pathOf(wire.BothWays(c.l)).neverEmpty(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.l, got, c.want)
		}
	}
}

// TestExpectGoodput: nothing is expected of TCP under loss, nor where bursts of
// acknowledgements overflow the queue.
func TestExpectGoodput(t *testing.T) {
	for _, c := range []struct {
		name        string
		t           testbed.Transport
		c           link.Conditions
		low, v, max float64
	}{
		{"TCP, a full queue", transports.TCP, link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64}, 9.17, 9.65, 9.69},
		{"TCP, half of a queue", transports.TCP, link.Conditions{Delay: 60 * probetest.Tick, Rate: 10e6, Limit: 50}, 6.85, 9.3, 9.69},
		{"TCP, loss", transports.TCP, link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64, Loss: 0.1}, 0, 0, 0},
		{"TCP, no queue to speak of", transports.TCP, link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 1}, 0, 0, 0},
		{"UDP", transports.UDP, link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64, Loss: 0.1}, 9.77, 9.80, 9.84},
		{"UDP, hardly anything left", transports.UDP, link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64, Loss: 0.5}, 0, 0, 0},
		{"no rate", transports.UDP, link.Conditions{Delay: 10 * probetest.Tick}, 0, 0, 0},
	} {
		row := result.Row("goodput", "", "Mbit/s")
		row.Put(c.t.Name, pathOf(wire.BothWays(c.c)).expectGoodput(result.Cell{}, &testbed.Bench{}, c.t))
		v, low, high := row.Expected[c.t.Name].Number, row.Low[c.t.Name], row.High[c.t.Name]
		if math.Abs(v-c.v) > 0.01 || math.Abs(low-c.low) > 0.01 || math.Abs(high-c.max) > 0.01 {
			t.Errorf("%s: %.2f, from %.2f to %.2f; want %v, from %v to %v", c.name, v, low, high, c.v, c.low, c.max)
		}
	}
}

// TestExpectOverflow: what the link does not carry of what was offered is
// dropped, whatever chance dropped before.
func TestExpectOverflow(t *testing.T) {
	const packets = 2000
	rate := packets / 2 * probe.DatagramPacket * 8.0 // half of them in a second
	for _, c := range []struct {
		name        string
		limit, drop float64
		lost        int
		share, data float64
		ok          bool
	}{
		{"twice the rate", 64, 0, 0, 50, 50, true},
		{"a fifth lost", 64, 0.2, 400, 30, 50, true},
		{"little is left", 64, 0.6, 1200, 0, 60, true},
		{"just about the rate", 64, 0.5, 1000, 0, 0, false},
		{"a queue that runs empty", 1, 0.2, 400, 0, 0, false},
	} {
		queue, data := result.Row("queue_loss", "", "%"), result.Row("data_lost", "", "%")
		n := path{Bottleneck: probe.Bottleneck{Rate: rate, Drop: c.drop, Limit: c.limit}, inARow: c.drop}
		r := probe.FlowResult{Lasted: time.Second, Flow: packet.Flow{Packets: packets, Lost: c.lost}}
		q, d := n.expectOverflow(result.Cell{}, result.Cell{}, r)
		queue.Put("udp", q)
		data.Put("udp", d)
		got, ok := queue.Expected["udp"]
		if ok != c.ok || math.Abs(got.Number-c.share) > 1e-9 || math.Abs(data.Expected["udp"].Number-c.data) > 1e-9 {
			t.Errorf("%s: %v at the queue, %v in all (%v); want %v, %v", c.name, got, data.Expected["udp"], ok, c.share, c.data)
		}
		if ok && queue.High["udp"]-got.Number > 0.11 {
			t.Errorf("%s: up to %v", c.name, queue.High["udp"])
		}
	}
}

// TestUnready: why a flow does not show what was asked for, in words, and that
// such a value is cut off.
func TestUnready(t *testing.T) {
	n := path{Bottleneck: probe.Bottleneck{Rate: 12e6, Packet: probetest.Tick, Trip: 20 * probetest.Tick, BDP: 20, Limit: 30}}
	for _, c := range []struct {
		t    testbed.Transport
		p    probe.FlowResult
		want string
	}{
		{transports.TCP, probe.FlowResult{Ready: true}, ""},
		{transports.TCP, probe.FlowResult{Started: 20 * time.Second}, "slow start was not over after 20 s"},
		{transports.TCP, probe.FlowResult{Started: 20 * time.Second, Before: packet.Flow{Repairs: 1}}, "the window had not filled path and queue after 20 s"},
		{transports.TCP, probe.FlowResult{Ended: text.Say("no connection in 30 s"), Lasted: 30 * time.Second}, "no connection in 30 s"},
		{transports.UDP, probe.FlowResult{Started: time.Second, Lasted: time.Second, Flow: packet.Flow{Offered: 1e6}}, "the lab offered 8 Mbit/s, the link carries 12"},
	} {
		got := n.notShown(c.t, c.p, true)
		if got.IsZero() != (c.want == "") || !strings.Contains(got.String(), c.want) {
			t.Errorf("not shown because %q; want %q", got, c.want)
		}
	}
	unmended := probe.FlowResult{Ready: true, Before: packet.Flow{Distinct: 10}}
	if got := n.notShown(transports.TCP, unmended, true); !strings.Contains(got.String(), "10 bytes waited to be retransmitted") {
		t.Errorf("in the middle of a repair: %q", got)
	}
	busy := probe.FlowResult{Ready: true, Lasted: time.Second, Flow: packet.Flow{Lateness: wire.Lateness{Delivered: 10, Late: 10}}}
	if got := n.notShown(transports.TCP, busy, true); !got.IsZero() {
		t.Errorf("a value as expected is cut off because packets were late: %q", got)
	}
	if n.notShown(transports.TCP, busy, false).IsZero() {
		t.Error("a value that is not as expected counts, although packets were late")
	}
}

// TestMissing: data that had been sent before the measurement and had not come
// by its end.
func TestMissing(t *testing.T) {
	p := probe.FlowResult{Before: packet.Flow{Distinct: 1000, Whole: 400}, Flow: packet.Flow{Whole: 500}}
	if got := missing(p); got != 100 {
		t.Errorf("%d bytes are missing, want 100", got)
	}
	p.Whole = 700
	if got := missing(p); got != 0 {
		t.Errorf("%d bytes are missing, want none", got)
	}
}
