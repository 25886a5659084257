package ladder

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/trace"
)

// step is one packet of a ladder, or the place of several that are left out.
type step struct {
	at     time.Duration // from the trace's first packet
	packet int           // its place in the trace, or that of the first left out
	folded int           // how many are left out; 0 for a packet
}

// Of packets that show nothing new, the first two and the last are drawn, and
// those between are folded if that makes the ladder shorter. A ladder that is
// still longer than most is folded in its middle.
const (
	keepFirst = 2
	keepLast  = 1
	worthIt   = 3
	most      = 60
	mostLast  = 15
)

// fold decides which packets of a trace are drawn.
func fold(t trace.Trace, notes [][]trace.Note, all bool) []step {
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
	if all || len(steps) <= most {
		return steps
	}
	head, tail := steps[:most-mostLast], steps[len(steps)-mostLast:]
	from := head[len(head)-1].packet + max(head[len(head)-1].folded, 1)
	middle := left(t, from, tail[0].packet-from)
	return append(append(head[:len(head):len(head)], middle), tail...)
}

// ordinary packets show nothing that was not shown before.
func ordinary(p trace.Packet, notes []trace.Note) bool {
	arrived := p.Fate == link.Delivered || p.Fate == link.Queued
	greeting := p.TCP != nil && (p.TCP.Flags.Has(trace.SYN) || p.TCP.Flags.Has(trace.FIN) || p.TCP.Flags.Has(trace.RST))
	return len(notes) == 0 && arrived && !p.Copy && !greeting
}

func drawn(t trace.Trace, from, count int) []step {
	steps := make([]step, count)
	for i := range steps {
		steps[i] = step{at: t.Packets[from+i].Time - t.Packets[0].Time, packet: from + i}
	}
	return steps
}

func left(t trace.Trace, from, count int) step {
	return step{at: t.Packets[from].Time - t.Packets[0].Time, packet: from, folded: count}
}
