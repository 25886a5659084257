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

// renoFlows are how many flows are averaged. Nothing slows them but loss, so
// each is as good as alone on the link.
const renoFlows = 4

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
	lossy, lasts := lossyBench(b), bulk(b)
	for _, t := range b.Transports {
		if !t.Reliable {
			continue
		}
		rates, err := flows(ctx, lossy, lasts, slices.Repeat([]lab.Transport{t}, renoFlows)...)
		if err != nil {
			return nil, fmt.Errorf("reno over a lossy link: %w", err)
		}
		sum := 0.0
		for _, r := range rates {
			sum += r.goodput
		}
		row.Set(t.Name, lab.Num(sum/renoFlows/1e6))
		if m, ok := renoModel(lossy.Conditions, lasts); ok {
			row.Expect(t.Name, m.rate/1e6, m.rate/1e6/modelFactor, m.most/1e6)
			row.Basis = m.basis
		}
	}
	return row, nil
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
// for the flow to show several.
func renoModel(c wire.Options, lasts time.Duration) (m model, ok bool) {
	rtt, p := roundTrip(c), lostTo(c.Client)
	if p == 0 || rtt == 0 || !independent(c.Client) || c.Client.Jitter > 0 || c.Server.Jitter > 0 {
		return m, false
	}
	window := theory.MathisEverySegment / math.Sqrt(p) // on average; it halves at 4/3 of it
	if cycle := time.Duration(window * 2 / 3 * float64(rtt)); cycle*leastCycles > lasts {
		return m, false
	}
	mathis := theory.Mathis(segmentSize, rtt, p, theory.MathisEverySegment)
	if p < 0.02 {
		return model{mathis, mathis * modelFactor, lab.Say("Mathis: MSS/RTT * 1.22/sqrt(p), p = %s", share(p))}, true
	}
	pftk := theory.PFTK(segmentSize, rtt, rtt+leastRTO, p, 1)
	return model{pftk, max(pftk*modelFactor, mathis), lab.Say("PFTK, RTO = RTT + 200 ms, p = %s; at most Mathis", share(p))}, true
}

// share writes a fraction as a percentage.
func share(p float64) string { return fmt.Sprintf("%.3g %%", 100*p) }
