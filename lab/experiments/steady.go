package experiments

import (
	"context"
	"sync/atomic"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// bulk is a flow in its steady state: behind its start, when it has filled the
// link.
type bulk struct {
	goodput    float64 // bits per second of data that was handed over for the first time
	efficiency float64 // percent of the bytes that were handed over
	packets    int     // handed over meanwhile
	cut        lab.Text
}

// How long the steady state is watched, in packets and in round trips, and how
// many packets may pass before it is reached: a processor has to move them all.
const (
	steadyPackets = 1000
	steadyTrips   = 10
	enoughPackets = 300 // are waited for
	fewPackets    = 100 // are too few for a rate
	mostPackets   = 50_000
)

// gauge counts what the wire hands over to the server.
type gauge struct {
	meter          *trace.Meter
	bytes, packets atomic.Int64
}

func newGauge() *gauge { return &gauge{meter: trace.NewMeter()} }

func (g *gauge) tap(e wire.Event) {
	g.meter.Tap(e)
	if e.From == wire.Client && e.Fate == link.Delivered {
		g.bytes.Add(int64(len(e.Packet)))
		g.packets.Add(1)
	}
}

// reading is what a gauge shows at a time.
type reading struct {
	at                    time.Time
	fresh, bytes, packets int
}

func (g *gauge) read(port uint16) reading {
	return reading{time.Now(), g.meter.Flow(port).Fresh, int(g.bytes.Load()), int(g.packets.Load())}
}

// over is what passed between two readings.
func (r reading) over(before reading) bulk {
	fresh, seconds := r.fresh-before.fresh, r.at.Sub(before.at).Seconds()
	return bulk{
		goodput:    float64(fresh) * 8 / seconds,
		efficiency: percent(fresh, r.bytes-before.bytes),
		packets:    r.packets - before.packets,
	}
}

// watch waits for so long, and on until enough packets have passed for a rate,
// within the bound: where loss keeps a flow slow, they take longer.
func (g *gauge) watch(ctx context.Context, before reading, lasts, bound time.Duration) {
	for {
		err := pause(ctx, lasts)
		passed := int(g.packets.Load()) - before.packets
		if err != nil || passed >= enoughPackets || time.Since(before.at)+lasts > bound {
			return
		}
	}
}

// steadyBulk lets a flow run until it is steady, and watches it then.
func steadyBulk(ctx context.Context, b *lab.Bench, t lab.Transport) (found bulk, err error) {
	g := newGauge()
	n, err := b.Open(ctx, g.tap)
	if err != nil {
		return found, err
	}
	bound, began := b.Longest()/patienceShare, time.Now()
	within, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	w, err := openOneWay(within, n, t, 0)
	if isTimeout(err) && ctx.Err() == nil {
		found.cut = lab.Say("no connection in %s s", round(time.Since(began).Seconds()))
		return found, nil
	}
	if err != nil {
		return found, err
	}
	defer end(w, &err)
	return watchBulk(ctx, b, t, w.out, g, bound)
}

// watchBulk pours, waits for the steady state and measures it.
func watchBulk(
	ctx context.Context, b *lab.Bench, t lab.Transport, out *source, g *gauge, bound time.Duration,
) (found bulk, err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	group, running := newGroup(running)
	group.Go(func() error {
		_, err := out.send(running, chunkOf(t), 0, paced(t, b))
		return err
	})
	began, port := time.Now(), portOf(out.conn.LocalAddr())
	cut := untilSteady(running, b.Conditions, t, g, port, bound)
	before := g.read(port)
	g.watch(running, before, watchFor(b, bound/2), bound/2) // that the flow ended early, Wait tells
	found = g.read(port).over(before)
	stop()
	err = group.Wait()
	switch found.cut = cut; {
	case ctx.Err() != nil:
		return found, context.Cause(ctx)
	case err != nil: // the transport gave up
		found.cut = lab.Say("the connection broke after %s s (%s)", round(time.Since(began).Seconds()), err.Error())
	case cut.IsZero() && found.packets < fewPackets:
		found.cut = lab.Say("%d packets are too few for a rate", found.packets)
	}
	return found, nil
}

// fillShare is the part of the link's rate from which it counts as full.
const fillShare = 0.97

// untilSteady waits until the flow is in its steady state, and says why if it
// does not get there: where theory says that it fills the link, until it does;
// else until so many round trips have passed. A paced flow is steady as soon as
// its first packet has arrived.
func untilSteady(
	ctx context.Context, c wire.Options, t lab.Transport, g *gauge, port uint16, bound time.Duration,
) lab.Text {
	trip := roundTrip(c) + c.Client.Jitter + c.Server.Jitter
	if !t.Reliable || !fills(c) {
		if t.Reliable {
			trip *= steadyTrips
		}
		_ = pause(ctx, min(trip, bound))
		return lab.Text{}
	}
	every := max(trip, theory.Transmission(fewPackets*lab.DefaultMTU/2, c.Client.Rate), 5*time.Millisecond)
	began, full := time.Now(), payloadRate(t, c.Client)
	last, reached := g.read(port), 0.0
	for time.Since(began) < bound && last.packets < mostPackets && pause(ctx, every) == nil {
		now := g.read(port)
		if reached = now.over(last).goodput; reached >= fillShare*full {
			_ = pause(ctx, min(startEnds(c), max(0, bound-time.Since(began))))
			return lab.Text{}
		}
		last = now
	}
	return lab.Say("the link was not full after %s s: %s of %s Mbit/s",
		round(time.Since(began).Seconds()), round(reached/1e6), round(full/1e6))
}

// startEnds is how long slow start goes on at most when the link is full: until
// the queue is full, too, and what was lost there is repaired. That takes a few
// round trips, of which each waits in the full queue.
func startEnds(c wire.Options) time.Duration {
	const trips = 5
	return trips * (roundTrip(c) + theory.Transmission(queueLimit(c.Client)*lab.DefaultMTU, c.Client.Rate))
}

// watchFor is how long the steady state is watched: many packets and, unless
// these are very many, many round trips.
func watchFor(b *lab.Bench, bound time.Duration) time.Duration {
	each := theory.Transmission(lab.DefaultMTU, b.Conditions.Client.Rate)
	packets := time.Duration(steadyPackets)
	if b.Options.Quick {
		packets /= 2
	}
	trips := min(steadyTrips*roundTrip(b.Conditions), mostPackets/2*each)
	return min(max(packets*each, trips), bound)
}
