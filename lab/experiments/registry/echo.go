package registry

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

// echoDelay makes an echo slow enough to be looked at.
const echoDelay = 10 * time.Millisecond

// Echo is one echo through every transport, as an experiment. It teaches nothing by
// itself, and so is not in All; its packets are what `lab trace` shows by default. It
// has a row for each transport, whose id is the transport's name and whose label says
// what the application saw.
func Echo() experiments.Experiment {
	return experiments.Experiment{
		ID: "echo", Prose: experiments.Prose{Title: text.Say("Echo")}, Place: experiments.OnWire,
		Conditions: wire.BothWays(link.Conditions{Delay: echoDelay}), Run: runEcho,
	}
}

func runEcho(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (packet.Trace, error) {
		return probe.Echo(ctx, b, t, b.Options.Size)
	})
	var rows []result.Measurement
	for _, t := range b.Transports {
		rows = append(rows, result.Measurement{ID: t.Name, Label: found[t.Name].Outcome})
	}
	return rows, err
}
