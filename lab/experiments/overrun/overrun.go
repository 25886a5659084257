// Package overrun is the lesson "Overrun: send as fast as you can". What it tells is in en.md and ko.md.
package overrun

import (
	"context"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:      "overrun",
	Also:    []string{"buffer overflow", "receive buffer", "flooding"},
	Prose:   experiments.Read("overrun"),
	Place:   experiments.OnLocalhost,
	Alone:   true,
	Options: []string{"size"},
	Run:     experiments.InTurn(flood, rows),
}

// How long the client sends: with --quick, and beside other experiments, briefly.
const (
	sendFor      = time.Second
	sendForBrief = 300 * time.Millisecond
)

func flood(ctx context.Context, b *testbed.Bench, t testbed.Transport) (probe.ThroughputSample, error) {
	lasts := sendFor
	if b.Options.Quick || !b.Options.Named {
		lasts = sendForBrief
	}
	return sendFast(ctx, b, t, b.Options.Size, lasts)
}

var rows = []experiments.Row[probe.ThroughputSample]{
	{
		ID: "offered", Label: "Offered", Unit: "Mbit/s", Headline: true,
		Cell: func(_ testbed.Transport, s probe.ThroughputSample) result.Cell {
			return result.Number(s.Offered() / 1e6)
		},
	},
	{
		ID: "arrived", Label: "Arrived", Unit: "Mbit/s", Headline: true,
		Cell: func(_ testbed.Transport, s probe.ThroughputSample) result.Cell {
			return result.Number(s.Arrived() / 1e6)
		},
	},
	{ID: "lost_to_full_buffer", Label: "Lost to a full buffer", Unit: "%", Headline: true,
		Basis: text.Say("a reliable transport waits instead of losing (RFC 9293 3.8.6)"),
		Cell:  lost},
}

func lost(t testbed.Transport, s probe.ThroughputSample) result.Cell {
	cell := result.Number(probe.Percent(s.Sent-s.Got, s.Sent))
	switch {
	case !t.Reliable:
		return cell
	case s.Got < s.Sent:
		cell = cell.CutShort(text.Sayf("stopped after %s s, %d of %d bytes there",
			text.Figure(probe.EchoTimeout.Seconds()), s.Got, s.Sent))
	}
	return cell.ExpectExactly(0)
}

// sendFast sends messages of one size without a pause.
func sendFast(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, size int, lasts time.Duration,
) (s probe.ThroughputSample, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return s, err
	}
	defer probe.Close(n, &err)
	f, err := probe.OpenBulkFlow(ctx, n, t)
	if err != nil {
		return s, err
	}
	defer probe.Close(f, &err)
	return f.SendFor(ctx, size, lasts, nil)
}
