package probe

import (
	"math"
	"strings"
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestBottleneck: the figures of a path of 10 Mbit/s, 20 ms and 64 packets.
func TestBottleneck(t *testing.T) {
	n := BottleneckOf(wire.BothWays(link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 64, Loss: 0.25}))
	if n.Packet != 1200*time.Microsecond || n.Trip != 21200*time.Microsecond || n.full() != 98*probetest.Ms {
		t.Errorf("a packet takes %v, a round trip %v, with a full queue %v", n.Packet, n.Trip, n.full())
	}
	if math.Abs(n.bdp-17.667) > 0.001 || math.Abs(n.pipe()-81.667) > 0.001 || n.overfilled() != 1.5 {
		t.Errorf("%v packets are the path, %v with the queue, and %v times the rate comes to it", n.bdp, n.pipe(), n.overfilled())
	}
	if got := BottleneckOf(wire.BothWays(link.Conditions{Rate: 1e6})).Limit; got != link.DefaultLimit {
		t.Errorf("without a limit %v packets wait", got)
	}
}

// TestUse: a queue of one bandwidth-delay product keeps the link busy for Reno,
// one of 0.43 for CUBIC; without a queue Reno uses three quarters on average.
func TestUse(t *testing.T) {
	for _, c := range []struct{ limit, beta, least, mean float64 }{
		{100, 0.5, 1, 1}, {0, 0.5, 0.5, 0.75}, {43, 0.7, 1, 1}, {0, 0.7, 0.7, 0.85}, {200, 0.5, 1, 1}, {50, 0.5, 0.75, 0.9642},
	} {
		n := Bottleneck{bdp: 100, Limit: c.limit}
		if least, mean := n.leastUse(c.beta), n.meanUse(c.beta); math.Abs(least-c.least) > 0.002 || math.Abs(mean-c.mean) > 0.002 {
			t.Errorf("%v packets, back to %v: at least %v, on average %v; want %v, %v", c.limit, c.beta, least, mean, c.least, c.mean)
		}
	}
	for control, want := range map[string]float64{"reno": 0.5, "cubic": 0.7, "bbr": 0.5, "": 0.5} {
		if got := backoff(control); got != want {
			t.Errorf("%s goes back to %v, want %v", control, got, want)
		}
	}
}

// TestSettledFlow: slow start is over when its losses are repaired, twice where
// the queue is short, or when nothing grows any more.
func TestSettledFlow(t *testing.T) {
	long, short := Bottleneck{Rate: 12e6, bdp: 10, Limit: 30, Trip: 10 * probetest.Ms, Packet: probetest.Ms}, Bottleneck{Rate: 12e6, bdp: 30, Limit: 3, Trip: 30 * probetest.Ms, Packet: probetest.Ms}
	look := func(n Bottleneck, flows ...packet.Flow) int {
		s := n.Settled()
		for i, f := range flows {
			if s(time.Duration(i)*n.Trip, []packet.Flow{f}) {
				return i
			}
		}
		return -1
	}
	for _, c := range []struct {
		name  string
		n     Bottleneck
		flows []packet.Flow
		want  int
	}{
		{"half of the rate", long, even(20, 5*1448), -1},
		{"all of it", long, even(20, 10*1448), 5}, // for 40 + 10 ms
		{"dropped", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9}, {Fresh: 32, Overflowed: 9}}, -1},
		{"repaired", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9}, {Fresh: 32, Overflowed: 9, Repairs: 1}}, 2},
		{"lost by chance, repaired", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Lost: 1, Repairs: 1}}, 1},
		{"repaired once, a short queue", short, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9, Repairs: 1}}, -1},
		{"repaired twice, a short queue, never full", short, []packet.Flow{{}, {Fresh: 30, Overflowed: 9, Repairs: 1}, {Fresh: 60, Overflowed: 10, Repairs: 2}}, -1},
		{"filled and repaired, a short queue", short, []packet.Flow{
			{}, {Overflowed: 9, Repairs: 1}, {Fresh: 30 * 1448, Overflowed: 9, Repairs: 1},
			{Fresh: 50 * 1448, Overflowed: 10, Repairs: 2}}, 3},
		{"nothing yet", long, make([]packet.Flow, 50), -1},
	} {
		if got := look(c.n, c.flows...); got != c.want {
			t.Errorf("%s: after %d looks, want %d", c.name, got, c.want)
		}
	}
}

