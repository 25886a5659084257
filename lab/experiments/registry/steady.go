package registry

import (
	"context"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// bulk is a flow in its steady state: behind its start, when it has filled the
// link.
type bulk struct {
	goodput    float64 // bits per second of data that was handed over for the first time
	efficiency float64 // percent of the bytes that were handed over
	packets    int     // handed over meanwhile
	dropped    int     // at the queue meanwhile
	cut        text.Message
	excuse     text.Message // why it may not be as theory expects
}

// How long the steady state is watched, in packets and in round trips, and how
// many packets may pass before it is reached: a processor has to move them all.
const (
	steadyPackets = 1000
	steadyTrips   = 10
	enoughPackets = 300 // are waited for
	fewPackets    = 100 // are too few for a rate
	mostPackets   = 50_000
	leastWatch    = 50 * time.Millisecond // evens out the moments in which a machine does other work
)

// steadyBulk lets a flow run until it is steady, and watches it then.
func steadyBulk(ctx context.Context, b *testbed.Bench, t testbed.Transport) (found bulk, err error) {
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return found, err
	}
	bound, began := b.Longest()/patienceShare, time.Now()
	within, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	w, err := openOneWay(within, n, t, 0)
	if isTimeout(err) && ctx.Err() == nil {
		found.cut = noConnection(time.Since(began))
		return found, nil
	}
	if err != nil {
		return found, err
	}
	defer end(w, &err)
	return watchBulk(ctx, b, t, w.out, meter)
}

// watchBulk pours, waits for the steady state and measures it.
func watchBulk(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, out *source, meter *packet.Meter,
) (found bulk, err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	group, running := newGroup(running)
	group.Go(func() error {
		_, err := out.send(running, chunkOf(t), 0, paced(t, b))
		return err
	})
	began := time.Now()
	// That the flow ended early, Wait tells.
	p := bulkCourse(b, t).measure(running, meter, []uint16{portOf(out.conn.LocalAddr())})[0]
	stop()
	err = group.Wait()
	found = bulk{
		goodput: p.goodput(), efficiency: percent(p.Fresh, p.Handed), packets: p.Delivered,
		dropped: p.Overflowed, excuse: firstOf(startedOver(p), kept(b, t, p)),
	}
	switch {
	case ctx.Err() != nil:
		return found, context.Cause(ctx)
	case err != nil: // the transport gave up
		found.cut = brokeAfter(time.Since(began), err)
	case !p.ready && p.restarted:
		found.cut = found.excuse
	case !p.ready:
		found.cut = text.Sayf("the link was not full after %s s: %s of %s Mbit/s", round(p.started.Seconds()),
			round(p.goodput()/1e6), round(payloadRate(t, b.Conditions.Client)/1e6))
	case found.packets < fewPackets:
		found.cut = text.Sayf("%d packets are too few for a rate", found.packets)
	}
	return found, nil
}

// onItsPace is the share of its pace that a sender sends at least.
const onItsPace = 0.99

// kept says why a flow may show the machine and not the link, if it may: a paced
// sender was kept from its pace, or a flow on a fast link from a processor.
func kept(b *testbed.Bench, t testbed.Transport, p passed) text.Message {
	want := paceShare * payloadRate(t, b.Conditions.Client)
	if !t.Reliable && p.sent() < onItsPace*want {
		return text.Sayf("busy: the sender sent %s of %s Mbit/s", round(p.sent()/1e6), round(want/1e6))
	}
	return bottleneckOf(b.Conditions).pausedShort(p)
}

// bulkCourse is how long a flow is looked at. Where theory says that TCP fills the
// link, it is until it has; else until so many round trips have passed. A paced
// flow is steady as soon as its first packet has arrived. Where loss keeps a flow
// slow, enough packets for a rate take longer.
func bulkCourse(b *testbed.Bench, t testbed.Transport) course {
	c, bound := b.Conditions, b.Longest()/patienceShare
	lasts := watchFor(b, bound/2)
	look := course{
		state: always, bound: bound, most: mostPackets,
		lasts: lasts, least: enoughPackets, longer: int(bound / 2 / lasts),
	}
	trip := roundTrip(c) + c.Client.Jitter + c.Server.Jitter
	switch {
	case t.Reliable && fills(c):
		n := bottleneckOf(c)
		look.state, look.again, look.overshoot = n.settled(), n.settled, n.overshoot()
		look.every = n.look()
	case t.Reliable:
		look.every = steadyTrips * trip
	default:
		look.every = trip
	}
	return look
}

// watchFor is how long the steady state is watched: many packets and, unless
// these are very many, many round trips.
func watchFor(b *testbed.Bench, bound time.Duration) time.Duration {
	each := theory.Transmission(testbed.DefaultMTU, b.Conditions.Client.Rate)
	packets := time.Duration(steadyPackets)
	if b.Options.Quick {
		packets /= 2
	}
	trips := min(steadyTrips*roundTrip(b.Conditions), mostPackets/2*each)
	return min(max(packets*each, trips, leastWatch), bound)
}
