package experiments

import (
	"context"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
)

// echoDelay makes an echo slow enough to be looked at.
const echoDelay = 10 * time.Millisecond

// Echo is one echo through every transport, as an experiment: no lesson, and so
// none of All, but something to watch. It has a row a transport, whose id is
// the transport's name and whose label says what the application saw.
func Echo() lab.Experiment {
	return lab.Experiment{
		ID: "echo", Title: "Echo", Place: lab.OnWire,
		Conditions: bothWays(link.Conditions{Delay: echoDelay}), Run: runEcho,
	}
}

func runEcho(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (trace.Trace, error) {
		return trace.Echo(ctx, b, t, b.Options.Size)
	})
	var rows []lab.Measurement
	for _, t := range b.Transports {
		rows = append(rows, lab.Measurement{ID: t.Name, Label: found[t.Name].Outcome})
	}
	return rows, err
}
