package registry

import (
	"math"
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
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
		{"1 %, 20 ms", link.Conditions{Delay: 10 * ms, Loss: 0.01}, 7.09, 10.64},
		{"5 %, 20 ms", link.Conditions{Delay: 10 * ms, Loss: 0.05}, 1.36, 3.17}, // at most Mathis
		{"damage is loss", link.Conditions{Delay: 10 * ms, Corrupt: 0.01}, 7.09, 10.64},
		{"no loss", link.Conditions{Delay: 10 * ms}, 0, 0},
		{"no round trip", link.Conditions{Loss: 0.01}, 0, 0},
		{"jitter", link.Conditions{Delay: 10 * ms, Jitter: ms, Loss: 0.01}, 0, 0},
		{"bursts", link.Conditions{Delay: 10 * ms, Burst: link.Burst{Loss: 0.01, Length: 2}}, 0, 0},
		{"timeouts count, and nobody says how much", link.Conditions{Delay: 200 * time.Microsecond, Loss: 0.01}, 0, 0},
		{"far apart", link.Conditions{Delay: 10 * ms, Loss: 0.2}, 0, 0},
	} {
		m, ok := renoModel(bothWays(c.c), roundTrip(bothWays(c.c)), lostTo(c.c))
		if ok != (c.rate > 0) || math.Abs(m.rate/1e6-c.rate) > 0.01 || math.Abs(m.most/1e6-c.most) > 0.01 {
			t.Errorf("%s: %v, at most %v (%v); want %v, at most %v Mbit/s", c.name, m.rate, m.most, ok, c.rate, c.most)
		}
	}
	half, _ := renoModel(wire.Options{Client: link.Conditions{Delay: 10 * ms, Loss: 0.01}, Server: link.Conditions{Delay: 10 * ms}}, 20*ms, 0.01)
	both, _ := renoModel(bothWays(link.Conditions{Delay: 10 * ms, Loss: 0.01}), 20*ms, 0.01)
	if half.rate != both.rate {
		t.Error("the loss of acknowledgements changes what is expected")
	}
	if slow, _ := renoModel(bothWays(link.Conditions{Delay: 10 * ms, Loss: 0.01}), 40*ms, 0.01); math.Abs(slow.rate-both.rate/2) > 1 {
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
		{"the default", link.Conditions{Delay: 10 * ms, Loss: 0.01}, time.Hour, 1633 * ms, true}, // 8.16 round trips a cycle
		{"a long way", link.Conditions{Delay: 300 * ms, Loss: 0.01}, 90 * time.Second, 30 * time.Second, true},
		{"too long a way", link.Conditions{Delay: 600 * ms, Loss: 0.01}, 90 * time.Second, 30 * time.Second, false},
		{"hardly any loss", link.Conditions{Delay: 10 * ms, Loss: 1e-4}, time.Hour, 3266 * ms, false}, // two cycles of 10,000 packets
		{"timeouts", link.Conditions{Delay: 10 * ms, Loss: 0.04}, time.Hour, 3016 * ms, true},
		{"no round trip", link.Conditions{Loss: 0.01}, time.Hour, unboundedFor, true},
	} {
		b := &testbed.Bench{Conditions: bothWays(c.c), Driver: testbed.Driver{Longest: c.longest}}
		if lasts, enough := renoLasts(b); (lasts-c.lasts).Abs() > ms || enough != c.enough {
			t.Errorf("%s: %v, enough: %v; want %v, %v", c.name, lasts, enough, c.lasts, c.enough)
		}
	}
}

func TestLossyBench(t *testing.T) {
	b := &testbed.Bench{Conditions: bothWays(link.Conditions{Delay: 10 * ms, Rate: 10e6, Limit: 64})}
	c := lossyBench(b).Conditions
	if c.Client.Loss != renoLoss || c.Server.Loss != 0 || c.Client.Rate != 0 || c.Server.Rate != 0 || c.Client.Delay != 10*ms {
		t.Errorf("conditions %v", c.Words())
	}
	b.Conditions.Client.Loss = 0.05
	if c := lossyBench(b).Conditions; c.Client.Loss != 0.05 || b.Conditions.Client.Rate == 0 {
		t.Errorf("the user's loss of 5 %% is %v; the bench's own rate is %v", c.Client.Loss, b.Conditions.Client.Rate)
	}
}

// TestBehind: a sender that waits is behind to the end; one that was without a
// processor for a while has caught up by then.
func TestBehind(t *testing.T) {
	exchange := func(late func(i int) time.Duration) *testbed.Exchange {
		x := &testbed.Exchange{Observations: make([]testbed.Observation, 100)}
		for i := range x.Observations {
			x.Observations[i].Due = time.Duration(i) * ms
			x.Observations[i].Sent = x.Observations[i].Due + late(i)
		}
		return x
	}
	for name, c := range map[string]struct {
		late func(i int) time.Duration
		want time.Duration
	}{
		"in time":             {func(int) time.Duration { return 0 }, 0},
		"waiting":             {func(i int) time.Duration { return time.Duration(i) * 10 * ms }, 900 * ms},
		"once, in the middle": {func(i int) time.Duration { return max(0, 500*ms-time.Duration(i)*10*ms) }, 0},
		"once, at the end":    {func(i int) time.Duration { return max(0, time.Duration(i-95)*100*ms) }, 0},
		"a little, always":    {func(int) time.Duration { return flowNoise }, 0},
	} {
		if got := behind(exchange(c.late)); got != c.want {
			t.Errorf("%s: %v behind, want %v", name, got, c.want)
		}
	}
}

