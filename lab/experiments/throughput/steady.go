package throughput

import (
	"context"

	"time"

	"echolab/lab/experiments/probe"
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
	w, err := probe.OpenOneWay(within, n, t, 0)
	if probe.IsTimeout(err) && ctx.Err() == nil {
		found.cut = probe.NoConnection(time.Since(began))
		return found, nil
	}
	if err != nil {
		return found, err
	}
	defer probe.Close(w, &err)
	return watchBulk(ctx, b, t, w.Out, meter)
}

// watchBulk pours, waits for the steady state and measures it.
func watchBulk(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, out *probe.Source, meter *packet.Meter,
) (found bulk, err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	group, running := probe.NewGroup(running)
	group.Go(func() error {
		_, err := out.Send(running, chunkOf(t), 0, paced(t, b))
		return err
	})
	began := time.Now()
	// That the flow ended early, Wait tells.
	p := bulkCourse(b, t).Measure(running, meter, []uint16{probe.PortOf(out.Conn.LocalAddr())})[0]
	stop()
	err = group.Wait()
	found = bulk{
		goodput: p.Goodput(), efficiency: probe.Percent(p.Fresh, p.Handed), packets: p.Delivered,
		dropped: p.Overflowed, excuse: probe.FirstOf(probe.StartedOver(p), kept(b, t, p)),
	}
	switch {
	case ctx.Err() != nil:
		return found, context.Cause(ctx)
	case err != nil: // the transport gave up
		found.cut = probe.BrokeAfter(time.Since(began), err)
	case !p.Ready && p.Restarted:
		found.cut = found.excuse
	case !p.Ready:
		found.cut = text.Sayf("the link was not full after %s s: %s of %s Mbit/s", text.Figure(p.Started.Seconds()),
			text.Figure(p.Goodput()/1e6), text.Figure(payloadRate(t, b.Conditions.Client)/1e6))
	case found.packets < probe.FewPackets:
		found.cut = text.Sayf("%d packets are too few for a rate", found.packets)
	}
	return found, nil
}

// onItsPace is the share of its pace that a sender sends at least.
const onItsPace = 0.99

// kept says why a flow may show the machine and not the link, if it may: a paced
// sender was kept from its pace, or a flow on a fast link from a processor.
func kept(b *testbed.Bench, t testbed.Transport, p probe.FlowResult) text.Message {
	want := paceShare * payloadRate(t, b.Conditions.Client)
	if !t.Reliable && p.Sent() < onItsPace*want {
		return text.Sayf("busy: the sender sent %s of %s Mbit/s", text.Figure(p.Sent()/1e6), text.Figure(want/1e6))
	}
	return probe.BottleneckOf(b.Conditions).PausedShort(p)
}

// bulkCourse is how long a flow is looked at. Where theory says that TCP fills the
// link, it is until it has; else until so many round trips have passed. A paced
// flow is steady as soon as its first packet has arrived. Where loss keeps a flow
// slow, enough packets for a rate take longer.
func bulkCourse(b *testbed.Bench, t testbed.Transport) probe.FlowPlan {
	c, bound := b.Conditions, b.Longest()/patienceShare
	lasts := watchFor(b, bound/2)
	look := probe.FlowPlan{
		State: probe.AnyState, Bound: bound, Most: probe.MostPackets,
		Lasts: lasts, Least: probe.EnoughPackets, Longer: int(bound / 2 / lasts),
	}
	trip := probe.RoundTrip(c) + c.Client.Jitter + c.Server.Jitter
	switch {
	case t.Reliable && fills(c):
		n := probe.BottleneckOf(c)
		look.State, look.Again, look.Overshoot = n.Settled(), n.Settled, n.Overshoot()
		look.Every = n.Look()
	case t.Reliable:
		look.Every = probe.SteadyTrips * trip
	default:
		look.Every = trip
	}
	return look
}

// watchFor is how long the steady state is watched: many packets and, unless
// these are very many, many round trips.
func watchFor(b *testbed.Bench, bound time.Duration) time.Duration {
	each := theory.Transmission(testbed.DefaultMTU, b.Conditions.Client.Rate)
	packets := time.Duration(probe.SteadyPackets)
	if b.Options.Quick {
		packets /= 2
	}
	trips := min(probe.SteadyTrips*probe.RoundTrip(b.Conditions), probe.MostPackets/2*each)
	return min(max(packets*each, trips, probe.LeastWatch), bound)
}
