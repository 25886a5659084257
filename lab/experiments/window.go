package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// The window limit shows on a path so long that a window is gone long before
// its acknowledgement comes.
const (
	windowDelay  = 20 * time.Millisecond // one way
	windowBuffer = 128 << 10
	// windowPackets is more than pass: a window of full segments, each with
	// its acknowledgement, a round trip.
	windowPackets = 20000
)

// windowRate measures a flow that nothing slows but its receiver's window,
// although the receiver reads as fast as it can.
func windowRate(ctx context.Context, b *lab.Bench) (*lab.Measurement, error) {
	row := lab.Row("window_rate", "Rate, small window", "Mbit/s")
	rtt := 2 * windowDelay
	for _, t := range b.Transports {
		if !t.Reliable {
			continue
		}
		long := b.On(smallBuffers(b.Opener, buffers{receive: windowBuffer}))
		rec := trace.NewRecorder(windowPackets)
		long.Conditions.Client = link.Conditions{Delay: windowDelay}
		long.Conditions.Server = link.Conditions{Delay: windowDelay}
		long.Conditions.Tap = beside(b.Conditions.Tap, rec.Tap)
		rates, err := flows(ctx, long, bulk(b), t)
		if err != nil {
			return nil, fmt.Errorf("%s with a small window: %w", t.Name, err)
		}
		row.Set(t.Name, lab.Num(rates[0].goodput/1e6))
		window := widestWindow(rec.Packets(), time.Duration(warmShare*float64(bulk(b))))
		limit := theory.WindowLimit(window, rtt)
		row.Expect(t.Name, limit/1e6, leastFilled*limit/1e6, limit/1e6)
		row.Because("window/RTT: %d bytes in %v (RFC 9293 3.8.6)", window, rtt)
	}
	return row, nil
}

// leastFilled is the part of a window that is under way at least: a receiver
// may hold an update back until half of the window or a segment is free (RFC
// 9293 section 3.8.6.2.2).
const leastFilled = 0.5

// widestWindow is the greatest that the server told after the start, in bytes.
func widestWindow(packets []trace.Packet, start time.Duration) int {
	widest := 0
	for _, p := range packets {
		if p.From == wire.Server && p.TCP != nil && p.Time >= start {
			widest = max(widest, p.TCP.ScaledWindow)
		}
	}
	return widest
}

// beside calls a tap, which may be nil, and another one.
func beside(first, second wire.Tap) wire.Tap {
	if first == nil {
		return second
	}
	return func(e wire.Event) { first(e); second(e) }
}
