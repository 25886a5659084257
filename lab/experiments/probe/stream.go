package probe

import (
	"cmp"
	"slices"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// Never is later than everything.
const Never = time.Duration(1<<63 - 1)

// FirstTimeout is the retransmission timeout before any round trip was
// measured (RFC 6298 section 2.1), and the least one behind that (2.4).
const FirstTimeout = time.Second

// Span are bytes of a stream, from the first to the one behind the last.
type Span struct{ First, End int }

// BytesOf are those that a packet carries: the SYN has number 0, the first byte 1.
func BytesOf(p packet.Packet) Span {
	if p.TCP == nil {
		return Span{}
	}
	first := int(p.TCP.RelativeSeq) - 1
	return Span{first, first + p.Payload}
}

// HandedOver are the packets with data of a side that arrived whole, in the order
// in which they did.
func HandedOver(packets []packet.Packet, from wire.Side) []packet.Packet {
	var all []packet.Packet
	for _, p := range packets {
		if p.From == from && p.Payload > 0 && p.Fate == link.Delivered {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b packet.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	return all
}

// handedBy is how many bytes of a side's stream had been handed over by then,
// without a gap.
func handedBy(packets []packet.Packet, from wire.Side, by time.Duration) int {
	var parts []Span
	for _, p := range HandedOver(packets, from) {
		if p.TCP != nil && p.Delivered < by {
			parts = append(parts, BytesOf(p))
		}
	}
	slices.SortFunc(parts, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	end := 0
	for _, part := range parts {
		if part.First > end {
			break
		}
		end = max(end, part.End)
	}
	return end
}

// EndOf is the number behind a segment: its bytes take one each, and so do SYN
// and FIN (RFC 9293 section 3.4).
func EndOf(p packet.Packet) uint32 {
	end := p.TCP.RelativeSeq + uint32(p.Payload)
	for _, flag := range []packet.Flags{packet.SYN, packet.FIN} {
		if p.TCP.Flags.Has(flag) {
			end++
		}
	}
	return end
}

// Acknowledged reports whether both sides have acknowledged all that was sent.
// Where there is no TCP, nothing is left to acknowledge.
func Acknowledged(packets []packet.Packet) bool {
	var sent, acked [2]uint32 // by each side, and of what it sent; both count from its SYN
	for _, p := range packets {
		if p.TCP == nil {
			continue
		}
		sent[p.From] = max(sent[p.From], EndOf(p))
		if p.TCP.Flags.Has(packet.ACK) {
			acked[1-p.From] = max(acked[1-p.From], p.TCP.RelativeAck)
		}
	}
	return acked[wire.Client] >= sent[wire.Client] && acked[wire.Server] >= sent[wire.Server]
}
