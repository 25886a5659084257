package throughput

import (
	"context"

	"fmt"
	"sync/atomic"
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

// punctual counts the packets that wires handed over, and those of them that
// came late.
type punctual struct{ handed, late atomic.Int64 }

func (p *punctual) tap(e wire.Event) {
	if e.Fate != link.Delivered {
		return
	}
	p.handed.Add(1)
	if e.Late > wire.LateAfter {
		p.late.Add(1)
	}
}

// beside is the same bench, whose wires p watches, too.
func (p *punctual) beside(b *testbed.Bench) *testbed.Bench {
	watched := b.On(b.Driver)
	watched.Taps = append(watched.Taps, p.tap)
	return watched
}

// share is the part of the packets that came late.
func (p *punctual) share() float64 { return float64(p.late.Load()) / float64(max(p.handed.Load(), 1)) }

// blameWire looks, where something is not as expected, whether this machine's
// own wire could carry the rate at all, and in time. If it could not, that is
// the reason, and the values say nothing about the transports.
func blameWire(ctx context.Context, b *testbed.Bench, p *punctual, rows []*result.Measurement) error {
	if !anyDoubtful(b, rows) {
		return nil
	}
	carries, err := bareWire(ctx, b)
	var why text.Message
	switch {
	case err != nil:
		return err
	case carries < headroom*b.Conditions.Client.Rate:
		why = text.Sayf("this machine's wire carried at most %s Mbit/s", text.Figure(carries/1e6))
	case p.share() >= testbed.ManyLate:
		why = text.Sayf("the machine was busy: %s %% of the packets came more than %s ms late",
			text.Figure(100*p.share()), text.Figure(probe.Milliseconds(wire.LateAfter)))
	default:
		return nil
	}
	for _, row := range rows {
		for _, t := range b.Transports {
			if doubtful(row, t.Name) {
				row.CutShort(t.Name, why)
			}
		}
	}
	return nil
}

func anyDoubtful(b *testbed.Bench, rows []*result.Measurement) bool {
	for _, row := range rows {
		for _, t := range b.Transports {
			if doubtful(row, t.Name) {
				return true
			}
		}
	}
	return false
}

// doubtful reports whether a value was cut off, or is not as theory expects.
func doubtful(row *result.Measurement, transport string) bool {
	v := row.Values[transport]
	_, expected := row.Expected[transport]
	_, cut := row.CutOff[transport]
	return cut || expected && (v.Word != "" || v.Number < row.Low[transport] || v.Number > row.High[transport])
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
	within, cancel := context.WithTimeout(ctx, probe.EchoTimeout)
	defer cancel()
	bytes := bareBytes(fast.Rate)
	w, err := probe.OpenOneWay(within, n, transports.TCP, bytes)
	if err != nil {
		return 0, fmt.Errorf("over a bare wire: %w", err)
	}
	defer probe.Close(w, &err)
	began := time.Now()
	if _, err = w.Out.Send(within, chunkOf(transports.TCP), bytes, nil); err != nil {
		return 0, fmt.Errorf("over a bare wire: %w", err)
	}
	w.In.Await(within, bytes, probe.EchoTimeout)
	handed := meter.Flow(probe.PortOf(w.Out.Conn.LocalAddr())).Handed
	return float64(handed) * 8 / max(w.In.Since(began), time.Microsecond).Seconds(), context.Cause(ctx)
}

// bareBytes is the data that shows what a wire with a link of that rate carries:
// what it carries in 200 ms, or 4 MB where it has none, and a few packets at least.
func bareBytes(rate float64) int {
	if rate == 0 {
		return 4 << 20
	}
	return max(16<<10, int(rate/8*0.2))
}
