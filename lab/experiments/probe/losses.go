package probe

import (
	"time"

	"echolab/lab/result"
	"echolab/lab/testbed"
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

// ClassifyLosses attributes every message that did not come back to what happened to
// its packets. What the wire handed over whole, and no host answered or read,
// only a host without room explains, and only as often as the host says; or
// the end of the exchange, if that came right behind. A stream still has what
// is missing, and would send it again, unless the client's host was handed the
// whole echo, and all before it, in good time.
func ClassifyLosses(t testbed.Transport, w testbed.Workload, x *testbed.Exchange, seen Snapshot) Losses {
	there, back := DeliveryByMessage(w, seen.Packets, FromClient), DeliveryByMessage(w, seen.Packets, FromServer)
	echoed := handedBy(seen.Packets, FromServer, seen.lately) / (t.Framing + w.Size)
	var f Losses
	for seq, o := range x.Observations {
		switch {
		case o.Copies > 0:
		case t.Stream && seq < echoed:
			f.unexplained++
		case t.Stream:
			f.late++
		case seq >= w.Messages-x.Unsent:
			f.late++ // its turn had not come when the exchange ended
		default:
			f.add(there[seq], back[seq], &seen)
		}
	}
	return f
}

// add attributes one message. If there is an echo of it, it did get there.
func (f *Losses) add(there, back DeliveryStatus, seen *Snapshot) {
	switch {
	case back.Outcome == Whole:
		f.atHost(back.Handed, seen.lately, &seen.client)
	case back.Outcome != notOffered:
		f.onWire(back.Outcome)
	case there.Outcome == Whole:
		f.atHost(there.Handed, seen.lately, &seen.server)
	case there.Outcome != notOffered:
		f.onWire(there.Outcome)
	case take(&seen.client.unsent):
		f.buffer++
	default:
		f.unexplained++
	}
}

// onWire attributes a message to what the wire did.
func (f *Losses) onWire(e Outcome) {
	switch e {
	case lost:
		f.injected++
	case overflowed:
		f.queue++
	case corrupted:
		f.corrupted++
	default:
		f.late++
	}
}

// atHost attributes a message that a host was handed whole, and neither
// answered nor read, to what the host threw away, as long as that lasts.
func (f *Losses) atHost(handed, lately time.Duration, host *HostDrops) {
	switch {
	case take(&host.unread), take(&host.unsent):
		f.buffer++
	case take(&host.spoiled):
		f.corrupted++
	case handed >= lately:
		f.late++
	default:
		f.unexplained++
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

// LossRows are the rows that account for every message which did not come
// back. They add up to the messages sent less those delivered.
func LossRows(b *testbed.Bench, found map[string]LossResult) []*result.Measurement {
	injected := result.Row("lost_injected", "Lost: dropped", "messages")
	overflow := result.Row("lost_overflow", "Lost: buffer full", "messages")
	corrupted := result.Row("lost_corrupted", "Lost: damaged", "messages")
	late := result.Row("lost_late", "Lost: under way", "messages")
	unexplained := result.Row("lost_unexplained", "Lost: unexplained", "messages")
	for _, t := range b.Transports {
		r := found[t.Name]
		f := r.Fates
		unexplained.ExpectExactly(t.Name, 0)
		r.Note(injected, t, result.Num(f.injected))
		r.Note(overflow, t, result.Num(f.queue+f.buffer))
		r.Note(corrupted, t, result.Num(f.corrupted))
		r.Note(late, t, result.Num(f.late))
		r.Note(unexplained, t, result.Num(f.unexplained))
	}
	unexplained.Because("every loss has a cause")
	return []*result.Measurement{injected, overflow, corrupted, late, unexplained}
}
