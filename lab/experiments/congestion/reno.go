package congestion

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// renoLoss is how much the lossy link drops if the user does not say.
const renoLoss = 0.01

// renoFlows are how many flows are looked at. Nothing slows them but loss, so
// each is as good as alone on the link.
const renoFlows = 3

// lossyBench is the same path as the bench's, without a bottleneck but with
// loss, for Reno.
func lossyBench(b *testbed.Bench) *testbed.Bench {
	lossy := b.On(b.Driver)
	lossy.Options.Congestion = "reno"
	for _, c := range []*link.Conditions{&lossy.Conditions.Client, &lossy.Conditions.Server} {
		c.Rate, c.Limit = 0, 0
	}
	if c := &lossy.Conditions.Client; probe.Independent(*c) && probe.LostTo(*c) == 0 {
		c.Loss = renoLoss
	}
	return lossy
}

// bulkReno measures the mean rate of renoFlows flows of Reno, of a reliable transport,
// over a lossy link against the formulas.
func bulkReno(ctx context.Context, b *testbed.Bench, t testbed.Transport) (result.Cell, error) {
	if !t.Reliable {
		return result.Cell{}, nil
	}
	lossy := lossyBench(b)
	lasts, enough := renoLasts(lossy)
	flows := slices.Repeat([]testbed.Transport{t}, renoFlows)
	all, err := probe.RunFlows(ctx, lossy, probe.FixedDuration(lasts), flows...)
	if r, ok := probe.EndedEarly(err); ok {
		return result.Number(0).CutShort(r.Ended), nil
	}
	if err != nil {
		return result.Cell{}, fmt.Errorf("reno over a lossy link: %w", err)
	}
	rate, rtt, p := together(all)
	cell := result.Number(rate / 1e6)
	if m, ok := renoModel(lossy.Conditions, max(rtt, probe.RoundTrip(lossy.Conditions)), p); ok {
		cell = cell.Expect(m.rate/1e6, m.least/1e6, m.most/1e6).Because(m.basis)
	}
	switch {
	case !enough:
		return cell.CutShort(text.Sayf(
			"the window halves and grows again in %s s: too seldom in the %s s that the lab takes",
			text.Figure(renoCycle(lossy.Conditions).Seconds()), text.Figure(lasts.Seconds()))), nil
	case cell.Outside():
		return cell.CutShort(probe.FirstAmong(probe.BottleneckOf(lossy.Conditions).Disturbance, all)), nil
	}
	return cell, nil
}

// renoCycles is how many times the window of one flow halves and grows again
// while it is measured, and until then.
const renoCycles = 10

// renoLasts is how long flows of Reno send to show renoCycles; it is not
// enough where the lab does not wait so long, or where they are too many
// packets: a cycle has 1/p of them (Mathis et al. 1997).
func renoLasts(b *testbed.Bench) (lasts time.Duration, enough bool) {
	cycle := renoCycle(b.Conditions)
	if cycle == 0 {
		return probe.UnboundedFor, true
	}
	longest := b.Longest() / 3
	if p := b.Conditions.Client.DropChance(); p > 0 {
		longest = min(longest, probe.Scale(cycle, mostUntilReady*p))
	}
	lasts = min(probe.Scale(cycle, renoCycles), longest)
	return max(lasts, probe.LeastLook), lasts >= probe.Scale(cycle, leastCycles)
}

// renoCycle is how long Reno's window takes to grow from its half to what it was
// when a packet was lost: half a window's round trips, on average of the windows
// that the loss allows (Mathis et al. 1997), but no less than one. Where
// timeouts count, the window is small, and each loss costs a timeout.
func renoCycle(c wire.Options) time.Duration {
	path, p := probe.RoundTrip(c), c.Client.DropChance()
	if p == 0 {
		return 0
	}
	window := theory.MathisEverySegment / math.Sqrt(p)
	cycle := probe.Scale(path, max(window*2/3, 1))
	if p >= manyTimeouts {
		cycle += probe.LeastRTO + path
	}
	return cycle
}

// manyTimeouts is the share of lost packets from which on timeouts are no rare
// thing (Mathis et al. 1997; Padhye et al. 1998).
const manyTimeouts = 0.02

// together is the mean rate of several flows, their median round trip and the
// share of their packets that were lost: no more of it is luck than has to be.
func together(flows []probe.FlowResult) (rate float64, rtt time.Duration, p float64) {
	var trips []float64
	lost, packets := 0, 0
	for _, f := range flows {
		rate += f.Goodput() / float64(len(flows))
		trips = append(trips, float64(f.RTT()))
		lost, packets = lost+f.Lost, packets+f.Packets
	}
	return rate, time.Duration(theory.Median(trips)), float64(lost) / float64(max(packets, 1))
}

// modelFactor is how near the formulas claim to be: Mathis et al. and Padhye
// et al. found most of their measurements within it.
const modelFactor = 1.5

// leastCycles is how often the window must have halved and grown again for
// the average to mean something.
const leastCycles = 5

// model is what a formula expects of a flow, in bits per second.
type model struct {
	least, rate, most float64
	basis             text.Message
}

// renoModel is what Mathis (below 2 % loss) or PFTK (above) expects of Reno
// over a path without a bottleneck. Only loss of data counts: the next
// acknowledgement says all that a lost one said. PFTK counts the timeouts of
// the Reno of its time, of which SACK and tail loss probes now save many, and
// Mathis counts none, so the truth is between the two. Nothing is expected
// where the two are too far apart to say anything, as on a path that is much
// shorter than a timeout, nor where packets are not lost independently or
// overtake each other. Round trip and loss are those that the flows lived:
// on a busy machine the hosts, too, take their time. But their stops are short
// and many, so at most it is as fast as over the path alone.
func renoModel(c wire.Options, rtt time.Duration, p float64) (m model, ok bool) {
	path := probe.RoundTrip(c)
	if p == 0 || path == 0 || !probe.Independent(c.Client) || c.Client.Jitter > 0 || c.Server.Jitter > 0 {
		return m, false
	}
	apart, measured := mathis(path, p)/pftk(path, p), rtt.Round(100*time.Microsecond)
	least := pftk(rtt, p) / modelFactor
	switch {
	case apart >= farApart || p < manyTimeouts && apart >= modelFactor*modelFactor:
		return m, false
	case p < manyTimeouts:
		return model{least, mathis(rtt, p), mathis(path, p) * modelFactor, text.Sayf(
			"Mathis: MSS/RTT * 1.22/sqrt(p), p = %s, RTT = %v as measured", probe.PercentText(p), measured)}, true
	}
	return model{least, pftk(rtt, p), max(pftk(path, p)*modelFactor, mathis(path, p)), text.Sayf(
		"PFTK, RTO = RTT + 200 ms, p = %s, RTT = %v as measured; at most Mathis", probe.PercentText(p), measured)}, true
}

// farApart is how many times Mathis may be of PFTK so that a rate between the
// two is an expectation.
const farApart = 5

func mathis(rtt time.Duration, p float64) float64 {
	return theory.Mathis(probe.SegmentSize, rtt, p, theory.MathisEverySegment)
}

func pftk(rtt time.Duration, p float64) float64 {
	return theory.PFTK(probe.SegmentSize, rtt, rtt+probe.LeastRTO, p, 1)
}