// TestSlowReader: what a reader that rests makes of the two.
func TestSlowReader(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{ms: ms, 8 * ms: ms, 160 * ms: 20 * ms, 2 * time.Second: 250 * ms} {
		if got := restFor(bothWays(link.Conditions{Delay: delay})); got != want {
			t.Errorf("at %v one way the server rests %v, want %v", delay, got, want)
		}
	}
	w := testbed.Workload{Messages: flowMessages, Size: flowSize, Every: ms / flowHaste}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, flowMessages), Elapsed: 600 * ms}
	x.Observations[flowMessages-1].Sent = 120 * ms
	waited, lost := result.Row("sender_waited", "", "ms"), result.Row("lost", "", "messages")
	expectWaiting(waited, transports.TCP, w, x, ms)
	// The 540th is due after 108 ms; of the 540 before it both buffers hold 129, or 258.
	if v, low, high := waited.Expected["tcp"].Number, waited.Low["tcp"], waited.High["tcp"]; v != 540-129-108 || low != 540-258-108 || high != 600-108 {
		t.Errorf("TCP waits for %v ms, from %v to %v", v, low, high)
	}
	expectOverrun(lost, transports.UDP, w, x, ms)
	// 120 are read meanwhile, and 64 or 128 are in the buffer.
	if v, low, high := lost.Expected["udp"].Number, lost.Low["udp"], lost.High["udp"]; v != 600-121-64 || low != 600-121-128 || high != 599 {
		t.Errorf("UDP loses %v messages, from %v to %v", v, low, high)
	}
}

// TestToldToStop: over TCP a window of nothing, over UDP whatever is no echo.
func TestToldToStop(t *testing.T) {
	w := testbed.Workload{Messages: 2, Size: 16}
	echo := w.Fill(make([]byte, 16), 1)
	packets := []packet.Packet{
		{From: wire.Client, UDP: &packet.Datagram{}, Data: []byte("no echo, but the client's")},
		{From: wire.Server, UDP: &packet.Datagram{}, Data: echo},
		{From: wire.Server, ICMP: &packet.ICMPMessage{}},
		{From: wire.Server, TCP: &packet.Segment{Window: 0}},
		{From: wire.Server, TCP: &packet.Segment{Window: 0}},
		{From: wire.Server, TCP: &packet.Segment{Window: 1}},
	}
	if got := toldToStop(transports.UDP, w, packets[:3]); got != 1 {
		t.Errorf("UDP's sender was told by %d packets, want the one of ICMP", got)
	}
	if got := toldToStop(transports.TCP, w, packets[3:]); got != 2 {
		t.Errorf("TCP's sender was told by %d packets, want two", got)
	}
}

// TestSettled: greetings go on until the two quickest agree.
func TestSettled(t *testing.T) {
	with := func(counts ...float64) []greeting {
		var all []greeting
		for _, n := range counts {
			all = append(all, greeting{connect: 20 * ms, handshakeRTT: 20 * ms, firstReply: time.Duration((n - 1) * float64(20*ms)), rtt: 20 * ms})
		}
		return all
	}
	for _, c := range []struct {
		counts []float64
		want   bool
	}{
		{nil, false}, {[]float64{3, 3}, false}, {[]float64{3, 3.1, 9}, true}, {[]float64{3, 3.5, 3.5}, false}, {[]float64{9, 3, 5, 3.05}, true},
		{[]float64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, false}, {[]float64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, true},
	} {
		if got := settled(with(c.counts...)); got != c.want {
			t.Errorf("after %v: settled %v, want %v", c.counts, got, c.want)
		}
	}
}

// TestOnWire: a round trip is what the packets took that somebody waits for.
func TestOnWire(t *testing.T) {
	raw := func(from wire.Side, offered, handed time.Duration, payload int) packet.Packet {
		return packet.Packet{From: from, Time: offered, Delivered: handed, Payload: payload, TCP: &packet.Segment{}}
	}
	greeting := []packet.Packet{
		raw(wire.Client, 0, 10*ms, 0), raw(wire.Server, 10*ms, 22*ms, 0), // SYN and SYN-ACK
		raw(wire.Client, 22*ms, 99*ms, 0), // a bare acknowledgement, for which nobody waits
		raw(wire.Client, 22*ms, 36*ms, 10), raw(wire.Server, 36*ms, 46*ms, 10),
		raw(wire.Client, 50*ms, 0, 10), // lost
	}
	greeting[0].TCP.Flags, greeting[1].TCP.Flags = packet.SYN, packet.SYN|packet.ACK
	if got := onWire(greeting[:2], time.Hour); got != 22*ms {
		t.Errorf("the handshake took %v on the wire, want 10 and 12 ms", got)
	}
	if got := onWire(greeting, time.Hour); got != 23*ms {
		t.Errorf("a round trip took %v, want the means of 10 and 14 ms there and 12 and 10 ms back", got)
	}
	if got := onWire(greeting[:1], time.Hour); got != time.Hour {
		t.Errorf("without an answer: %v, want what was given", got)
	}
}

func TestWorstGap(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 4), Arrivals: []int{0, 2, 1, 3}}
	for i, at := range []time.Duration{10 * ms, 40 * ms, 15 * ms, 41 * ms} {
		x.Observations[i].Received = at
	}
	if got := worstGap(x); got != 25*ms {
		t.Errorf("the longest gap is %v, want 25ms", got)
	}
}
