// Package latency is the lesson "Latency". What it tells is in en.md and ko.md.
package latency

import (
	"context"
	"fmt"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:      "latency",
	Also:    []string{"RTT", "round-trip time", "ping", "delay"},
	Prose:   experiments.Read("latency"),
	Place:   experiments.OnLocalhost,
	Alone:   true,
	Options: []string{"messages", "size"},
	Run:     experiments.InTurn(pingPong, rows),
	Lesson:  packet.Lesson{Messages: 20},
}

// warmUp is how many messages go before those that count.
const warmUp = 50

var rows = []experiments.Row[[]time.Duration]{
	{ID: "rtt_p50", Label: "Round trip, p50", Unit: "µs", Headline: true, Cell: percentile(0.50)},
	{ID: "rtt_p99", Label: "Round trip, p99", Unit: "µs", Cell: percentile(0.99)},
}

// percentile is the round trip that a share of all is no longer than.
func percentile(share float64) func(testbed.Transport, []time.Duration) result.Cell {
	return func(_ testbed.Transport, rtts []time.Duration) result.Cell {
		return result.Number(probe.Microseconds(theory.Percentile(rtts, share)))
	}
}

// pingPong measures the round trips of the workload in a closed loop on purpose: one
// message at a time, so that no message waits behind another.
func pingPong(ctx context.Context, b *testbed.Bench, t testbed.Transport) (rtts []time.Duration, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		return nil, err
	}
	defer probe.Close(s, &err)
	w := b.Workload(0)
	message, echo := make([]byte, w.Size), make([]byte, w.Size)
	for i := range warmUp + w.Messages {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		began := time.Now()
		if err := probe.EchoOnce(s.Client, w.Fill(message, i%w.Messages), echo); err != nil {
			return nil, fmt.Errorf("echo %d: %w", i+1, err)
		}
		if i >= warmUp {
			rtts = append(rtts, time.Since(began))
		}
	}
	return rtts, nil
}
