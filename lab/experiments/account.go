package experiments

import (
	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// fates counts, by cause, the messages that did not come back. A message is
// counted once, by the first thing that befell it or its echo.
type fates struct {
	injected    int // a condition dropped one of its packets
	queue       int // the queue of the wire was full
	buffer      int // a host's receive buffer was full
	corrupted   int // a packet came with a flipped bit, and the host discarded it
	late        int // it, or its repair, was still under way
	unexplained int // none of these: the lab would be wrong somewhere
}

// overflows is how many datagrams each host threw away because a receive
// buffer was full, as the hosts themselves count them.
type overflows struct{ client, server int }

// overflowCounter is a host that counts the datagrams which found a receive
// buffer full.
type overflowCounter interface{ Overflowed() (int64, error) }

// overflowed asks the hosts of a network, where they count.
func overflowed(n lab.Network) overflows {
	count := func(h lab.Host) int {
		counter, ok := h.(overflowCounter)
		if !ok {
			return 0
		}
		total, err := counter.Overflowed()
		if err != nil {
			return 0 // then the losses stay unexplained, which is true
		}
		return int(total)
	}
	return overflows{client: count(n.Client()), server: count(n.Server())}
}

// passage is what became of the packets of one message in one direction.
type passage struct {
	offered, lost, overflowed, corrupted, queued bool
}

// passages follows the packets of every message from one side. A datagram
// that was cut into fragments names its message in the first one only; the
// others have the same IP identification. Copies and what was sent again count
// for the message only if nothing better came through.
func passages(w lab.Workload, packets []trace.Packet, from wire.Side) map[int]passage {
	all := map[int]passage{}
	fragments := map[uint16]int{} // message by IP identification
	for _, p := range packets {
		if p.From != from || p.UDP == nil && p.FragmentOffset == 0 {
			continue
		}
		seq, ok := fragments[p.ID]
		if p.FragmentOffset == 0 {
			seq, ok = w.Sequence(p.Data)
			if p.MoreFragments {
				fragments[p.ID] = seq
			}
		}
		if ok {
			all[seq] = all[seq].with(p.Fate)
		}
	}
	return all
}

// with notes one more packet of the passage.
func (p passage) with(fate link.Fate) passage {
	p.offered = true
	switch fate {
	case link.Lost:
		p.lost = true
	case link.Overflowed:
		p.overflowed = true
	case link.Corrupted:
		p.corrupted = true
	case link.Queued:
		p.queued = true
	}
	return p
}

// whole reports whether all of it was handed over undamaged.
func (p passage) whole() bool {
	return p.offered && !p.lost && !p.overflowed && !p.corrupted && !p.queued
}

// account attributes every message that did not come back to what happened to
// its packets. What the wire handed over whole, and no host answered or read,
// only a full receive buffer explains, and only as often as the host says.
func account(w lab.Workload, x *lab.Exchange, packets []trace.Packet, hosts overflows) fates {
	there, back := passages(w, packets, wire.Client), passages(w, packets, wire.Server)
	var f fates
	for seq, o := range x.Observations {
		switch {
		case o.Copies > 0:
		case isStream(packets):
			f.late++ // the stream still has it, and would send it again
		default:
			f.add(there[seq], back[seq], &hosts)
		}
	}
	return f
}

// isStream reports whether the packets are TCP's, which are not lost for good
// as long as the connection lives.
func isStream(packets []trace.Packet) bool {
	return len(packets) > 0 && packets[0].TCP != nil
}

// fateRows are the rows that account for every message which did not come
// back. They add up to the messages sent less those delivered.
func fateRows(b *lab.Bench, found map[string]repaired) []*lab.Measurement {
	injected := lab.Row("lost_injected", "Lost: dropped", "messages")
	overflow := lab.Row("lost_overflow", "Lost: buffer full", "messages")
	corrupted := lab.Row("lost_corrupted", "Lost: damaged", "messages")
	late := lab.Row("lost_late", "Lost: under way", "messages")
	unexplained := lab.Row("lost_unexplained", "Lost: unexplained", "messages")
	for _, t := range b.Transports {
		f := found[t.Name].fates
		injected.Set(t.Name, lab.Num(f.injected))
		overflow.Set(t.Name, lab.Num(f.queue+f.buffer))
		corrupted.Set(t.Name, lab.Num(f.corrupted))
		late.Set(t.Name, lab.Num(f.late))
		unexplained.Set(t.Name, lab.Num(f.unexplained))
		unexplained.ExpectExactly(t.Name, 0)
	}
	unexplained.Because("every loss has a cause")
	return []*lab.Measurement{injected, overflow, corrupted, late, unexplained}
}

// add attributes one message.
func (f *fates) add(there, back passage, hosts *overflows) {
	for _, p := range []passage{there, back} {
		switch {
		case p.lost:
			f.injected++
			return
		case p.overflowed:
			f.queue++
			return
		case p.corrupted:
			f.corrupted++
			return
		case p.queued:
			f.late++
			return
		}
	}
	switch {
	case !there.offered:
		f.unexplained++ // it was never sent
	case !back.offered && hosts.server > 0:
		hosts.server--
		f.buffer++
	case back.whole() && hosts.client > 0:
		hosts.client--
		f.buffer++
	case back.whole():
		f.late++ // handed over, but after the deadline of the exchange
	default:
		f.unexplained++
	}
}
