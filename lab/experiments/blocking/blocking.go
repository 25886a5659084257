// Package blocking is the lesson "Head-of-line blocking". What it tells is in en.md and ko.md.
package blocking

import (
	"context"
	"embed"

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

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "blocking",
	Also:  []string{"HOL", "HOL blocking", "head of line", "fast retransmit"},
	Prose: experiments.Read(pages),
	Place: experiments.OnWire,
	Conditions: wire.Options{
		Client: link.Conditions{Delay: 10 * time.Millisecond, Drop: []int{20}},
		Server: link.Conditions{Delay: 10 * time.Millisecond},
	},
	Accepts: []string{"delay", "drop"},
	Run:     runBlocking,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDropped},
		Messages: 60,
	},
}

func runBlocking(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := blockingWorkload(b)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.LossResult, error) {
		return withDataDropped(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	held := result.Row("held_up", "Messages held up", "messages")
	gap := result.Row("worst_gap", "Longest gap of echoes", "ms")
	missing := result.Row("missing", "Messages missing", "messages")
	for _, t := range b.Transports {
		f := found[t.Name]
		expectHeld(held, gap, t, b.Conditions, w, f)
		visits := ServerTimesOf(w, t, f.Packets)
		f.Note(held, t, result.Num(heldUp(visits)+heldAtClient(visits, f.X.Arrivals)))
		f.Note(gap, t, result.Num(probe.Milliseconds(worstGap(f.X))))
		expectMissing(missing, t, b.Conditions, w)
		f.Note(missing, t, result.Num(w.Messages-f.X.Delivered()))
		f.CutShort(t, held, gap, missing)
		if f.Unreached.Reached() && drops(b.Conditions) > 0 && probe.Count(f.Packets, droppedData) == 0 {
			held.CutShort(t.Name, text.Say("the script dropped no packet with data"))
			gap.CutShort(t.Name, text.Say("the script dropped no packet with data"))
		}
	}
	held.Because("what is sent between the loss and its repair waits, over TCP (RFC 9293 3.4)")
	gap.Because("TCP: one round trip and the time of three segments behind the lost one (RFC 5681), " +
		"or of more than two full ones (RFC 6675), or RTT/4 (RFC 8985), or a timeout (RFC 6298); UDP: one message is missing")
	missing.Because("a dropped datagram is one message")
	return result.Rows(2, held, gap, missing), nil
}

// blockingPace is how often a message is sent, and mostHeld how many at most
// while a packet is there and back.
const (
	blockingPace = 2 * time.Millisecond
	mostHeld     = 200
)

// blockingWorkload has messages enough to reach the last packet of the script,
// and then for four round trips: one until the loss is noticed, half a one until
// it is mended, as much until the echoes are there, and twice as many as that for
// a window that has to open first, so that the gap closes long before the end.
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

// expectMissing says how many messages should be missing: over UDP one for each
// datagram of which the script drops a packet, there or on the way back.
func expectMissing(row *result.Measurement, t testbed.Transport, c wire.Options, w testbed.Workload) {
	if t.Reliable {
		row.ExpectExactly(t.Name, 0)
		return
	}
	packets := theory.Fragments(w.Size, testbed.DefaultMTU)
	there := struck(c.Client.Drop, packets, w.Messages)
	row.ExpectExactly(t.Name, float64(there+struck(c.Server.Drop, packets, w.Messages-there)))
}

// struck is how many of so many datagrams, of so many packets each, lose one of
// the numbered packets.
func struck(numbers []int, packets, datagrams int) int {
	all := map[int]bool{}
	for _, number := range numbers {
		if datagram := (number - 1) / packets; datagram < datagrams {
			all[datagram] = true
		}
	}
	return len(all)
}

// expectHeld says how many messages should be held up, and how long the longest
// gap between echoes should be. Of more than one gap, and of paths on which the
// hosts' own time counts, it says nothing but that UDP holds up none.
func expectHeld(
	held, gap *result.Measurement, t testbed.Transport, c wire.Options, w testbed.Workload, f probe.LossResult,
) {
	rtt := probe.RoundTrip(c)
	h, ok := holeIn(w, t, f.Packets)
	if !t.Reliable {
		held.ExpectExactly(t.Name, 0)
		if two := 2 * w.Every; drops(c) == 1 && rtt >= probe.LongEnough && two < rtt {
			gap.Expect(t.Name, probe.Milliseconds(two), probe.Milliseconds(w.Every), probe.Milliseconds(rtt))
		}
		return
	}
	if !ok || drops(c) != 1 || rtt < probe.LongEnough {
		return
	}
	held.ExpectExactly(t.Name, float64(h.behind))
	expected, most := h.gap(rtt)
	gap.Expect(t.Name, probe.Milliseconds(expected), probe.Milliseconds(rtt), probe.Milliseconds(most))
}

// withDataDropped runs the workload until the script has dropped a packet
// with data: a TCP client also sends bare acknowledgements, and losing one would
// hold up nobody. Each try drops the next packet with data that the one before saw.
func withDataDropped(ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload) (r probe.LossResult, err error) {
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
