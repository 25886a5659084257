package experiments

import (
	"math"
	"testing"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// TestRenoModel: Mathis up to 2 % loss, PFTK above, and nothing where neither
// holds. The figures are those of the worked examples.
func TestRenoModel(t *testing.T) {
	const lasts = 2500 * ms
	for _, c := range []struct {
		name       string
		c          link.Conditions
		rate, most float64 // Mbit/s; 0: nothing is expected
	}{
		{"1 %, 20 ms", link.Conditions{Delay: 10 * ms, Loss: 0.01}, 7.09, 10.64},
		{"5 %, 20 ms", link.Conditions{Delay: 10 * ms, Loss: 0.05}, 1.36, 3.79}, // Mathis at 3.5 %: 72 of 2,054 packets
		{"damage is loss", link.Conditions{Delay: 10 * ms, Corrupt: 0.01}, 7.09, 10.64},
		{"no loss", link.Conditions{Delay: 10 * ms}, 0, 0},
		{"no round trip", link.Conditions{Loss: 0.01}, 0, 0},
		{"jitter", link.Conditions{Delay: 10 * ms, Jitter: ms, Loss: 0.01}, 0, 0},
		{"bursts", link.Conditions{Delay: 10 * ms, Burst: link.Burst{Loss: 0.01, Length: 2}}, 0, 0},
		{"too few cycles", link.Conditions{Delay: 100 * ms, Loss: 0.001}, 0, 0},
	} {
		m, ok := renoModel(bothWays(c.c), roundTrip(bothWays(c.c)), lasts)
		if ok != (c.rate > 0) || math.Abs(m.rate/1e6-c.rate) > 0.01 || math.Abs(m.most/1e6-c.most) > 0.01 {
			t.Errorf("%s: %v, at most %v (%v); want %v, at most %v Mbit/s", c.name, m.rate, m.most, ok, c.rate, c.most)
		}
	}
	half, _ := renoModel(wire.Options{Client: link.Conditions{Delay: 10 * ms, Loss: 0.01}, Server: link.Conditions{Delay: 10 * ms}}, 20*ms, lasts)
	both, _ := renoModel(bothWays(link.Conditions{Delay: 10 * ms, Loss: 0.01}), 20*ms, lasts)
	if half.rate != both.rate {
		t.Error("the loss of acknowledgements changes what is expected")
	}
	if slow, _ := renoModel(bothWays(link.Conditions{Delay: 10 * ms, Loss: 0.01}), 40*ms, lasts); math.Abs(slow.rate-both.rate/2) > 1 {
		t.Errorf("at twice the round trip %v bit/s are expected, want half of %v", slow.rate, both.rate)
	}
}

func TestLossyBench(t *testing.T) {
	b := &lab.Bench{Conditions: bothWays(link.Conditions{Delay: 10 * ms, Rate: 10e6, Limit: 64})}
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
	exchange := func(late func(i int) time.Duration) *lab.Exchange {
		x := &lab.Exchange{Observations: make([]lab.Observation, 100)}
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
	packet := func(from wire.Side, offered, handed time.Duration, payload int) trace.Packet {
		return trace.Packet{From: from, Time: offered, Delivered: handed, Payload: payload, TCP: &trace.Segment{}}
	}
	greeting := []trace.Packet{
		packet(wire.Client, 0, 10*ms, 0), packet(wire.Server, 10*ms, 22*ms, 0), // SYN and SYN-ACK
		packet(wire.Client, 22*ms, 99*ms, 0), // a bare acknowledgement, for which nobody waits
		packet(wire.Client, 22*ms, 36*ms, 10), packet(wire.Server, 36*ms, 46*ms, 10),
		packet(wire.Client, 50*ms, 0, 10), // lost
	}
	greeting[0].TCP.Flags, greeting[1].TCP.Flags = trace.SYN, trace.SYN|trace.ACK
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
	x := &lab.Exchange{Observations: make([]lab.Observation, 4), Arrivals: []int{0, 2, 1, 3}}
	for i, at := range []time.Duration{10 * ms, 40 * ms, 15 * ms, 41 * ms} {
		x.Observations[i].Received = at
	}
	if got := worstGap(x); got != 25*ms {
		t.Errorf("the longest gap is %v, want 25ms", got)
	}
}