// even is a flow that gets on by as many bytes in every round trip.
func even(trips, bytes int) []packet.Flow {
	all := make([]packet.Flow, trips)
	for i := range all {
		all[i].Fresh = i * bytes
	}
	return all
}

// TestDisturbance: what no path explains is the machine's.
func TestDisturbance(t *testing.T) {
	n := Bottleneck{Rate: 12e6, Packet: probetest.Ms, Trip: 20 * probetest.Ms, bdp: 20, Limit: 30}
	for _, c := range []struct {
		name string
		f    packet.Flow
		want string
	}{
		{"nothing", packet.Flow{Packets: 1, Rounds: 10, Trips: 490 * probetest.Ms, Lateness: wire.Lateness{Delivered: 100, Late: 5}, Pause: 49 * probetest.Ms}, ""},
		{"late packets", packet.Flow{Rounds: 10, Trips: 490 * probetest.Ms, Lateness: wire.Lateness{Delivered: 100, Late: 6}}, "6 % of the packets came more than 2 ms late"},
		{"long round trips", packet.Flow{Rounds: 10, Trips: 600 * probetest.Ms}, "a round trip took 60 ms, the path with a full queue takes 50 ms"},
		{"no processor", packet.Flow{Rounds: 10, Trips: 490 * probetest.Ms, Packets: 1, Pause: 51 * probetest.Ms}, "offered nothing for 51 ms"},
		{"TCP waited for its timeout", packet.Flow{Rounds: 10, Trips: 490 * probetest.Ms, Packets: 1, Pause: 300 * probetest.Ms, Overflowed: 1}, ""},
		{"UDP that never began", packet.Flow{}, "offered nothing for 1000 ms"},
		{"UDP without a processor", packet.Flow{Packets: 1, Pause: 31 * probetest.Ms, Overflowed: 100}, "offered nothing for 31 ms"},
	} {
		if got := n.Disturbance(FlowResult{Flow: c.f, Lasted: time.Second}).String(); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPausedShort: a pause of half of what a queue lasts counts, if the queue lasts
// no longer than a packet may be late.
func TestPausedShort(t *testing.T) {
	for _, c := range []struct {
		packet, pause time.Duration
		want          bool
	}{
		{10 * time.Microsecond, 499 * time.Microsecond, false}, {10 * time.Microsecond, 500 * time.Microsecond, true},
		{20 * time.Microsecond, probetest.Ms, true}, {21 * time.Microsecond, 10 * probetest.Ms, false},
	} {
		n := Bottleneck{Rate: 12e3 / c.packet.Seconds(), Packet: c.packet, Limit: 100}
		if got := n.PausedShort(FlowResult{Flow: packet.Flow{Pause: c.pause}}); got.IsZero() == c.want {
			t.Errorf("a queue of %v, a pause of %v: %q", Scale(c.packet, 100), c.pause, got)
		}
	}
	if got := (Bottleneck{Limit: 100}).PausedShort(FlowResult{Flow: packet.Flow{Pause: probetest.Ms}}); !got.IsZero() {
		t.Errorf("without a rate: %q", got)
	}
}

// TestTimeout: a flow that stood still for longer than a round trip, and than half of
// the shortest timer, after a drop.
func TestTimeout(t *testing.T) {
	short, long := Bottleneck{Trip: 20 * probetest.Ms}, Bottleneck{Trip: 500 * probetest.Ms}
	for _, c := range []struct {
		n    Bottleneck
		f    packet.Flow
		want bool
	}{
		{short, packet.Flow{Pause: 100 * probetest.Ms, Overflowed: 1}, false},
		{short, packet.Flow{Pause: 101 * probetest.Ms, Overflowed: 1}, true},
		{long, packet.Flow{Pause: 500 * probetest.Ms, Overflowed: 1}, false},
		{long, packet.Flow{Pause: 501 * probetest.Ms, Overflowed: 1}, true},
		{short, packet.Flow{Pause: 101 * probetest.Ms, Repairs: 1}, true}, {short, packet.Flow{Pause: 101 * probetest.Ms}, false},
	} {
		if got := c.n.Timeout(FlowResult{Flow: c.f}); got.IsZero() == c.want {
			t.Errorf("%v, %+v: %q", c.n.Trip, c.f, got.String())
		}
	}
}

// TestOverfilled: slow start may lose twice what path and queue hold, and what comes
// behind it one packet in twenty.
func TestOverfilled(t *testing.T) {
	const pipe = 100
	for _, c := range []struct {
		overshoot, packets, dropped int
		want                        bool
	}{
		{pipe / overshootShare, 1000, 2*pipe + 50, false}, {pipe / overshootShare, 1000, 2*pipe + 51, true},
		{pipe / overshootShare, 10_000, 2*pipe + 500, false}, {0, 1000, 1000, false},
	} {
		f := packet.Flow{Packets: c.packets, Overflowed: c.dropped}
		if got := (FlowPlan{Overshoot: c.overshoot}).overfilled(f); got != c.want {
			t.Errorf("%d of %d packets dropped: overfilled %v, want %v", c.dropped, c.packets, got, c.want)
		}
	}
}

// TestUnready: why a flow does not show what was asked for, in words, and that
// such a value is cut off.
func TestUnready(t *testing.T) {
	n := Bottleneck{Rate: 12e6, Packet: probetest.Ms, Trip: 20 * probetest.Ms, bdp: 20, Limit: 30}
	for _, c := range []struct {
		t    testbed.Transport
		p    FlowResult
		want string
	}{
		{transports.TCP, FlowResult{Ready: true}, ""},
		{transports.TCP, FlowResult{Started: 20 * time.Second}, "slow start was not over after 20 s"},
		{transports.TCP, FlowResult{Started: 20 * time.Second, Before: packet.Flow{Repairs: 1}}, "the window had not filled path and queue after 20 s"},
		{transports.TCP, FlowResult{Ended: text.Say("no connection in 30 s"), Lasted: 30 * time.Second}, "no connection in 30 s"},
		{transports.UDP, FlowResult{Started: time.Second, Lasted: time.Second, Flow: packet.Flow{Offered: 1e6}}, "the lab offered 8 Mbit/s, the link carries 12"},
	} {
		row := result.Row("goodput", "", "Mbit/s")
		n.Cut(c.t, c.p, row)
		got, cut := row.CutOff[c.t.Name]
		if cut != (c.want != "") || !strings.Contains(got.String(), c.want) {
			t.Errorf("cut off: %v, because %q; want %q", cut, got.String(), c.want)
		}
	}
	unmended := FlowResult{Ready: true, Before: packet.Flow{Distinct: 10}}
	row := result.Row("goodput", "", "Mbit/s")
	if n.Cut(transports.TCP, unmended, row); !strings.Contains(row.CutOff["tcp"].String(), "10 bytes waited to be sent again") {
		t.Errorf("in the middle of a repair: %q", row.CutOff["tcp"].String())
	}
	busy := FlowResult{Ready: true, Lasted: time.Second, Flow: packet.Flow{Lateness: wire.Lateness{Delivered: 10, Late: 10}}}
	row = result.Row("goodput", "", "Mbit/s")
	row.Set("tcp", result.Num(5))
	row.Expect("tcp", 5, 4, 6)
	if n.Cut(transports.TCP, busy, row); row.CutOff != nil {
		t.Error("a value as expected is cut off because packets were late")
	}
	row.Set("tcp", result.Num(3))
	if n.Cut(transports.TCP, busy, row); row.CutOff == nil {
		t.Error("a value that is not as expected counts, although packets were late")
	}
}

// TestExpectOverflow: what the link does not carry of what was offered is
// dropped, whatever chance dropped before.
func TestExpectOverflow(t *testing.T) {
	const packets = 2000
	rate := packets / 2 * datagramPacket * 8.0 // half of them in a second
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
		n := Bottleneck{Rate: rate, drop: c.drop, run: c.drop, Limit: c.limit}
		p := FlowResult{Lasted: time.Second, Flow: packet.Flow{Packets: packets, Lost: c.lost}}
		n.ExpectOverflow(queue, data, transports.UDP, p)
		got, ok := queue.Expected["udp"]
		if ok != c.ok || math.Abs(got.Number-c.share) > 1e-9 || math.Abs(data.Expected["udp"].Number-c.data) > 1e-9 {
			t.Errorf("%s: %v at the queue, %v in all (%v); want %v, %v", c.name, got, data.Expected["udp"], ok, c.share, c.data)
		}
		if ok && queue.High["udp"]-got.Number > 0.11 {
			t.Errorf("%s: up to %v", c.name, queue.High["udp"])
		}
	}
}

// TestMissing: data that had been sent before the measurement and had not come
// by its end.
func TestMissing(t *testing.T) {
	p := FlowResult{Before: packet.Flow{Distinct: 1000, Whole: 400}, Flow: packet.Flow{Whole: 500}}
	if got := p.Missing(); got != 100 {
		t.Errorf("%d bytes are missing, want 100", got)
	}
	p.Whole = 700
	if got := p.Missing(); got != 0 {
		t.Errorf("%d bytes are missing, want none", got)
	}
}

// TestExpectBottleneckGoodput: nothing is expected of TCP under loss, nor where bursts of
// acknowledgements overflow the queue.
func TestExpectBottleneckGoodput(t *testing.T) {
	for _, c := range []struct {
		name        string
		t           testbed.Transport
		c           link.Conditions
		low, v, max float64
	}{
		{"TCP, a full queue", transports.TCP, link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 64}, 9.17, 9.65, 9.69},
		{"TCP, half of a queue", transports.TCP, link.Conditions{Delay: 60 * probetest.Ms, Rate: 10e6, Limit: 50}, 6.85, 9.3, 9.69},
		{"TCP, loss", transports.TCP, link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 64, Loss: 0.1}, 0, 0, 0},
		{"TCP, no queue to speak of", transports.TCP, link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 1}, 0, 0, 0},
		{"UDP", transports.UDP, link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 64, Loss: 0.1}, 9.77, 9.80, 9.84},
		{"UDP, hardly anything left", transports.UDP, link.Conditions{Delay: 10 * probetest.Ms, Rate: 10e6, Limit: 64, Loss: 0.5}, 0, 0, 0},
		{"no rate", transports.UDP, link.Conditions{Delay: 10 * probetest.Ms}, 0, 0, 0},
	} {
		row := result.Row("goodput", "", "Mbit/s")
		BottleneckOf(wire.Options{Client: c.c, Server: c.c}).ExpectGoodput(row, &testbed.Bench{}, c.t)
		v, low, high := row.Expected[c.t.Name].Number, row.Low[c.t.Name], row.High[c.t.Name]
		if math.Abs(v-c.v) > 0.01 || math.Abs(low-c.low) > 0.01 || math.Abs(high-c.max) > 0.01 {
			t.Errorf("%s: %.2f, from %.2f to %.2f; want %v, from %v to %v", c.name, v, low, high, c.v, c.low, c.max)
		}
	}
}

