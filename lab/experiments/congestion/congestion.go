// Package congestion is the lesson "Congestion control". What it tells is in en.md and ko.md.
package congestion

import (
	"context"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "congestion",
	Also:       []string{"congestion window", "cwnd", "bottleneck", "AIMD", "queue"},
	Prose:      experiments.Read("congestion"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runCongestion,
	Lesson:     packet.Lesson{Shows: []packet.Sight{packet.QueueFull}},
	Claims:     claims,
}

// The two paths, each with chances of its own.
const (
	bottleneckPath = iota
	lossyPath
)

// found is what was measured of one transport.
type found struct{ goodput, queueLoss, sent, startLoss, dataLost, reno result.Cell }

func runCongestion(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	all, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (found, error) {
		reno, f, err := probe.Both(ctx,
			func(ctx context.Context) (result.Cell, error) { return bulkReno(ctx, b.Attempt(lossyPath), t) },
			func(ctx context.Context) (found, error) { return oneFlow(ctx, b.Attempt(bottleneckPath), t) })
		f.reno = reno
		return f, err
	})
	if err != nil {
		return nil, err
	}
	return experiments.Measure(b.Transports, all, rows(b)...), nil
}

// rows are what the lesson measures. With --congestion reno its row is a headline.
func rows(b *testbed.Bench) []experiments.Row[found] {
	return []experiments.Row[found]{
		{ID: "goodput", Label: "Goodput", Unit: "Mbit/s", Headline: true,
			Cell: func(_ testbed.Transport, f found) result.Cell { return f.goodput }},
		{ID: "queue_loss", Label: "Dropped at the full queue", Unit: "%", Headline: true,
			Cell: func(_ testbed.Transport, f found) result.Cell { return f.queueLoss }},
		{ID: "bulk_reno", Label: "Reno, lossy link", Unit: "Mbit/s", Headline: b.Options.Congestion == "reno",
			Cell: func(_ testbed.Transport, f found) result.Cell { return f.reno }},
		{ID: "sent", Label: "Sent", Unit: "Mbit/s",
			Cell: func(_ testbed.Transport, f found) result.Cell { return f.sent }},
		{ID: "queue_loss_start", Label: "Dropped before that, in slow start", Unit: "packets",
			Cell: func(_ testbed.Transport, f found) result.Cell { return f.startLoss }},
		{ID: "data_lost", Label: "Data lost", Unit: "%",
			Basis: text.Say("what a reliable transport's packets lose is retransmitted (RFC 9293 3.8)"),
			Cell:  func(_ testbed.Transport, f found) result.Cell { return f.dataLost }},
	}
}

// oneFlow sends one flow alone over the bottleneck.
func oneFlow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (found, error) {
	p := pathOf(b.Conditions)
	all, err := probe.RunFlows(ctx, b, p.plan(b, t), t)
	if r, ok := probe.EndedEarly(err); ok {
		return p.measured(b, t, r), nil
	}
	if err != nil {
		return found{}, err
	}
	return p.measured(b, t, all[0]), nil
}

// measured are the cells of one flow.
func (p path) measured(b *testbed.Bench, t testbed.Transport, r probe.FlowResult) found {
	f := found{
		goodput:   p.expectGoodput(result.Number(r.Goodput()/1e6), b, t),
		queueLoss: result.Number(probe.Percent(r.Overflowed, r.Packets)),
		sent:      result.Number(r.Sent() / 1e6),
	}
	if t.Reliable {
		f.startLoss = result.Number(r.Before.Overflowed)
		f.dataLost = result.Number(probe.Percent(missing(r), r.Before.Distinct)).ExpectExactly(0)
	} else {
		f.dataLost = result.Number(probe.Percent(r.Overflowed+r.Lost, r.Packets))
		f.queueLoss, f.dataLost = p.expectOverflow(f.queueLoss, f.dataLost, r)
	}
	why := p.notShown(t, r, !f.goodput.Outside() && !f.queueLoss.Outside() && !f.dataLost.Outside())
	// Theory says nothing of how often slow start comes back, but claims look at
	// these two.
	again := probe.FirstOf(probe.StartedOver(r), why)
	f.goodput, f.dataLost = f.goodput.CutShort(why), f.dataLost.CutShort(why)
	f.queueLoss, f.sent = f.queueLoss.CutShort(again), f.sent.CutShort(again)
	return f
}
