package ladder

import (
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
	var steps []step
	for i := 0; i < len(t.Packets); {
		run := 0
		for i+run < len(t.Packets) && ordinary(t.Packets[i+run], notes[i+run]) {
			run++
		}
		hidden := run - keepFirst - keepLast
		if all || hidden < worthIt {
			steps = append(steps, drawn(t, i, max(run, 1))...)
			i += max(run, 1)
			continue
		}
		steps = append(steps, drawn(t, i, keepFirst)...)
		steps = append(steps, left(t, i+keepFirst, hidden))
		steps = append(steps, drawn(t, i+keepFirst+hidden, keepLast)...)
		i += run
	}
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
	keep := make([]bool, len(t.Packets))
	for i := range keep {
		keep[i] = i < begin || i >= marks[0]-before && i <= marks[0]+1
	}
	for _, i := range marks {
		keep[i] = true
	}
	var steps []step
	for i := 0; i < len(keep); {
		run := 0
		for i+run < len(keep) && !keep[i+run] {
			run++
		}
		switch {
		case run == 0:
			steps = append(steps, drawn(t, i, 1)...)
		case run < worthIt:
			steps = append(steps, drawn(t, i, run)...)
		default:
			steps = append(steps, left(t, i, run))
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
