package overhead

import (
	"echolab/lab/packet"
	"echolab/lab/theory"
)

// riding counts the acknowledgements that needed no packet of their own: of
// data that came since the last one, on data that went back anyhow.
func riding(packets []packet.Packet) (n int) {
	var told [2]uint32
	for _, p := range packets {
		if p.TCP == nil || !p.TCP.Flags.Has(packet.ACK) {
			continue
		}
		if p.Payload > 0 && p.TCP.RelativeAck > told[p.From] {
			n++
		}
		told[p.From] = max(told[p.From], p.TCP.RelativeAck)
	}
	return n
}

// negotiated is what the SYNs of a connection agree on.
type negotiated struct {
	timestamps bool // in every segment (RFC 7323 section 3.2), if both SYNs had it
	mss        int  // the least that a SYN announced, in bytes; 0 if none did
}

// header is how long TCP's header is from then on, in bytes, with that many
// blocks of a selective acknowledgement: two bytes before them and eight each
// (RFC 2018 section 3), filled up to a multiple of four.
func (n negotiated) header(blocks int) int {
	length := theory.TCPHeader
	if n.timestamps {
		length += theory.TimestampOption
	}
	if blocks > 0 {
		length += 4 + 8*blocks
	}
	return length
}

// longestOptions is how many bytes of options a header has room for (RFC 9293
// section 3.1).
const longestOptions = 40

// room is how many bytes of data fit into a segment on every system: what was
// announced, less the options, which the announcement does not count (RFC
// 6691). Linux leaves room for those that it sends, gVisor for the longest.
func (n negotiated) room() int { return n.mss - longestOptions }

// negotiate reads the SYNs of one connection.
func negotiate(packets []packet.Packet) (n negotiated) {
	with, syns := 0, 0
	for _, p := range packets {
		if p.TCP == nil || !p.TCP.Flags.Has(packet.SYN) || p.Copy || p.Retransmission {
			continue
		}
		syns++
		if p.TCP.Options.Timestamps {
			with++
		}
		if mss := int(p.TCP.Options.MSS); mss > 0 && (n.mss == 0 || mss < n.mss) {
			n.mss = mss
		}
	}
	n.timestamps = syns == 2 && with == 2
	return n
}
