package overhead

import (
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/theory"
)

// expectedHeaders is how many bytes of TCP's or UDP's headers are in how many
// packets. A datagram that does not fit a packet is cut into fragments, of which
// only the first has UDP's header.
func (c cost) expectedHeaders(t testbed.Transport) (bytes, packets int) {
	if t.Stream {
		return c.agreedOn, c.packets
	}
	return theory.UDPHeader, theory.Fragments(c.size, testbed.DefaultMTU)
}

// expectedPackets is how many packets the echoes take, and how many bytes of
// headers. Each side's TCP acknowledges the other's data once, with data or alone.
// It is not ok where an acknowledgement may be of several segments (RFC 5681
// section 4.2), because a message takes several, and where a timer on a path that is
// longer than it, or on a busy machine, sends again in vain.
func (c cost) expectedPackets(t testbed.Transport) (packets, headers int, ok bool) {
	messages := 2 * c.echoes
	if !t.Stream {
		each := theory.Fragments(c.size, testbed.DefaultMTU)
		return messages * each, messages * (each*theory.IPv4Header + theory.UDPHeader), true
	}
	packets = messages + messages - c.riding
	return packets, packets * (theory.IPv4Header + c.agreed.header(0)), c.size <= c.agreed.room() && c.sentAgain == 0
}

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
