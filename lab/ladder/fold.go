package ladder

import (
	"slices"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
)

// step is one packet of a ladder, or the place of several that are left out.
type step struct {
	at     time.Duration // from the trace's first packet
	packet int           // its place in the trace, or that of the first left out
	folded int           // how many are left out; 0 for a packet
}

// Of packets that show nothing new, the first two and the last are drawn, and
// those between are folded if that makes the ladder shorter. A ladder that is
// still longer than most is folded in its middle. One in which something is to
// be looked at is folded around that instead, unless it is short anyway.
const (
	keepFirst  = 2
	keepLast   = 1
	worthIt    = 3
	most       = 60
	mostTaught = 20 // where there is a lesson, but no packet in particular
	mostUnseen = 8  // where what would show the lesson is not there
	short      = 16 // packets
	handshake  = 3  // packets
)

// fold decides which packets of a trace are drawn: all, or not, and no more than
// a screen holds where a lesson is taught.
func fold(t packet.Trace, notes [][]packet.Annotation, all, taught bool) []step {
	if len(t.Marks) > 0 && len(t.Packets) > short && !all {
		return around(t)
	}
	steps := folding(t, keepFirst, keepLast, func(i int) bool { return !all && ordinary(t.Packets[i], notes[i]) })
	most := mostSteps(t, taught)
	if all || len(steps) <= most {
		return steps
	}
	head, tail := steps[:most-most/4], steps[len(steps)-most/4:]
	from := head[len(head)-1].packet + max(head[len(head)-1].folded, 1)
	middle := left(t, from, tail[0].packet-from)
	return append(append(head[:len(head):len(head)], middle), tail...)
}

// mostSteps is how many steps a ladder has at most.
func mostSteps(t packet.Trace, taught bool) int {
	switch {
	case t.Unseen != "":
		return mostUnseen
	case taught:
		return mostTaught
	}
	return most
}

// around draws the beginning, the packets that are marked, and those beside the
// first of them, and folds what lies between.
func around(t packet.Trace) []step {
	begin, before, marks := 1, 1, t.Marks
	if t.Together > 1 { // one whole handshake, and the last one before it happens
		begin, before, marks = handshake, handshake, marks[:min(len(marks), worthIt)]
	}
	return folding(t, 0, 0, func(i int) bool {
		return i >= begin && (i < marks[0]-before || i > marks[0]+1) && !slices.Contains(marks, i)
	})
}

// folding draws a trace. Of packets in a row that may be left out it draws the
// first few and the last few, and folds the others if that makes it shorter.
func folding(t packet.Trace, first, last int, mayGo func(i int) bool) []step {
	var steps []step
	for i := 0; i < len(t.Packets); {
		run := 0
		for i+run < len(t.Packets) && mayGo(i+run) {
			run++
		}
		if hidden := run - first - last; hidden >= worthIt {
			steps = append(steps, drawn(t, i, first)...)
			steps = append(steps, left(t, i+first, hidden))
			steps = append(steps, drawn(t, i+first+hidden, last)...)
		} else {
			steps = append(steps, drawn(t, i, max(run, 1))...)
		}
		i += max(run, 1)
	}
	return steps
}

// ordinary packets show nothing that was not shown before.
func ordinary(p packet.Packet, notes []packet.Annotation) bool {
	arrived := p.Fate == link.Delivered || p.Fate == link.Queued
	greeting := p.TCP != nil && (p.TCP.Flags.Has(packet.SYN) || p.TCP.Flags.Has(packet.FIN) || p.TCP.Flags.Has(packet.RST))
	flying := p.Fate == link.Queued && len(notes) == 1 // which the one note says
	return (len(notes) == 0 || flying) && arrived && !p.Copy && !greeting
}

func drawn(t packet.Trace, from, count int) []step {
	steps := make([]step, count)
	for i := range steps {
		steps[i] = step{at: t.Packets[from+i].Time - t.Packets[0].Time, packet: from + i}
	}
	return steps
}

func left(t packet.Trace, from, count int) step {
	return step{at: t.Packets[from].Time - t.Packets[0].Time, packet: from, folded: count}
}
