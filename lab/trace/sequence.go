package trace

import "net/netip"

// sequences follow the sequence numbers of every direction of every
// connection, to number them from 0 and to see what is sent again.
type sequences map[flow]*stream

// flow is one direction of a connection.
type flow struct{ from, to netip.AddrPort }

func (f flow) back() flow { return flow{f.to, f.from} }

// stream is what is known of one direction.
type stream struct {
	first  uint32 // sequence number of the SYN, or of the first segment seen
	sent   uint32 // the next number that was never sent
	scale  int    // window scale that this side announced; -1 if none
	scaled bool   // both sides announced one, so windows are scaled
}

// follow fills in what only the packets before can tell. Copies that the link
// made were not sent again by the host and are no retransmissions.
func (s sequences) follow(p *Packet) {
	if p.TCP == nil {
		return
	}
	t := p.TCP
	f := flow{netip.AddrPortFrom(p.Source, t.SourcePort), netip.AddrPortFrom(p.Destination, t.DestinationPort)}
	here, known := s[f]
	if !known || t.Flags.Has(SYN) && !t.Flags.Has(ACK) && t.Seq != here.first {
		here = &stream{first: t.Seq, sent: t.Seq, scale: t.Options.WindowScale}
		s[f] = here
	}
	there := s[f.back()]
	t.RelativeSeq = t.Seq - here.first
	if there != nil && t.Flags.Has(ACK) {
		t.RelativeAck = t.Ack - there.first
	}
	if !t.Flags.Has(SYN) && there != nil && here.scale >= 0 && there.scale >= 0 {
		t.ScaledWindow = int(t.Window) << min(here.scale, 14) // RFC 7323 section 2.3
	}
	p.Retransmission = !p.Copy && here.again(t, p.Payload)
}

// again reports whether a segment carries only what was sent before, and
// remembers how far the direction got. Segments that take up no sequence
// numbers are acknowledgements and never retransmissions. A keep-alive repeats
// one byte before the next on purpose and has no data of its own.
func (s *stream) again(t *Segment, payload int) bool {
	length := uint32(payload)
	if t.Flags.Has(SYN) {
		length++
	}
	if t.Flags.Has(FIN) {
		length++
	}
	if length == 0 {
		return false
	}
	if end := t.Seq + length; int32(end-s.sent) > 0 { // RFC 9293 section 3.4: modulo arithmetic
		s.sent = end
		return false
	}
	return true
}
