package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
	"echolab/lab/trace"
)

// flowRates is what one flow achieved, in bits per second of payload, counted
// on the wire.
type flowRates struct {
	sent, goodput float64
	queueLoss     float64       // percent of its packets, the start counted too
	rtt           time.Duration // as TCP lived it, on average; 0 if unknown
}

// warmShare is the part of a flow's life that does not count for its rates:
// in slow start a flow learns what the path carries, and does not yet show it.
const warmShare = 0.3

// flows lets one flow per transport pour over the same wire at the same time,
// for so long, and reads from the wire what each achieved. All of them are
// connected before the first one begins, and all are measured over the same
// interval.
func flows(
	ctx context.Context, b *lab.Bench, lasts time.Duration, transports ...lab.Transport,
) (rates []flowRates, err error) {
	meter := trace.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return nil, err
	}
	defer end(n, &err)
	var spouts []*spout
	for i, t := range transports {
		s, err := openSpout(ctx, n, t, lab.Seed(b.Conditions.Seed, "flow", i))
		if err != nil {
			return nil, fmt.Errorf("%s flow %d: %w", t.Name, i+1, err)
		}
		defer end(s, &err)
		spouts = append(spouts, s)
	}
	return pourAll(ctx, spouts, meter, b.Conditions.Client.Rate, lasts)
}

// pourAll pours all flows side by side and measures them.
func pourAll(
	ctx context.Context, spouts []*spout, meter *trace.Meter, rate float64, lasts time.Duration,
) ([]flowRates, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := newGroup(running)
	for i, s := range spouts {
		g.Go(func() error {
			if err := s.pour(running, rate); err != nil {
				return fmt.Errorf("%s flow %d: %w", s.transport.Name, i+1, err)
			}
			return nil
		})
	}
	warm := time.Duration(warmShare * float64(lasts))
	_ = pause(running, warm) // that it ended early, Wait tells
	before, began := metered(meter, spouts), time.Now()
	_ = pause(running, lasts-warm)
	after, seconds := metered(meter, spouts), time.Since(began).Seconds()
	stop()
	if err := g.Wait(); err != nil {
		return nil, err
	}
	rates := make([]flowRates, len(spouts))
	for i := range rates {
		rates[i] = flowRates{
			sent:      float64(after[i].Offered-before[i].Offered) * 8 / seconds,
			goodput:   float64(after[i].Fresh-before[i].Fresh) * 8 / seconds,
			queueLoss: percent(after[i].Overflowed, after[i].Packets),
			rtt:       after[i].RTT,
		}
	}
	return rates, context.Cause(ctx)
}

// metered is what every flow has done so far.
func metered(meter *trace.Meter, spouts []*spout) []trace.Flow {
	all := make([]trace.Flow, len(spouts))
	for i, s := range spouts {
		all[i] = meter.Flow(s.port())
	}
	return all
}
