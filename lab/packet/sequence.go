package packet

import "net/netip"

// Sequences follow the sequence numbers of every direction of every
// connection, to number them from 0 and to see what is sent again.
type Sequences map[flow]*stream

// Follow fills in what only the packets before can tell: relative numbers,
// scaled windows, and what was sent before. A Recorder does it by itself.
func Follow(packets []Packet) {
	s := Sequences{}
	for i := range packets {
		s.Follow(&packets[i])
	}
}

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

func (f flow) back() flow { return flow{f.to, f.from} }

// flow is the packet's own direction.
func (p Packet) flow() flow {
	return flow{netip.AddrPortFrom(p.Source, p.SourcePort()), netip.AddrPortFrom(p.Destination, p.DestinationPort())}
}

// stream is what is known of one direction.
type stream struct {
	first uint32       // sequence number of the SYN
	sent  uint32       // the next number that was never sent
	seen  seqIntervals // the numbers that passed
	acked uint32       // the next number that the other side waits for
	open  bool         // the window that this side announced last is not zero
	scale int          // window scale that this side announced; -1 if none
}

// Follow fills in what only the packets before can tell. Copies that the link
// made were not sent again by the host and are no retransmissions.
func (s Sequences) Follow(p *Packet) {
	if p.TCP == nil {
		return
	}
	t, f := p.TCP, p.flow()
	here := s.from(f, t)
	t.RelativeSeq = t.Seq - here.first
	var there *stream
	if t.Flags.Has(ACK) {
		there = s.to(f.back(), t.Ack)
		t.RelativeAck = t.Ack - there.first
		for _, b := range t.Options.SACK {
			t.RelativeSACK = append(t.RelativeSACK, [2]uint32{b[0] - there.first, b[1] - there.first})
		}
	}
	if !t.Flags.Has(SYN) && there != nil && here.scale >= 0 && there.scale >= 0 {
		t.ScaledWindow = int(t.Window) << min(here.scale, 14) // RFC 7323 section 2.3
	}
	here.open = t.Window > 0
	if !p.Copy {
		here.take(p, there)
	}
}

// from finds the direction that a segment belongs to, or begins it. A SYN with
// another number begins a new connection between the same ports. Where the SYN
// was not seen, it is taken to have had the number before the first.
func (s Sequences) from(f flow, t *Segment) *stream {
	syn := t.Flags.Has(SYN)
	here := s[f]
	if here == nil || syn && t.Seq != here.first {
		here = &stream{first: t.Seq, sent: t.Seq, acked: t.Seq, scale: -1}
		if !syn {
			here.first--
		}
		s[f] = here
	}
	if syn {
		here.scale = t.Options.WindowScale
	}
	return here
}

// to finds the direction that a segment acknowledges, and notes how far it got.
func (s Sequences) to(f flow, ack uint32) *stream {
	there := s[f]
	if there == nil {
		there = &stream{first: ack - 1, sent: ack, acked: ack, open: true, scale: -1}
		s[f] = there
	}
	if after(ack, there.acked) {
		there.acked = ack
	}
	return there
}

// take notes what a segment carries, and judges whether it was sent before.
// Segments that take up no sequence numbers are acknowledgements and never
// retransmissions.
func (s *stream) take(p *Packet, there *stream) {
	t := p.TCP
	length := t.length(p.Payload)
	switch {
	case s.keepsAlive(t, length), s.probes(t, length, there):
		p.Probe = true
		return
	case length == 0:
		return
	}
	end := t.Seq + length
	fresh := s.seen.add(t.Seq, end)
	late := after(s.sent, t.Seq)
	if after(end, s.sent) {
		s.sent = end
	}
	p.Retransmission = uint32(fresh) < length
	p.OutOfOrder = !p.Retransmission && late
}

// keepsAlive recognises a segment that only makes a silent host answer: it
// names the number before the next one, which has been acknowledged already,
// with one byte of no meaning or none (RFC 9293 section 3.8.4).
func (s *stream) keepsAlive(t *Segment, length uint32) bool {
	return length <= 1 && t.Seq+1 == s.sent && !after(s.sent, s.acked) && !t.Flags.any(SYN|FIN|RST)
}

// probes recognises the one byte that asks whether a closed window is open
// again (RFC 9293 section 3.8.6.1).
func (s *stream) probes(t *Segment, length uint32, there *stream) bool {
	return length == 1 && t.Seq == s.sent && there != nil && !there.open && !t.Flags.any(SYN|FIN|RST)
}

// length is how many sequence numbers a segment takes up: one for each byte,
// and one each for SYN and FIN (RFC 9293 section 3.4).
func (t *Segment) length(payload int) uint32 {
	length := uint32(payload)
	if t.Flags.Has(SYN) {
		length++
	}
	if t.Flags.Has(FIN) {
		length++
	}
	return length
}

// after reports whether a number comes behind another one, modulo 2^32 (RFC
// 9293 section 3.4).
func after(a, b uint32) bool { return int32(a-b) > 0 }
