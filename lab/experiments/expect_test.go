package experiments

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// simulate sends the workload over two links and back, each message's echo as
// soon as it is there, and returns the order in which echoes come.
func simulate(c wire.Options, w lab.Workload, seed uint64) []int {
	there, back := link.New(c.Client, seed, "client"), link.New(c.Server, seed, "server")
	var arrivals []int
	sequence := func(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }
	run := func(until time.Duration) {
		for {
			a, okA := there.Next()
			b, okB := back.Next()
			switch {
			case okA && a < until && (!okB || a <= b):
				p, _ := there.Take(a)
				back.Offer(a, p.Bytes)
			case okB && b < until:
				p, _ := back.Take(b)
				arrivals = append(arrivals, sequence(p.Bytes))
			default:
				return
			}
		}
	}
	for seq := range w.Messages {
		run(w.Due(seq))
		there.Offer(w.Due(seq), []byte{byte(seq >> 16), byte(seq >> 8), byte(seq)})
	}
	run(never)
	return arrivals
}

// TestReorderedShare holds the formula against a simulation of the links. The
// margin is 99.9 %; twice as much is never left by luck.
func TestReorderedShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := func(name string) link.Conditions {
			return link.Conditions{
				Delay:   time.Duration(rapid.IntRange(1, 20).Draw(t, name+" delay")) * ms,
				Reorder: rapid.Float64Range(0.01, 0.99).Draw(t, name+" reorder"),
			}
		}
		c := wire.Options{Client: side("client"), Server: side("server")}
		w := lab.Workload{Messages: 4000, Size: 16, Every: time.Duration(rapid.IntRange(300, 9000).Draw(t, "every")) * time.Microsecond}
		share, margin, ok := reorderedShare(c, w)
		if !ok {
			t.Fatal("nothing is expected")
		}
		got := float64(theory.Reordered(simulate(c, w, rapid.Uint64().Draw(t, "seed")))) / float64(w.Messages)
		if math.Abs(got-share) > 2*margin+0.005 { // the last messages have none behind them
			t.Errorf("%v, one every %v: %.4f reordered, expected %.4f ± %.4f", c.Words(), w.Every, got, share, margin)
		}
	})
	if _, _, ok := reorderedShare(bothWays(link.Conditions{Delay: ms, Jitter: ms}), lab.Workload{Messages: 1}); ok {
		t.Error("something is expected of random delays")
	}
}

// TestCopies holds the number of duplicates against a simulation.
func TestCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := wire.Options{
			Client: link.Conditions{Duplicate: rapid.Float64Range(0, 1).Draw(t, "there")},
			Server: link.Conditions{Duplicate: rapid.Float64Range(0, 1).Draw(t, "back")},
		}
		w := lab.Workload{Messages: 2000, Size: 16, Every: ms}
		mean, margin, ok := copies(c, w)
		got := float64(len(simulate(c, w, rapid.Uint64().Draw(t, "seed"))) - w.Messages)
		if !ok || math.Abs(got-mean) > 2*margin+1e-9 {
			t.Errorf("%v: %v duplicates, expected %.0f ± %.0f", c.Words(), got, mean, margin)
		}
	})
	if _, _, ok := copies(bothWays(link.Conditions{Duplicate: 0.1, Loss: 0.1}), lab.Workload{Messages: 1}); ok {
		t.Error("something is expected of copies where originals are lost")
	}
}

func TestExpectDelivery(t *testing.T) {
	w := lab.Workload{Messages: 1000, Size: 512}
	for _, c := range []struct {
		name           string
		t              lab.Transport
		c              link.Conditions
		size           int
		want, min, max float64 // want < 0: nothing is expected
	}{
		{"TCP", lab.TCP, link.Conditions{Loss: 0.1}, 512, 100, 100, 100},
		{"10 % both ways", lab.UDP, link.Conditions{Loss: 0.1}, 512, 81, 76.5, 85.5},
		{"nothing lost", lab.UDP, link.Conditions{}, 512, 100, 100, 100},
		{"two fragments", lab.UDP, link.Conditions{Loss: 0.1}, 1473, 65.61, 60, 71},
		{"damage is loss", lab.UDP, link.Conditions{Corrupt: 0.1}, 512, 81, 76.5, 85.5},
		{"bursts", lab.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}}, 512, -1, 0, 0},
		{"a queue", lab.UDP, link.Conditions{Loss: 0.1, Rate: 1e6}, 512, -1, 0, 0},
	} {
		row := lab.Row("delivered", "", "%")
		w.Size = c.size
		expectDelivery(row, c.t, bothWays(c.c), w)
		got, ok := row.Expected[c.t.Name]
		if ok != (c.want >= 0) {
			t.Errorf("%s: expected %v, %v", c.name, got, ok)
			continue
		}
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		if ok && (math.Abs(got.Number-c.want) > 1e-9 || low < c.min || high > c.max || low > got.Number || high < got.Number) {
			t.Errorf("%s: expected %v (%v to %v), want %v (within %v to %v)", c.name, got, low, high, c.want, c.min, c.max)
		}
	}
}

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
