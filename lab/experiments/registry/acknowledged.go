package registry

import (
	"context"
	"time"

	"echolab/lab/capture"
	"echolab/lab/packet"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// progress is how far one side of a connection has got, in numbers that count
// from its SYN: what it sent, and what the other side acknowledged of that.
type progress struct{ sent, acked uint32 }

// progressOf is how far both sides of one connection have got.
func progressOf(packets []packet.Packet) (all [2]progress) {
	for _, p := range packets {
		if p.TCP == nil {
			continue
		}
		all[p.From].sent = max(all[p.From].sent, endOf(p))
		if p.TCP.Flags.Has(packet.ACK) {
			all[1-p.From].acked = max(all[1-p.From].acked, p.TCP.RelativeAck)
		}
	}
	return all
}

// endOf is the number behind a segment: its bytes take one each, and so do SYN
// and FIN (RFC 9293 section 3.4).
func endOf(p packet.Packet) uint32 {
	end := p.TCP.RelativeSeq + uint32(p.Payload)
	for _, flag := range []packet.Flags{packet.SYN, packet.FIN} {
		if p.TCP.Flags.Has(flag) {
			end++
		}
	}
	return end
}

// acknowledged reports whether both sides have acknowledged all that was sent.
// Where there is no TCP, nothing is left to acknowledge.
func acknowledged(packets []packet.Packet) bool {
	for _, side := range progressOf(packets) {
		if side.acked < side.sent {
			return false
		}
	}
	return true
}

// parted reports whether both sides have sent FIN, and acknowledged the
// other's. Where there is no TCP, nobody does.
func parted(packets []packet.Packet) bool {
	var tcp bool
	var finished [2]bool
	for _, p := range packets {
		if p.TCP != nil {
			tcp = true
			finished[p.From] = finished[p.From] || p.TCP.Flags.Has(packet.FIN)
		}
	}
	return !tcp || finished[wire.Client] && finished[wire.Server] && acknowledged(packets)
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

// awaitOnWire waits until the packets show what is looked for, but not longer
// than that: what does not come then, does not count.
func awaitOnWire(ctx context.Context, rec *capture.Recorder, longest time.Duration, shown func([]packet.Packet) bool) error {
	for deadline := time.Now().Add(longest); !shown(rec.Packets()) && time.Now().Before(deadline); {
		if err := pause(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
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
