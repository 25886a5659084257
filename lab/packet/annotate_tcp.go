package packet

import (
	"math"
	"slices"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// timerWait is half of what the timers for retransmissions wait at least: 200 ms, of
// Linux and gVisor alike (RFC 6298 section 2.4 wants a second). What is sent again so
// long after the last acknowledgement was no answer to it.
const timerWait = 100 * time.Millisecond

// retransmission notes why a segment is sent again: duplicate acknowledgements
// asked for it (fast retransmit, RFC 5681 section 3.2), acknowledgements said that
// later segments have arrived (RFC 6675, and within a round trip RFC 8985 section
// 6.2), or none came for so long that a timer ran out.
func (s *annotator) retransmission(p Packet) {
	seq := p.TCP.RelativeSeq
	first, known := s.firstSent[seqKey{p.From, seq}]
	times, edge, last := s.ackHistory(1-p.From, seq, p.Time)
	switch {
	case p.TCP.Flags.Has(SYN|ACK) && s.synPending(p.Time):
		s.repairf("answers a SYN that came again")
	case known && p.Time-last > max(timerWait, s.roundTrip):
		s.repairf("retransmission: no acknowledgement for %s", RoundDuration(p.Time-first))
	case times > 0:
		s.repairf("fast retransmit: acknowledgements asked for it again (%d)", times)
	case after(edge, seq):
		s.repairf("fast retransmit: what came behind it has arrived")
	case known:
		s.repairf("retransmission: no acknowledgement for %s", RoundDuration(p.Time-first))
	default:
		s.repairf("retransmission")
	}
}

// synPending reports whether more SYNs had arrived by then than were answered:
// a host sent one twice, or the wire made a copy.
func (s *annotator) synPending(now time.Duration) bool {
	open := 0
	for _, p := range s.trace.Packets {
		switch {
		case p.Time > now:
			return open > 0
		case p.TCP == nil || !p.TCP.Flags.Has(SYN):
		case !p.TCP.Flags.Has(ACK) && p.Fate == link.Delivered && p.Delivered > 0 && p.Delivered <= now:
			open++
		case p.TCP.Flags.Has(ACK) && !p.Copy && p.Time < now:
			open--
		}
	}
	return open > 0
}

// ackWindow is how many acknowledgements ackHistory looks back.
const ackWindow = 100

// ackHistory is what had reached the other side by then: how many duplicate
// acknowledgements asked for a number, the end of what arrived behind a gap, and
// when the last acknowledgement came.
func (s *annotator) ackHistory(
	from wire.Side, seq uint32, now time.Duration,
) (times int, edge uint32, last time.Duration) {
	asks := s.acks[from]
	for _, a := range asks[max(len(asks)-ackWindow, 0):] {
		if a.at > now {
			continue
		}
		last = max(last, a.at)
		if a.ack == seq && a.duplicate {
			times++
		}
		if after(a.edge, edge) {
			edge = a.edge
		}
	}
	return times, edge, last
}

// noteReset notes what a reset means at this point.
func (s *annotator) noteReset() {
	switch {
	case s.resetSeen:
	case !s.synAcked && !s.established:
		s.insightf("refused: nobody listens on that port")
	case s.finSent[0] && s.finSent[1]:
		s.insightf("reset: here the connection is forgotten already")
	default:
		s.insightf("reset: the connection is gone at once")
	}
	s.resetSeen = true
}

// synSegment notes the first segments of the handshake.
func (s *annotator) synSegment(p Packet) {
	switch {
	case p.Retransmission:
	case p.TCP.Flags.Has(ACK):
		s.synAcked = true
		s.insightf("agrees, and asks in turn")
	case s.trace.Network != "" && p.Fate == link.Delivered && !s.trace.answers():
		s.synTime = p.Time
		s.insightf("asks for a connection, and nobody answers")
	default:
		s.synTime = p.Time
		s.insightf("asks for a connection: no data yet")
	}
}

// answers reports whether the server says anything at all.
func (t Trace) answers() bool {
	return slices.ContainsFunc(t.Packets, func(p Packet) bool { return p.From == wire.Server })
}

// handshakeDone notes the segment that ends the handshake.
func (s *annotator) handshakeDone(p Packet) {
	if s.synAcked && !s.established && p.From == wire.Client && p.TCP.Flags.Has(ACK) {
		s.established, s.roundTrip = true, p.Time-s.synTime
		s.insightf("handshake done after %s: the first byte may flow", RoundDuration(p.Time-s.synTime))
	}
}

// firstData notes the first data and the first answer to it.
func (s *annotator) firstData(p Packet) {
	switch {
	case p.Payload == 0 || p.Probe:
	case !s.dataSeen:
		s.dataSeen = true
		s.insightf("the first data")
	case !s.answerSeen && p.From == wire.Server:
		s.answer(p)
	}
}

// answer notes the first answer.
func (s *annotator) answer(p Packet) {
	s.answerSeen = true
	if at := p.arrival(); at != never {
		s.insightf("the answer: it arrives %s after the start", RoundDuration(at-s.trace.began()))
		return
	}
	s.insightf("the answer")
}

// window notes that a side's window closes, or opens again.
func (s *annotator) window(p Packet) {
	closed := p.TCP.Window == 0
	switch {
	case closed && !s.zeroWindow[p.From]:
		s.insightf("zero window: no room left, so the other side has to wait")
	case !closed && s.zeroWindow[p.From]:
		s.insightf("room again: the other side may go on")
	}
	s.zeroWindow[p.From] = closed
}

// duplicateAck notes acknowledgements that come again while later segments
// arrive: each says what is missing (RFC 5681 section 2).
func (s *annotator) duplicateAck(p Packet) {
	t := p.TCP
	a := acked{at: p.arrival(), ack: t.RelativeAck, window: t.Window}
	for _, b := range t.RelativeSACK {
		if after(b[1], a.edge) {
			a.edge = b[1]
		}
	}
	if n := len(s.acks[p.From]); n > 0 && p.Payload == 0 && !t.Flags.any(SYN|FIN) && !p.Probe {
		last := s.acks[p.From][n-1]
		same := last.window == a.window && last.edge == a.edge || a.edge != 0
		a.duplicate = last.ack == a.ack && same && s.outstanding(p)
	}
	if a.duplicate {
		s.repairf("asks for byte %d again", a.ack)
	}
	s.acks[p.From] = append(s.acks[p.From], a)
}

// arrival is when a packet reached the other host, as far as is known; in a
// capture, packets are seen when they pass.
func (p Packet) arrival() time.Duration {
	switch {
	case p.Delivered > 0 && p.Fate == link.Delivered:
		return p.Delivered
	case p.Number == 0:
		return p.Time
	}
	return never
}

// never is later than every time.
const never = time.Duration(math.MaxInt64)

// outstanding reports whether the other side has sent bytes that a segment does
// not acknowledge.
func (s *annotator) outstanding(p Packet) bool {
	_, sent := s.firstSent[seqKey{1 - p.From, p.TCP.RelativeAck}]
	return sent
}

// teardown notes the FINs, and the end of the connection (RFC 9293 section 3.6).
func (s *annotator) teardown(p Packet) {
	me, peer := p.From, 1-p.From
	if p.TCP.Flags.Has(FIN) && !s.finSent[me] {
		if s.finSent[peer] {
			s.simultaneous = after(s.finEnd[peer], p.TCP.RelativeAck)
			s.insightf("FIN: neither has the other side")
		} else {
			s.firstCloser = me
			s.insightf("FIN: has nothing more to send")
		}
		s.finSent[me], s.finEnd[me] = true, p.TCP.RelativeSeq+p.TCP.length(p.Payload)
	}
	if s.closed || me != s.firstCloser || !s.finSent[me] || !s.finSent[peer] || after(s.finEnd[peer], p.TCP.RelativeAck) {
		return
	}
	s.closed = true
	switch {
	case s.simultaneous:
		s.insightf("closed: both sides stay in TIME_WAIT for a while, since their FINs crossed")
	case me == wire.Client:
		s.insightf("closed: the client stays in TIME_WAIT for a while")
	default:
		s.insightf("closed: the server stays in TIME_WAIT for a while")
	}
}
