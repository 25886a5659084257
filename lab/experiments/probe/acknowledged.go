package probe

import (
	"context"

	"time"

	"echolab/lab/capture"
	"echolab/lab/packet"
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
		all[p.From].sent = max(all[p.From].sent, EndOf(p))
		if p.TCP.Flags.Has(packet.ACK) {
			all[1-p.From].acked = max(all[1-p.From].acked, p.TCP.RelativeAck)
		}
	}
	return all
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
	for _, side := range progressOf(packets) {
		if side.acked < side.sent {
			return false
		}
	}
	return true
}

// AwaitOnWire waits until the packets show what is looked for, but not longer
// than that: what does not come then, does not count.
func AwaitOnWire(ctx context.Context, rec *capture.Recorder, longest time.Duration, shown func([]packet.Packet) bool) error {
	for deadline := time.Now().Add(longest); !shown(rec.Packets()) && time.Now().Before(deadline); {
		if err := Pause(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
