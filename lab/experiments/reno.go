package experiments

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

const (
	tcpHeaders  = theory.IPv4Header + theory.TCPHeader + theory.TimestampOption
	segmentSize = lab.DefaultMTU - tcpHeaders
	leastRTO    = 200 * time.Millisecond // Linux and gVisor; RFC 6298 says 1 s
)

// renoLoss is how much the lossy link drops if the user does not say.
const renoLoss = 0.01

// renoFlows are how many flows are looked at. Nothing slows them but loss, so
// each is as good as alone on the link.
const renoFlows = 3

// lossyBench is the same path as the bench's, without a bottleneck but with
// loss, for Reno.
func lossyBench(b *lab.Bench) *lab.Bench {
	lossy := b.On(b.Opener)
	lossy.Options.Congestion = "reno"
	for _, c := range []*link.Conditions{&lossy.Conditions.Client, &lossy.Conditions.Server} {
		c.Rate, c.Limit = 0, 0
	}
	if c := &lossy.Conditions.Client; independent(*c) && lostTo(*c) == 0 {
		c.Loss = renoLoss
	}
	return lossy
}

// bulkReno measures Reno over a lossy link against the formulas.
func bulkReno(ctx context.Context, b *lab.Bench) (*lab.Measurement, error) {
	row := lab.Row("bulk_reno", "Reno, lossy link", "Mbit/s")
	lossy, lasts := lossyBench(b), bulkFor
	for _, t := range b.Transports {
		if !t.Reliable {
			continue
		}
		rates, err := flows(ctx, lossy, lasts, slices.Repeat([]lab.Transport{t}, renoFlows)...)
		if err != nil {
			return nil, fmt.Errorf("reno over a lossy link: %w", err)
		}
		one := middle(rates)
		row.Set(t.Name, lab.Num(one.goodput/1e6))
		if m, ok := renoModel(lossy.Conditions, max(one.rtt, roundTrip(lossy.Conditions)), lasts); ok {
			row.Expect(t.Name, m.rate/1e6, m.rate/1e6/modelFactor, m.most/1e6)
			row.Basis = m.basis
		}
	}
	return row, nil
}

// middle is the median rate and the median round trip of several flows: one
// that had much more luck than the others, or less, says little.
func middle(flows []flowRates) flowRates {
	var rates, trips []float64
	for _, f := range flows {
		rates, trips = append(rates, f.goodput), append(trips, float64(f.rtt))
	}
	return flowRates{goodput: theory.Median(rates), rtt: time.Duration(theory.Median(trips))}
}

// modelFactor is how near the formulas claim to be: Mathis et al. and Padhye
// et al. found most of their measurements within it.
const modelFactor = 1.5

// leastCycles is how often the window must have halved and grown again for
// the average to mean something.
const leastCycles = 5

// model is what a formula expects of a flow, in bits per second.
type model struct {
	rate, most float64
	basis      lab.Text
}

// renoModel is what Mathis (below 2 % loss) or PFTK (above) expects of Reno
// over a path without a bottleneck. Only loss of data counts: the next
// acknowledgement says all that a lost one said. PFTK counts the timeouts of
// the Reno of its time, of which SACK and tail loss probes now save many, and
// Mathis counts none, so the truth is between the two. Nothing is expected
// where packets are not lost independently or overtake each other, nor where
// a cycle, of half a window's round trips (Mathis et al. 1997), is too long
// for the flow to show several. The round trip is the one that the flow lived:
// on a busy machine the hosts, too, take their time. But their stops are short
// and many, so at most it is as fast as over the path alone. Mathis as the most
// has no factor beside it, so it allows for luck: for a path that drops as few
// of so many packets as one in two thousand does.
func renoModel(c wire.Options, rtt, lasts time.Duration) (m model, ok bool) {
	path, p := roundTrip(c), lostTo(c.Client)
	if p == 0 || path == 0 || !independent(c.Client) || c.Client.Jitter > 0 || c.Server.Jitter > 0 {
		return m, false
	}
	window := theory.MathisEverySegment / math.Sqrt(p) // on average; it halves at 4/3 of it
	if cycle := time.Duration(window * 2 / 3 * float64(path)); cycle*leastCycles > lasts {
		return m, false
	}
	measured := rtt.Round(100 * time.Microsecond)
	if p < 0.02 {
		return model{mathis(rtt, p), mathis(path, p) * modelFactor, lab.Say("Mathis: MSS/RTT * 1.22/sqrt(p), p = %s, RTT = %v as measured", share(p), measured)}, true
	}
	least := luckiest(p, window*float64(lasts)/float64(path)*renoFlows)
	return model{pftk(rtt, p), max(pftk(path, p)*modelFactor, mathis(path, least)), lab.Say("PFTK, RTO = RTT + 200 ms, p = %s, RTT = %v as measured; at most Mathis", share(p), measured)}, true
}

func mathis(rtt time.Duration, p float64) float64 {
	return theory.Mathis(segmentSize, rtt, p, theory.MathisEverySegment)
}

func pftk(rtt time.Duration, p float64) float64 {
	return theory.PFTK(segmentSize, rtt, rtt+leastRTO, p, 1)
}

// luckiest is the least share of so many packets that a chance of p drops.
func luckiest(p, packets float64) float64 {
	low, _ := theory.Interval(int(packets), p, 0.999)
	return max(float64(low), 1) / packets
}

// share writes a fraction as a percentage.
func share(p float64) string { return fmt.Sprintf("%.3g %%", 100*p) }
