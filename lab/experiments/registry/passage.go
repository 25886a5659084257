package registry

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

const (
	fromClient = wire.Client
	fromServer = wire.Server
)

// ending of a packet's, a datagram's or a message's way over the wire, from
// the worst to the best.
type ending int

const (
	notOffered ending = iota
	lost
	overflowed
	corrupted
	underWay
	whole
)

var endings = map[link.Fate]ending{
	link.Lost: lost, link.Overflowed: overflowed, link.Corrupted: corrupted, link.Queued: underWay, link.Delivered: whole,
}

// passage is how a message fared in one direction.
type passage struct {
	ending ending
	handed time.Duration // when the last packet of it was handed over
}

// datagram is one try to carry a message: its packets by number, of which
// there are several if it was cut into fragments.
type datagram struct {
	message int
	parts   map[int]passage
	spoiled bool // one of several parts came damaged
}

// note keeps the better of a packet and its copy: either will do. Not so
// among fragments, where a damaged one that comes first takes the place of the
// other, and only the whole datagram is checked.
func (d *datagram) note(p packet.Packet) {
	now := passage{endings[p.Fate], p.Delivered}
	if isFragment(p) && now.ending == corrupted {
		d.spoiled = true
	}
	if now.ending > d.parts[p.Number].ending {
		d.parts[p.Number] = now
	}
}

func isFragment(p packet.Packet) bool { return p.MoreFragments || p.FragmentOffset > 0 }

// passage is that of the datagram's worst fragment, for all are needed.
func (d *datagram) passage() passage {
	all := passage{ending: whole}
	if d.spoiled {
		all.ending = corrupted
	}
	for _, p := range d.parts {
		all.ending = min(all.ending, p.ending)
		all.handed = max(all.handed, p.handed)
	}
	return all
}

// passages tells how the datagrams of every message fared that one side sent.
// Where there were several, because a server answered copies, too, the best
// one counts.
func passages(w testbed.Workload, packets []packet.Packet, from wire.Side) map[int]passage {
	best := map[int]passage{}
	for _, d := range datagrams(w, packets, from) {
		if p := d.passage(); p.ending > best[d.message].ending {
			best[d.message] = p
		}
	}
	return best
}

// datagrams puts the packets of one side together. A datagram that was cut
// into fragments names its message in the first one only; the others have the
// same IP identification.
func datagrams(w testbed.Workload, packets []packet.Packet, from wire.Side) []*datagram {
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
				d = &datagram{message: seq, parts: map[int]passage{}}
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
	for _, d := range datagrams(w, packets, fromClient) {
		if sent[d.message] {
			n++
		}
		sent[d.message] = true
	}
	return n
}

// unassembled counts the datagrams of the client in fragments of which not all
// came: so often the server's host may say so by ICMP.
func unassembled(w testbed.Workload, packets []packet.Packet) (n int) {
	for _, d := range datagrams(w, packets, fromClient) {
		if len(d.parts) > 1 && d.passage().ending != whole {
			n++
		}
	}
	return n
}
