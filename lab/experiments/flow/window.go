package flow

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// The window limit shows on a path so long that a window is gone long before
// its acknowledgement comes.
const (
	windowDelay  = 20 * time.Millisecond // one way
	windowBuffer = 96 << 10
	// windowFor is how long the flow lasts: some thirty round trips, of which
	// the first third finds the window.
	windowFor = 1500 * time.Millisecond
	// windowPackets is more than pass: a window of full segments, each with
	// its acknowledgement, a round trip.
	windowPackets = 20000
)

// windowRow is what the lesson measures with a small window.
var windowRow = experiments.Row[found]{
	ID: "window_rate", Label: "Rate, small window", Unit: "Mbit/s",
	Cell: func(_ testbed.Transport, f found) result.Cell { return f.windowRate },
}

// rateOfWindow measures a flow of a reliable transport that nothing slows but its
// receiver's window, although the receiver reads as fast as it can.
func rateOfWindow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (result.Cell, error) {
	if !t.Reliable {
		return result.Cell{}, nil
	}
	long := b.On(smallBuffers(b.Driver, windowBuffer, 0))
	rec := capture.NewRecorder(windowPackets)
	long.Conditions.Client = link.Conditions{Delay: windowDelay}
	long.Conditions.Server = link.Conditions{Delay: windowDelay}
	long.Taps = append(long.Taps, func(wire.Options) wire.Tap { return rec.Tap })
	if _, err := probe.RunFlows(ctx, long, probe.FixedDuration(windowFor), t); err != nil {
		return result.Cell{}, fmt.Errorf("with a small window: %w", err)
	}
	return windowCell(rec.Packets()), nil
}

func windowCell(packets []packet.Packet) result.Cell {
	const rtt = 2 * windowDelay
	warm := time.Duration(probe.WarmShare * float64(windowFor))
	window := widestWindow(packets, warm)
	limit := theory.WindowLimit(window, rtt)
	least := leastFilled * theory.WindowLimit(window, seenTrip(packets, warm, rtt))
	return result.Number(bestRate(packets, warm)/1e6).
		Expect(limit/1e6, least/1e6, (1+1.0/windowTrips)*limit/1e6).
		Because(text.Sayf("window/RTT: %d bytes in %v (RFC 9293 3.8.6)", window, rtt))
}

// leastFilled is the part of a window that is under way at least, in a round
// trip as it really was: a receiver may hold an update back until half of the
// window or a segment is free (RFC 9293 section 3.8.6.2.2).
const leastFilled = 0.5

// windowTrips is how many round trips a rate is taken over. One window more may fall
// into them.
const windowTrips = 10

// bestRate is the greatest rate, in bits per second, at which data was handed
// to the server in any windowTrips round trips from start on: a busy machine
// only ever slows a flow down.
func bestRate(packets []packet.Packet, start time.Duration) float64 {
	const interval = windowTrips * 2 * windowDelay
	bytes := map[time.Duration]int{}
	best := 0
	for _, p := range packets {
		if p.From != wire.Client || p.Retransmission || p.Fate != link.Delivered || p.Delivered < start {
			continue
		}
		i := (p.Delivered - start) / interval
		bytes[i] += p.Payload
		best = max(best, bytes[i])
	}
	return float64(best) * 8 / interval.Seconds()
}

// seenTrip is the median time from when the client offered a segment to when
// it was handed the acknowledgement of it, from start on: the delay of the
// path, and what both hosts took. Without any it is otherwise.
func seenTrip(packets []packet.Packet, start, otherwise time.Duration) time.Duration {
	var waiting []packet.Packet // segments without an acknowledgement, in order
	var trips []float64
	for _, p := range packets {
		switch {
		case p.TCP == nil || p.Time < start || p.Fate != link.Delivered:
		case p.From == wire.Client && p.Payload > 0 && !p.Retransmission:
			waiting = append(waiting, p)
		case p.From == wire.Server:
			for len(waiting) > 0 && p.TCP.RelativeAck >= waiting[0].TCP.RelativeSeq+uint32(waiting[0].Payload) {
				trips = append(trips, float64(p.Delivered-waiting[0].Time))
				waiting = waiting[1:]
			}
		}
	}
	if len(trips) == 0 {
		return otherwise
	}
	return time.Duration(theory.Median(trips))
}

// widestWindow is the greatest that the server told after the start, in bytes.
func widestWindow(packets []packet.Packet, start time.Duration) int {
	widest := 0
	for _, p := range packets {
		if p.From == wire.Server && p.TCP != nil && p.Time >= start {
			widest = max(widest, p.TCP.ScaledWindow)
		}
	}
	return widest
}

// leastRoom is the least room, in bytes, that the client ever had: up to the
// end of the window that it had been told of, less what it had sent already
// (the usable window of RFC 9293 section 3.8.6.2.1).
func leastRoom(packets []packet.Packet) int {
	told := windowEnds(packets)
	least, end := math.MaxInt, 0
	for _, p := range packets {
		if p.From != wire.Client || p.TCP == nil || p.Payload == 0 {
			continue
		}
		for ; len(told) > 0 && told[0].Delivered <= p.Time; told = told[1:] {
			end = max(end, int(told[0].TCP.RelativeAck)+told[0].TCP.ScaledWindow)
		}
		least = min(least, end-int(p.TCP.RelativeSeq)-p.Payload)
	}
	return max(least, 0) // a probe may go beyond the end
}

// windowEnds are the packets that told the client of a window, in the order in
// which it was handed them.
func windowEnds(packets []packet.Packet) []packet.Packet {
	var told []packet.Packet
	for _, p := range packets {
		if p.From == wire.Server && p.TCP != nil && !p.TCP.Flags.Has(packet.RST) && p.Fate == link.Delivered {
			told = append(told, p)
		}
	}
	slices.SortStableFunc(told, func(a, b packet.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	return told
}
