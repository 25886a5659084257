// Package overrun is the lesson "Overrun: send as fast as you can". What it tells is in en.md and ko.md.
package overrun

import (
	"context"
	"embed"

	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "overrun",
	Also:  []string{"buffer overflow", "receive buffer", "flooding"},
	Prose: experiments.Read(pages),
	Place: experiments.OnLocalhost,
	Alone: true,
	Run:   runOverrun,
}

func runOverrun(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	lasts := probe.FloodFor
	if b.Options.Quick {
		lasts = probe.FloodForQuick
	}
	found, err := testbed.Each(ctx, b, true, func(ctx context.Context, t testbed.Transport) (probe.Flood, error) {
		return floodOne(ctx, b, t, b.Options.Size, lasts)
	})
	if err != nil {
		return nil, err
	}
	offered := result.Row("offered", "Offered", "Mbit/s")
	arrived := result.Row("arrived", "Arrived", "Mbit/s")
	lost := result.Row("lost_to_full_buffer", "Lost to a full buffer", "%")
	for _, t := range b.Transports {
		f := found[t.Name]
		offered.Set(t.Name, result.Num(f.Offered()/1e6))
		arrived.Set(t.Name, result.Num(f.Arrived()/1e6))
		lost.Set(t.Name, result.Num(probe.Percent(f.Sent-f.Got, f.Sent)))
		if t.Reliable {
			lost.ExpectExactly(t.Name, 0)
		}
		if t.Reliable && f.Got < f.Sent {
			lost.CutShort(t.Name, text.Sayf("stopped after %s s, %d of %d bytes there", text.Figure(probe.EchoTimeout.Seconds()), f.Got, f.Sent))
		}
	}
	lost.Because("a reliable transport waits instead of losing (RFC 9293 3.8.6)")
	return result.Rows(3, offered, arrived, lost), nil
}

// floodOne sends messages of one size without a pause, for so long.
func floodOne(ctx context.Context, b *testbed.Bench, t testbed.Transport, size int, lasts time.Duration) (f probe.Flood, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return f, err
	}
	w, err := probe.OpenOneWay(ctx, n, t, 0)
	if err != nil {
		return f, err
	}
	defer probe.Close(w, &err)
	return probe.FloodInto(ctx, w, size, lasts, nil)
}
