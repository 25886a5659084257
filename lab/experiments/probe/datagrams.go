package probe

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// outcome of a packet's, a datagram's or a message's way over the wire, from
// the worst to the best.
type outcome int

const (
	notOffered outcome = iota
	lost
	overflowed
	corrupted
	underWay
	whole
)

var outcomes = map[link.Fate]outcome{
	link.Lost: lost, link.Overflowed: overflowed, link.Corrupted: corrupted, link.Queued: underWay, link.Delivered: whole,
}

// deliveryStatus is how a message fared in one direction.
type deliveryStatus struct {
	outcome outcome
	handed  time.Duration // when the last packet of it was handed over
}

// datagram is one try to carry a message: its packets by number, of which
// there are several if it was cut into fragments.
type datagram struct {
	message int
	parts   map[int]deliveryStatus
	spoiled bool // one of several parts came damaged
	mixed   bool // its parts may have been put together with those of another datagram
	offered time.Duration
}

// reassembly is how long hosts keep fragments that wait for others (Linux and gVisor:
// 30 s; RFC 1122 section 3.3.2 wants a minute or two). The identification that holds
// a datagram's fragments together has 16 bits, and hosts draw it by chance (RFC 6864
// section 4): of 200 datagrams in that time, two have the same one in every fourth
// run (the birthday problem: 200^2 / 2 / 65536).
const reassembly = 30 * time.Second

// shares notes that two datagrams have one identification at the same time.
func (d *datagram) shares(other *datagram) {
	if other != nil && d.offered-other.offered < reassembly {
		d.mixed, other.mixed = true, true
	}
}

// note keeps the better of a packet and its copy, for either will do. A fragment
// that is damaged spoils the datagram even if its copy is not: the first of the two
// takes the other's place, and only the whole datagram is checked.
func (d *datagram) note(p packet.Packet) {
	now := deliveryStatus{outcomes[p.Fate], p.Delivered}
	if isFragment(p) && now.outcome == corrupted {
		d.spoiled = true
	}
	if now.outcome > d.parts[p.Number].outcome {
		d.parts[p.Number] = now
	}
}

func isFragment(p packet.Packet) bool { return p.MoreFragments || p.FragmentOffset > 0 }

// status is that of the datagram's worst fragment, for all are needed.
func (d *datagram) status() deliveryStatus {
	all := deliveryStatus{outcome: whole}
	if d.spoiled {
		all.outcome = corrupted
	}
	for _, p := range d.parts {
		all.outcome = min(all.outcome, p.outcome)
		all.handed = max(all.handed, p.handed)
	}
	if d.mixed && all.outcome == whole {
		all.outcome = corrupted
	}
	return all
}

// deliveryByMessage tells how the datagrams of every message fared that one side sent.
// Where there were several, because a server answered copies, too, the best
// one counts.
func deliveryByMessage(w testbed.Workload, packets []packet.Packet, from wire.Side) map[int]deliveryStatus {
	best := map[int]deliveryStatus{}
	for _, d := range datagramsOf(w, packets, from) {
		if p := d.status(); p.outcome > best[d.message].outcome {
			best[d.message] = p
		}
	}
	return best
}

// datagramsOf puts the packets of one side together. A datagram that was cut
// into fragments names its message in the first one only; the others have the
// same IP identification.
func datagramsOf(w testbed.Workload, packets []packet.Packet, from wire.Side) []*datagram {
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
				d = &datagram{message: seq, parts: map[int]deliveryStatus{}, offered: p.Time}
				all = append(all, d)
			}
			if p.MoreFragments {
				if d != nil {
					d.shares(cut[p.ID])
				}
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
	for _, d := range datagramsOf(w, packets, wire.Client) {
		if sent[d.message] {
			n++
		}
		sent[d.message] = true
	}
	return n
}

// Unassembled counts the datagrams of the client in fragments of which not all
// came: so often the server's host may say so by ICMP.
func Unassembled(w testbed.Workload, packets []packet.Packet) (n int) {
	for _, d := range datagramsOf(w, packets, wire.Client) {
		if len(d.parts) > 1 && d.status().outcome != whole {
			n++
		}
	}
	return n
}
