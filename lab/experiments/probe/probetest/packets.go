package probetest

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// Tick is the millisecond of tables of times.
const Tick = time.Millisecond

// Made makes packets by hand.
type Made struct{ W testbed.Workload }

// Datagram is a packet that carries message seq whole.
func (m Made) Datagram(from wire.Side, number, seq int, fate link.Fate, handed time.Duration) packet.Packet {
	return packet.Packet{
		From: from, Number: number, Fate: fate, Delivered: handed, UDP: &packet.Datagram{},
		Data: m.W.Fill(make([]byte, m.W.Size), seq), Payload: m.W.Size,
	}
}

// Cut is a fragment of message seq, which only the first one names.
func (m Made) Cut(from wire.Side, number, seq, offset int, more bool, id uint16, fate link.Fate) packet.Packet {
	p := m.Datagram(from, number, seq, fate, Tick)
	p.ID, p.FragmentOffset, p.MoreFragments = id, offset, more
	if offset > 0 {
		p.UDP, p.Data = nil, []byte("whatever the message has there")
	}
	return p
}

// Again is the copy of a packet that the wire made.
func Again(p packet.Packet, fate link.Fate) packet.Packet {
	p.Copy, p.Fate = true, fate
	return p
}

// Segment is one of TCP's with whole frames of messages first to last.
func Segment(w testbed.Workload, from wire.Side, first, last int, at, handed time.Duration) packet.Packet {
	frame := transports.TCP.Framing + w.Size
	p := packet.Packet{
		From: from, Time: at, Delivered: handed, Fate: link.Delivered, Payload: (last - first + 1) * frame,
		TCP: &packet.Segment{RelativeSeq: uint32(first*frame + 1)},
	}
	if handed == 0 {
		p.Fate = link.Lost
	}
	return p
}

// TCP is a segment by hand, with numbers that count from the SYN.
func TCP(from wire.Side, flags packet.Flags, seq, ack uint32, payload int) packet.Packet {
	s := &packet.Segment{
		Flags: flags, RelativeSeq: seq, RelativeAck: ack, HeaderLength: 32, SourcePort: 1, DestinationPort: 2,
	}
	return packet.Packet{From: from, Payload: payload, Length: 20 + 32 + payload, TCP: s}
}

// SentTwice is a segment as the trace marks it that is not sent for the first time.
func SentTwice(p packet.Packet) packet.Packet { p.Retransmission = true; return p }
