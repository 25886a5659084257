// Package blocking is the lesson "Head-of-line blocking". What it tells is in en.md and ko.md.
package blocking

import (
	"context"
	"slices"
	"time"

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

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "blocking",
	Also:  []string{"HOL", "HOL blocking", "head of line", "fast retransmit"},
	Prose: experiments.Read("blocking"),
	Place: experiments.OnWire,
	Conditions: wire.Options{
		Client: link.Conditions{Delay: 10 * time.Millisecond, Drop: []int{20}},
		Server: link.Conditions{Delay: 10 * time.Millisecond},
	},
	Accepts: []string{"delay", "drop"},
	Options: []string{"messages", "size"},
	Run:     experiments.SideBySide(observe, probe.IfReached(rows...)),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDropped},
		Messages: 60,
	},
}

// observed is what one transport made of the workload, and of the hole in it.
type observed struct {
	probe.LossResult
	hole     hole
	repaired bool // there was one hole, and it was repaired
}

func observe(ctx context.Context, b *testbed.Bench, t testbed.Transport) (o observed, err error) {
	w := blockingWorkload(b)
	o.LossResult, err = withDataDropped(ctx, b, t, w)
	o.hole, o.repaired = holeIn(w, t, o.Packets)
	return o, err
}

var rows = []experiments.Row[observed]{
	{
		ID: "held_up", Label: "Messages held up", Unit: "messages", Headline: true,
		Basis: text.Say("what is sent between the loss and its repair waits, over TCP (RFC 9293 3.4)"),
		Cell: func(t testbed.Transport, o observed) result.Cell {
			times := serverTimesOf(o.Workload, t, o.Packets)
			c := result.Number(heldUp(times) + heldAtClient(times, o.X.Arrivals)).CutShort(o.whyCut(t))
			switch {
			case !t.Reliable:
				return c.ExpectExactly(0)
			case o.predictable() && o.repaired:
				return c.ExpectExactly(float64(o.hole.behind))
			}
			return c
		},
	},
	{
		ID: "worst_gap", Label: "Longest gap of echoes", Unit: "ms", Headline: true,
		Basis: text.Say("TCP: one round trip and the time of three segments behind the lost one (RFC 5681), " +
			"or of more than two full ones (RFC 6675), or RTT/4 (RFC 8985), or a timeout (RFC 6298); " +
			"UDP: one message is missing"),
		Cell: func(t testbed.Transport, o observed) result.Cell {
			return o.expectGap(result.Number(probe.Milliseconds(worstGap(o.X))), t).CutShort(o.whyCut(t))
		},
	},
	{
		ID: "missing", Label: "Messages missing", Unit: "messages", Basis: text.Say("a dropped datagram is one message"),
		Cell: func(t testbed.Transport, o observed) result.Cell {
			c := result.Number(o.Workload.Messages - o.X.Delivered())
			return c.ExpectExactly(float64(expectedMissing(t, o.Conditions, o.Workload))).CutShort(o.WhyCut(t))
		},
	},
}

// whyCut says why nothing shows how long messages wait for a lost one.
func (o observed) whyCut(t testbed.Transport) text.Message {
	if drops(o.Conditions) > 0 && probe.Count(o.Packets, droppedData) == 0 {
		return text.Say("the script dropped no packet with data")
	}
	return o.WhyCut(t)
}

// predictable reports whether theory knows how long messages wait: not where there
// is more than one gap, nor on paths so short that the hosts' own time counts.
func (o observed) predictable() bool {
	return drops(o.Conditions) == 1 && probe.RoundTrip(o.Conditions) >= probe.LongEnough
}

// expectGap says how long the longest gap between echoes should be.
func (o observed) expectGap(c result.Cell, t testbed.Transport) result.Cell {
	rtt, two := probe.RoundTrip(o.Conditions), 2*o.Workload.Every
	switch {
	case !o.predictable():
	case !t.Reliable && two < rtt:
		return c.Expect(probe.Milliseconds(two), probe.Milliseconds(o.Workload.Every), probe.Milliseconds(rtt))
	case t.Reliable && o.repaired:
		expected, most := o.hole.gap(rtt)
		return c.Expect(probe.Milliseconds(expected), probe.Milliseconds(rtt), probe.Milliseconds(most))
	}
	return c
}

