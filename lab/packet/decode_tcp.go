package packet

import "encoding/binary"

// tcpHeader is the length of a TCP header without options (RFC 9293 section 3.1).
const tcpHeader = 20

// tcp reads a segment's header (RFC 9293 section 3.1) and tells its length, and
// whether the checksum can be checked. One that cannot be read is none: a
// flipped bit may be what makes it unreadable, and the checksum tells.
func (p *Packet) tcp(body []byte, whole bool) (header int, check bool) {
	if len(body) < tcpHeader {
		return 0, whole
	}
	header = int(body[12]>>4) * 4
	if header < tcpHeader || header > len(body) {
		return 0, whole
	}
	p.TCP = segment(body[:header])
	return header, whole
}

// segment reads a header. A host stops at an option whose length leads nowhere
// and takes the segment all the same, with the options before it.
func segment(head []byte) *Segment {
	window := binary.BigEndian.Uint16(head[14:])
	s := &Segment{
		SourcePort: binary.BigEndian.Uint16(head), DestinationPort: binary.BigEndian.Uint16(head[2:]),
		Seq: binary.BigEndian.Uint32(head[4:]), Ack: binary.BigEndian.Uint32(head[8:]),
		Flags: Flags(head[13]), Window: window, ScaledWindow: int(window), HeaderLength: len(head),
		Options: Options{WindowScale: -1},
	}
	eachOption(head[tcpHeader:], s.Options.add)
	return s
}

// The kinds of options that the lab looks at (RFC 9293 section 3.2, RFC 7323
// sections 2 and 3, RFC 2018 sections 2 and 3). IPv4 has the first two as well.
const (
	optionEnd           = 0
	optionNothing       = 1
	optionMSS           = 2
	optionWindowScale   = 3
	optionSACKPermitted = 4
	optionSACK          = 5
	optionTimestamps    = 8
)

// add reads one option; a damaged one is passed over.
func (o *Options) add(kind byte, data []byte) {
	switch {
	case kind == optionMSS && len(data) == 2:
		o.MSS = binary.BigEndian.Uint16(data)
	case kind == optionWindowScale && len(data) == 1:
		o.WindowScale = int(data[0])
	case kind == optionSACKPermitted:
		o.SACKPermitted = true
	case kind == optionSACK:
		for ; len(data) >= 8; data = data[8:] {
			o.SACK = append(o.SACK, [2]uint32{binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])})
		}
	case kind == optionTimestamps && len(data) == 8:
		o.Timestamps = true
		o.TSVal, o.TSEcr = binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	}
}
