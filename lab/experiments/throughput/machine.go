package throughput

import (
	"context"
	"fmt"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// headroom is how much more than the link's rate the wire itself must be able
// to carry, so that what is measured is the link and not this machine.
const headroom = 1.25

// blameMachine looks, where something is not as expected, whether this machine's
// own wire could carry the rate at all, and in time. If it could not, that is the
// reason, and the values say nothing about the transports.
func blameMachine(ctx context.Context, b *testbed.Bench, late wire.Lateness, rows []result.Measurement) error {
	if result.JudgeAll(rows) {
		return nil
	}
	carries, err := bareWire(ctx, b)
	var why text.Message
	switch {
	case err != nil:
		return err
	case carries < headroom*b.Conditions.Client.Rate:
		why = text.Sayf("this machine's wire carried at most %s Mbit/s", text.Figure(carries/1e6))
	case late.Share() >= testbed.ManyLate:
		why = text.Sayf("the machine was busy: %s %% of the packets came more than %s ms late",
			text.Figure(100*late.Share()), text.Figure(probe.Milliseconds(wire.LateAfter)))
	default:
		return nil
	}
	for i := range rows {
		for _, t := range b.Transports {
			within, judged := rows[i].Within[t.Name]
			if _, cut := rows[i].CutOff[t.Name]; cut || judged && !within {
				rows[i].CutShort(t.Name, why)
			}
		}
	}
	return nil
}

// bareWire is how many bits a second pass a link of a rate twice the bench's, or
// one without any where it has none, of full packets over TCP, which waits where
// the machine is too slow. Nothing is dropped or kept back on it on purpose.
func bareWire(ctx context.Context, b *testbed.Bench) (carried float64, err error) {
	meter := packet.NewMeter()
	fast := link.Conditions{Rate: 2 * b.Conditions.Client.Rate}
	n, err := b.OpenUnder(ctx, fast, link.Conditions{}, meter.Tap)
	if err != nil {
		return 0, err
	}
	defer probe.Close(n, &err)
	within, cancel := context.WithTimeout(ctx, probe.EchoTimeout)
	defer cancel()
	bytes := bareBytes(fast.Rate)
	f, err := probe.OpenBulkFlow(within, n, transports.TCP)
	if err != nil {
		return 0, fmt.Errorf("over a bare wire: %w", err)
	}
	defer probe.Close(f, &err)
	began := time.Now()
	if _, err = f.Send(within, chunkOf(transports.TCP), bytes, nil); err != nil {
		return 0, fmt.Errorf("over a bare wire: %w", err)
	}
	f.Sink.Await(within, bytes, probe.EchoTimeout)
	handed := meter.Flow(f.Port()).Handed
	return float64(handed) * 8 / max(f.Sink.Since(began), time.Microsecond).Seconds(), context.Cause(ctx)
}

// bareBytes is the data that shows what a wire with a link of that rate carries:
// what it carries in 200 ms, or 4 MB where it has none, and a few packets at least.
func bareBytes(rate float64) int {
	if rate == 0 {
		return 4 << 20
	}
	return max(16<<10, int(rate/8*0.2))
}
