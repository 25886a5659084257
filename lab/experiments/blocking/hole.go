package blocking

import (
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
)

// hole is a segment with data that the script dropped, and what the wire shows
// of its repair. Times are those at which its host offered packets.
type hole struct {
	before time.Duration // of the last segment with data before it
	at     time.Duration // of the segment itself
	third  time.Duration // of the third with new data behind it; never if there was none before the repair
	full   time.Duration // of the one with which more than two full segments behind it were sent; never likewise
	repair time.Duration // when its bytes were sent again; never if they were not
	behind int           // messages whose last byte was sent behind it, and handed over before its repair
}

// holeIn finds the only hole. It is not ok if there is none or more than one,
// or if it was not repaired.
func holeIn(w testbed.Workload, t testbed.Transport, packets []packet.Packet) (h hole, ok bool) {
	if probe.Count(packets, droppedData) != 1 {
		return h, false
	}
	h = hole{third: probe.Never, full: probe.Never, repair: probe.Never}
	sent := map[int]bool{} // messages
	var lost *packet.Packet
	var handed []time.Duration // the last bytes of messages behind the hole
	fresh, bytes := 0, 0
	for i, p := range packets {
		if p.Payload == 0 || p.Copy || lost != nil && p.From != lost.From {
			continue
		}
		switch {
		case lost == nil && droppedData(p):
			lost, h.at = &packets[i], p.Time
			h.before, sent = earlier(w, t, packets[:i], p)
			touched(w, t, p, sent)
		case lost == nil:
			continue
		case repairs(p, *lost):
			h.repair, h.behind = p.Time, before(p.Delivered, handed)
			return h, true
		case !p.Retransmission:
			fresh, bytes = fresh+1, bytes+p.Payload
			if fresh == 3 {
				h.third = p.Time
			}
			if h.full == probe.Never && bytes > 2*probe.SegmentSize {
				h.full = p.Time
			}
		}
		for _, seq := range messagesIn(w, t, p) {
			if !sent[seq] && p.Time > h.at {
				handed = append(handed, p.Delivered)
			}
			sent[seq] = true
		}
	}
	return h, false
}

// earlier is when the side of a packet sent data last before it, and the
// messages that it had sent by then.
func earlier(
	w testbed.Workload, t testbed.Transport, packets []packet.Packet, lost packet.Packet,
) (last time.Duration, sent map[int]bool) {
	last, sent = lost.Time, map[int]bool{}
	for _, p := range packets {
		if p.Payload == 0 || p.Copy || p.From != lost.From {
			continue
		}
		last = p.Time
		for _, seq := range messagesIn(w, t, p) {
			sent[seq] = true
		}
	}
	return last, sent
}

// before counts the times that lie before another.
func before(end time.Duration, times []time.Duration) int {
	n := 0
	for _, t := range times {
		if t < end {
			n++
		}
	}
	return n
}

// touched marks the messages of which a lost segment carries a part: they do not
// wait for it, they are late themselves.
func touched(w testbed.Workload, t testbed.Transport, lost packet.Packet, marks map[int]bool) {
	if !t.Stream {
		return
	}
	frame, part := t.Framing+w.Size, probe.BytesOf(lost)
	for seq := max(part.First/frame, 0); seq*frame < part.End; seq++ {
		marks[seq] = true
	}
}

// repairs reports whether a segment carries the first byte of a lost one again.
func repairs(p, lost packet.Packet) bool {
	if p.TCP == nil || lost.TCP == nil {
		return false
	}
	first := lost.TCP.RelativeSeq
	return p.TCP.RelativeSeq <= first && first < p.TCP.RelativeSeq+uint32(p.Payload)
}

// gap is how long the echoes should pause: what was sent last before the hole
// is there one round trip later, and what was sent to repair it one round trip
// after that, which is when the news of the third segment behind the hole came
// back (three duplicate acknowledgements, RFC 5681 section 3.2). One that carries
// data is no duplicate; then it takes the news that more than two full segments
// have arrived behind the hole (RFC 6675 section 4). RACK may wait for a quarter
// of a round trip instead (RFC 8985 section 6.2). Without a third segment only a
// timeout repairs: 1 s, or three round trips after the first measurement,
// whichever is longer (RFC 6298).
func (h hole) gap(rtt time.Duration) (expected, most time.Duration) {
	if h.third < h.repair {
		expected, most = h.third-h.before+rtt, h.third-h.before+rtt
		if h.full != probe.Never {
			most = max(most, h.full-h.before+rtt)
		}
		return expected, most + rtt/4
	}
	expected = h.at - h.before + max(probe.FirstTimeout, 3*rtt)
	return expected, expected + rtt
}
