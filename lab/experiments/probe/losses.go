package probe

import (
	"time"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Losses counts, by cause, the messages that did not come back. A message is
// counted once, by the first thing that befell it or its echo.
type Losses struct {
	injected    int // a condition dropped one of its packets
	queue       int // the queue of the wire was full
	buffer      int // a host had no room for it
	corrupted   int // the host discarded it, for a bit had flipped, or fragments of two had been put together
	late        int // it, or its repair, was still under way
	unexplained int // none of these: the lab would be wrong somewhere
}

// classifyLosses attributes every message that did not come back to what happened to
// its packets. If the wire handed a message over whole, and no host answered or read
// it, then a host had no room, if it counted as many packets, or the exchange ended
// right behind. A stream still has what is missing, and would send it again, unless
// the client's host was handed the whole echo, and all before it, in good time.
func classifyLosses(t testbed.Transport, w testbed.Workload, x *testbed.Exchange, seen snapshot) Losses {
	there, back := deliveryByMessage(w, seen.packets, wire.Client), deliveryByMessage(w, seen.packets, wire.Server)
	echoed := handedBy(seen.packets, wire.Server, seen.lately) / (t.Framing + w.Size)
	seen.client.spoiled += x.Damaged // what the checksum let pass, and the client did not
	var l Losses
	for seq, o := range x.Observations {
		switch {
		case o.Copies > 0:
		case t.Stream && seq < echoed:
			l.unexplained++
		case t.Stream:
			l.late++
		case seq >= w.Messages-x.Unsent:
			l.late++ // its turn had not come when the exchange ended
		default:
			l.add(there[seq], back[seq], &seen)
		}
	}
	return l
}

// add attributes one message. If there is an echo of it, it did get there.
func (l *Losses) add(there, back deliveryStatus, seen *snapshot) {
	switch {
	case back.outcome == whole:
		l.atHost(back.handed, seen.lately, &seen.client)
	case back.outcome != notOffered:
		l.onWire(back.outcome)
	case there.outcome == whole:
		l.atHost(there.handed, seen.lately, &seen.server)
	case there.outcome != notOffered:
		l.onWire(there.outcome)
	case take(&seen.client.unsent):
		l.buffer++
	default:
		l.unexplained++
	}
}

// onWire attributes a message to what the wire did.
func (l *Losses) onWire(o outcome) {
	switch o {
	case lost:
		l.injected++
	case overflowed:
		l.queue++
	case corrupted:
		l.corrupted++
	default:
		l.late++
	}
}

// atHost attributes a message that a host was handed whole, and neither
// answered nor read, to what the host threw away, as long as that lasts.
func (l *Losses) atHost(handed, lately time.Duration, host *hostDrops) {
	switch {
	case take(&host.unread), take(&host.unsent):
		l.buffer++
	case take(&host.spoiled):
		l.corrupted++
	case handed >= lately:
		l.late++
	default:
		l.unexplained++
	}
}

// take takes one of what is left.
func take(left *int) bool {
	if *left <= 0 {
		return false
	}
	*left--
	return true
}

// LossRows account for every message that did not come back: they add up to the
// messages sent less those delivered.
var LossRows = []experiments.Row[LossResult]{
	lossRow("lost_injected", "Lost: dropped", func(l Losses) int { return l.injected }),
	lossRow("lost_overflow", "Lost: buffer full", func(l Losses) int { return l.queue + l.buffer }),
	lossRow("lost_corrupted", "Lost: damaged", func(l Losses) int { return l.corrupted }),
	lossRow("lost_late", "Lost: under way", func(l Losses) int { return l.late }),
	{
		ID: "lost_unexplained", Label: "Lost: unexplained", Unit: "messages", Basis: text.Say("every loss has a cause"),
		Cell: func(_ testbed.Transport, r LossResult) result.Cell {
			return result.Number(r.Losses.unexplained).ExpectExactly(0)
		},
	},
}

// lossRow is the row of the messages that one cause befell.
func lossRow(id string, label text.Phrase, count func(Losses) int) experiments.Row[LossResult] {
	return experiments.Row[LossResult]{
		ID: id, Label: label, Unit: "messages",
		Cell: CountOf(func(r LossResult) int { return count(r.Losses) }),
	}
}
