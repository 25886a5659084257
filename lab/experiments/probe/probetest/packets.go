package probetest

import (
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// TCP is a segment by hand, with numbers that count from the SYN.
func TCP(from wire.Side, flags packet.Flags, seq, ack uint32, payload int) packet.Packet {
	s := &packet.Segment{
		Flags: flags, RelativeSeq: seq, RelativeAck: ack, HeaderLength: 32, SourcePort: 1, DestinationPort: 2,
	}
	return packet.Packet{From: from, Payload: payload, Length: 20 + 32 + payload, TCP: s}
}

// SentTwice is a segment as the trace marks it that is not sent for the first time.
func SentTwice(p packet.Packet) packet.Packet { p.Retransmission = true; return p }
