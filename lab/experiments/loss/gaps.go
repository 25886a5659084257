package loss

import (
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// isLost reports whether a condition dropped a packet.
func isLost(p packet.Packet) bool { return p.Fate == link.Lost }

// isUndelivered reports whether the wire kept a packet from arriving whole.
func isUndelivered(p packet.Packet) bool {
	return p.Fate == link.Lost || p.Fate == link.Overflowed || p.Fate == link.Corrupted
}

// visibleGaps counts the segments that did not arrive whole, and behind which
// others of their side did before they were sent again: only then can the
// receiver name what is missing by what came behind it.
func visibleGaps(packets []packet.Packet) int {
	n := 0
	for _, side := range []wire.Side{wire.Client, wire.Server} {
		n += gapsOf(packet.FromSide(packets, side))
	}
	return n
}

// gapsOf counts those of one side, whose packets are in the order of their offers.
func gapsOf(packets []packet.Packet) int {
	n := 0
	for i, p := range packets {
		if p.TCP == nil || p.Payload == 0 || p.Copy || !isUndelivered(p) {
			continue
		}
		if arrivedBehind(p, packets[i+1:]) {
			n++
		}
	}
	return n
}

// arrivedBehind reports whether something behind a packet arrives before the
// packet's own bytes are sent again.
func arrivedBehind(lost packet.Packet, later []packet.Packet) bool {
	end := lost.TCP.RelativeSeq + uint32(lost.Payload)
	for _, p := range later {
		switch {
		case p.TCP == nil || p.Payload == 0:
		case p.TCP.RelativeSeq < end && p.TCP.RelativeSeq+uint32(p.Payload) > lost.TCP.RelativeSeq:
			return false
		case p.TCP.RelativeSeq >= end && p.Fate == link.Delivered:
			return true
		}
	}
	return false
}