// blockingPace is how often a message is sent, and mostHeld how many messages at
// most are sent in a round trip.
const (
	blockingPace = 2 * time.Millisecond
	mostHeld     = 200
)

// blockingWorkload has messages enough to reach the last packet of the script,
// and then for four round trips: one until the loss is noticed, half a one until
// it is repaired, half a one until the echoes are there, and two for a window that
// has to open first, so that the gap closes long before the end.
func blockingWorkload(b *testbed.Bench) testbed.Workload {
	rtt := probe.RoundTrip(b.Conditions)
	w := b.Workload(max(blockingPace, rtt/mostHeld))
	last := 0
	for _, number := range slices.Concat(b.Conditions.Client.Drop, b.Conditions.Server.Drop) {
		last = max(last, number)
	}
	const atLeast = 50
	w.Messages = min(last, w.Messages) + atLeast + int(4*rtt/w.Every)
	return w
}

// drops is how many packets the script drops.
func drops(c wire.Options) int { return len(c.Client.Drop) + len(c.Server.Drop) }

// expectedMissing is how many messages should be missing: over UDP one for each
// datagram of which the script drops a packet, there or on the way back.
func expectedMissing(t testbed.Transport, c wire.Options, w testbed.Workload) int {
	if t.Reliable {
		return 0
	}
	packets := theory.Fragments(w.Size, testbed.DefaultMTU)
	there := struck(c.Client.Drop, packets, w.Messages)
	return there + struck(c.Server.Drop, packets, w.Messages-there)
}

// struck is how many datagrams, each of a number of packets, lose one of the
// numbered packets.
func struck(numbers []int, packets, datagrams int) int {
	all := map[int]bool{}
	for _, number := range numbers {
		if datagram := (number - 1) / packets; datagram < datagrams {
			all[datagram] = true
		}
	}
	return len(all)
}

// withDataDropped runs the workload until the script has dropped a packet
// with data: a TCP client also sends bare acknowledgements, and the loss of one
// would hold up no message. Each try drops the next packet with data that the one before saw.
func withDataDropped(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload,
) (r probe.LossResult, err error) {
	const tries = 5
	client, server := b.Conditions.Client.Drop, b.Conditions.Server.Drop
	for i := range tries {
		later := b.Attempt(i)
		later.Conditions.Client.Drop, later.Conditions.Server.Drop = client, server
		r, err = probe.MeasureLoss(ctx, later, t, w)
		if err != nil || drops(b.Conditions) != 1 || probe.Count(r.Packets, droppedData) > 0 {
			break
		}
		client = withData(r.Packets, wire.Client, client)
		server = withData(r.Packets, wire.Server, server)
	}
	return r, err
}

// withData are the numbers of the first packets with data behind those of the
// side with the given numbers, or the numbers behind where none was seen.
func withData(packets []packet.Packet, side wire.Side, numbers []int) []int {
	var later []int
	for _, number := range numbers {
		next := number + 1
		i := slices.IndexFunc(packets, func(p packet.Packet) bool {
			return p.From == side && p.Number > number && p.Payload > 0
		})
		if i >= 0 {
			next = packets[i].Number
		}
		later = append(later, next)
	}
	return later
}

func droppedData(p packet.Packet) bool { return p.Fate == link.Lost && p.Payload > 0 }

// worstGap is the longest time between two echoes that follow each other.
func worstGap(x *testbed.Exchange) time.Duration {
	var worst, last time.Duration
	for i, seq := range x.Arrivals {
		now := x.Observations[seq].Received
		if i > 0 {
			worst = max(worst, now-last)
		}
		last = max(last, now)
	}
	return worst
}
