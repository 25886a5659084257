// Package congestion is the lesson "Congestion control". What it tells is in en.md and ko.md.
package congestion

import (
	"context"
	"embed"

	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "congestion",
	Also:       []string{"congestion window", "cwnd", "bottleneck", "AIMD", "queue"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runCongestion,
	Lesson: packet.Lesson{
		Shows: []packet.Sight{packet.QueueFull},
	},
	Claims: CongestionClaims,
}

// The two paths, each with chances of its own.
const (
	bottleneckPath = iota
	lossyPath
)

func runCongestion(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	var reno *result.Measurement
	var found map[string]probe.FlowResult
	g, ctx := probe.NewGroup(ctx)
	g.Go(func() (err error) {
		reno, err = bulkReno(ctx, b.Attempt(lossyPath))
		return err
	})
	g.Go(func() (err error) {
		found, err = testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.FlowResult, error) {
			return oneFlow(ctx, b.Attempt(bottleneckPath), t)
		})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	rows := bottleneckRows(b, found)
	headlines := 2
	if b.Options.Congestion == "reno" {
		headlines = 3 // who asks for Reno wants to see it
	}
	return result.Rows(headlines, slices.Insert(rows, 2, reno)...), nil
}

// oneFlow pours alone over the bottleneck.
func oneFlow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (probe.FlowResult, error) {
	all, err := probe.RunFlows(ctx, b, probe.BottleneckOf(b.Conditions).Course(b, t), t)
	if p, ok := endedEarly(err); ok {
		return p, nil
	}
	if err != nil {
		return probe.FlowResult{}, err
	}
	return all[0], nil
}

// bottleneckRows are goodput, what the queue dropped, what was sent and what
// data is lost.
func bottleneckRows(b *testbed.Bench, found map[string]probe.FlowResult) []*result.Measurement {
	n := probe.BottleneckOf(b.Conditions)
	goodput := result.Row("goodput", "Goodput", "Mbit/s")
	queue := result.Row("queue_loss", "Dropped at the full queue", "%")
	sent := result.Row("sent", "Sent", "Mbit/s")
	start := result.Row("queue_loss_start", "Dropped before that, in slow start", "packets")
	data := result.Row("data_lost", "Data lost", "%")
	rows := []*result.Measurement{goodput, queue, sent, start, data}
	for _, t := range b.Transports {
		p := found[t.Name]
		goodput.Set(t.Name, result.Num(p.Goodput()/1e6))
		queue.Set(t.Name, result.Num(probe.Percent(p.Overflowed, p.Packets)))
		sent.Set(t.Name, result.Num(p.Sent()/1e6))
		n.ExpectGoodput(goodput, b, t)
		if t.Reliable {
			start.Set(t.Name, result.Num(p.Before.Overflowed))
			data.Set(t.Name, result.Num(probe.Percent(p.Missing(), p.Before.Distinct)))
			data.ExpectExactly(t.Name, 0)
		} else {
			data.Set(t.Name, result.Num(probe.Percent(p.Overflowed+p.Lost, p.Packets)))
			n.ExpectOverflow(queue, data, t, p)
		}
		n.Cut(t, p, goodput, queue, sent, data)
		if why := probe.StartedOver(p); !why.IsZero() { // theory says nothing of these, but claims look at them
			queue.CutShort(t.Name, why)
			sent.CutShort(t.Name, why)
		}
	}
	data.Because("what a reliable transport's packets lose is sent again (RFC 9293 3.8)")
	return rows
}
