package probe

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

const (
	FromClient = wire.Client
	FromServer = wire.Server
)

// Outcome of a packet's, a datagram's or a message's way over the wire, from
// the worst to the best.
type Outcome int

const (
	notOffered Outcome = iota
	lost
	overflowed
	corrupted
	underWay
	Whole
)

var outcomes = map[link.Fate]Outcome{
	link.Lost: lost, link.Overflowed: overflowed, link.Corrupted: corrupted, link.Queued: underWay, link.Delivered: Whole,
}

// DeliveryStatus is how a message fared in one direction.
type DeliveryStatus struct {
	Outcome Outcome
	Handed  time.Duration // when the last packet of it was handed over
}

// datagram is one try to carry a message: its packets by number, of which
// there are several if it was cut into fragments.
type datagram struct {
	message int
	Parts   map[int]DeliveryStatus
	spoiled bool // one of several parts came damaged
}

// note keeps the better of a packet and its copy: either will do. Not so
// among fragments, where a damaged one that comes first takes the place of the
// other, and only the whole datagram is checked.
func (d *datagram) note(p packet.Packet) {
	now := DeliveryStatus{outcomes[p.Fate], p.Delivered}
	if isFragment(p) && now.Outcome == corrupted {
		d.spoiled = true
	}
	if now.Outcome > d.Parts[p.Number].Outcome {
		d.Parts[p.Number] = now
	}
}

func isFragment(p packet.Packet) bool { return p.MoreFragments || p.FragmentOffset > 0 }

// Status is that of the datagram's worst fragment, for all are needed.
func (d *datagram) Status() DeliveryStatus {
	all := DeliveryStatus{Outcome: Whole}
	if d.spoiled {
		all.Outcome = corrupted
	}
	for _, p := range d.Parts {
		all.Outcome = min(all.Outcome, p.Outcome)
		all.Handed = max(all.Handed, p.Handed)
	}
	return all
}

// DeliveryByMessage tells how the datagrams of every message fared that one side sent.
// Where there were several, because a server answered copies, too, the best
// one counts.
func DeliveryByMessage(w testbed.Workload, packets []packet.Packet, from wire.Side) map[int]DeliveryStatus {
	best := map[int]DeliveryStatus{}
	for _, d := range Datagrams(w, packets, from) {
		if p := d.Status(); p.Outcome > best[d.message].Outcome {
			best[d.message] = p
		}
	}
	return best
}

// Datagrams puts the packets of one side together. A datagram that was cut
// into fragments names its message in the first one only; the others have the
// same IP identification.
func Datagrams(w testbed.Workload, packets []packet.Packet, from wire.Side) []*datagram {
	var all []*datagram
	numbered, cut := map[int]*datagram{}, map[uint16]*datagram{}
	for _, p := range packets {
		if p.From != from || p.UDP == nil && p.FragmentOffset == 0 {
			continue
		}
		d := numbered[p.Number] // it has been met if this is a copy
		switch {
		case d != nil:
		case p.FragmentOffset > 0:
			d = cut[p.ID]
		default:
			if seq, ok := w.Sequence(p.Data); ok {
				d = &datagram{message: seq, Parts: map[int]DeliveryStatus{}}
				all = append(all, d)
			}
			if p.MoreFragments {
				cut[p.ID] = d
			}
		}
		if d != nil {
			numbered[p.Number] = d
			d.note(p)
		}
	}
	return all
}

// repeated counts the datagrams of the client with a message that it had sent
// before. Copies that the wire made are not the client's.
func repeated(w testbed.Workload, packets []packet.Packet) int {
	n, sent := 0, map[int]bool{}
	for _, d := range Datagrams(w, packets, FromClient) {
		if sent[d.message] {
			n++
		}
		sent[d.message] = true
	}
	return n
}