// TestBridged: a queue bridges what is dropped in a row before it.
func TestBridged(t *testing.T) {
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
		if got := BottleneckOf(wire.BothWays(c.l)).bridged(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.l, got, c.want)
		}
	}
}

// TestStartsOver: a flow is measured anew when the queue dropped for the first
// time, or when slow start overfilled it.
func TestStartsOver(t *testing.T) {
	again := FlowPlan{Again: func() FlowState { return nil }, Overshoot: 40}
	once := []packet.Flow{{Packets: 1000, Overflowed: 480}}
	for _, c := range []struct {
		name          string
		before, after []packet.Flow
		want          bool
	}{
		{"nothing dropped", once, []packet.Flow{{Packets: 1900, Overflowed: 480}}, false},
		{"a few", once, []packet.Flow{{Packets: 1900, Overflowed: 490}}, false},
		{"slow start", once, []packet.Flow{{Packets: 1900, Overflowed: 810}}, true},
		{"many of very many", once, []packet.Flow{{Packets: 9000, Overflowed: 530}}, false},
		{"the first time", []packet.Flow{{Packets: 1000}}, []packet.Flow{{Packets: 1900, Overflowed: 1}}, true},
	} {
		if got := again.startsOver(c.before, c.after); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if (FlowPlan{}).startsOver(once, []packet.Flow{{Packets: 1900, Overflowed: 810}}) {
		t.Error("where nobody knows what slow start loses, it is said to show")
	}
}
