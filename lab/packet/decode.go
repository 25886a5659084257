package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket/layers"
)

var (
	errEmpty = errors.New("decode packet: no bytes")
	errShort = errors.New("its extension headers are cut off")
)

// feedback tells whether a packet is there as a whole.
type feedback struct{ cut bool }

// SetTruncated is called by the decoder for a packet that is longer than what
// was kept of it.
func (f *feedback) SetTruncated() { f.cut = true }

// Decode reads one IPv4 or IPv6 packet. What it cannot read further than the
// IP header it returns that far. Lengths are those that the headers name, so
// that they are right for packets of which only the beginning was kept. Data
// points into packet.
func Decode(packet []byte) (Packet, error) {
	p := Packet{Length: len(packet), ChecksumOK: true}
	if len(packet) == 0 {
		return p, errEmpty
	}
	var seen feedback
	var body []byte
	var err error
	switch version := packet[0] >> 4; version {
	case 4:
		body, err = p.ipv4(packet, &seen)
	case 6:
		body, err = p.ipv6(packet, &seen)
	default:
		err = fmt.Errorf("IP version %d", version)
	}
	if err != nil {
		return p, fmt.Errorf("decode packet of %d bytes: %w", len(packet), err)
	}
	p.carried(body, seen)
	return p, nil
}

// ipv4 reads the IP header (RFC 791 section 3.1) and returns what it carries.
func (p *Packet) ipv4(packet []byte, seen *feedback) ([]byte, error) {
	var ip layers.IPv4
	if err := ip.DecodeFromBytes(packet, seen); err != nil {
		return nil, err
	}
	p.Source, _ = netip.AddrFromSlice(ip.SrcIP.To4())
	p.Destination, _ = netip.AddrFromSlice(ip.DstIP.To4())
	p.Protocol, p.ID = Protocol(ip.Protocol), ip.Id
	p.FragmentOffset = int(ip.FragOffset) * 8
	p.MoreFragments = ip.Flags&layers.IPv4MoreFragments != 0
	p.ChecksumOK = sum(ip.Contents, 0) == 0xffff
	p.Length = max(int(ip.Length), len(ip.Contents)+len(ip.Payload))
	p.NetworkHeader = len(ip.Contents)
	return ip.Payload, nil
}

// ipv6 reads the IP header and those that extend it (RFC 8200 sections 3 and
// 4), and returns what they carry.
func (p *Packet) ipv6(packet []byte, seen *feedback) ([]byte, error) {
	var ip layers.IPv6
	if err := ip.DecodeFromBytes(packet, seen); err != nil {
		return nil, err
	}
	p.Source, _ = netip.AddrFromSlice(ip.SrcIP)
	p.Destination, _ = netip.AddrFromSlice(ip.DstIP)
	p.Length = max(len(ip.Contents)+int(ip.Length), len(ip.Contents)+len(ip.Payload))
	p.Protocol = Protocol(ip.NextHeader)
	if ip.HopByHop != nil { // the decoder steps over this one itself
		p.Protocol = Protocol(ip.HopByHop.NextHeader)
	}
	body, err := p.extensions(ip.Payload)
	p.NetworkHeader = min(p.Length, len(packet)) - len(body)
	return body, err
}

// extensions steps over extension headers to what the last of them carries.
func (p *Packet) extensions(body []byte) ([]byte, error) {
	for {
		length, kind := 8, layers.IPProtocol(p.Protocol)
		switch kind {
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination:
			if len(body) >= 2 {
				length += int(body[1]) * 8
			}
		case layers.IPProtocolIPv6Fragment:
		default:
			return body, nil
		}
		if len(body) < length {
			return nil, errShort
		}
		if kind == layers.IPProtocolIPv6Fragment {
			where := binary.BigEndian.Uint16(body[2:])
			p.FragmentOffset, p.MoreFragments = int(where&^7), where&1 != 0
			p.ID = uint16(binary.BigEndian.Uint32(body[4:]))
		}
		p.Protocol = Protocol(body[0])
		body = body[length:]
	}
}

// carried reads the header of what IP carries, if it is there and whole.
func (p *Packet) carried(body []byte, seen feedback) {
	p.Payload, p.Data = p.Length-p.NetworkHeader, body
	if p.FragmentOffset > 0 {
		return
	}
	whole := !p.MoreFragments && !seen.cut
	header := 0
	switch p.Protocol {
	case TCP:
		header, whole = p.tcp(body, whole)
	case UDP:
		header, whole = p.udp(body, whole)
	case ICMP, ICMPv6:
		p.ICMP = icmpMessage(body, p.Protocol)
		whole = false // its checksum is not the lab's matter
	default:
		whole = false
	}
	p.Payload -= header
	p.Data = body[header:]
	if whole && sum(body, p.pseudo(len(body))) != 0xffff {
		p.ChecksumOK = false
	}
}

// tcp reads a segment's header and tells its length, and whether the checksum
// can be checked.
func (p *Packet) tcp(body []byte, whole bool) (header int, check bool) {
	var t layers.TCP
	if err := t.DecodeFromBytes(body, &feedback{}); err != nil {
		return 0, whole // a flipped bit may be what makes it unreadable
	}
	p.TCP = segment(&t)
	return p.TCP.HeaderLength, whole
}

// udp is tcp's twin. A checksum of 0 means that none was sent (RFC 768).
func (p *Packet) udp(body []byte, whole bool) (header int, check bool) {
	if len(body) < udpHeader {
		return 0, false
	}
	p.UDP = &Datagram{
		SourcePort: binary.BigEndian.Uint16(body), DestinationPort: binary.BigEndian.Uint16(body[2:]),
		Length: int(binary.BigEndian.Uint16(body[4:])),
	}
	return udpHeader, whole && binary.BigEndian.Uint16(body[6:]) != 0
}

func segment(t *layers.TCP) *Segment {
	s := &Segment{
		SourcePort: uint16(t.SrcPort), DestinationPort: uint16(t.DstPort),
		Seq: t.Seq, Ack: t.Ack, Window: t.Window, ScaledWindow: int(t.Window), HeaderLength: int(t.DataOffset) * 4,
		Options: Options{WindowScale: -1},
	}
	for i, set := range []bool{t.FIN, t.SYN, t.RST, t.PSH, t.ACK, t.URG, t.ECE, t.CWR} {
		if set {
			s.Flags |= 1 << i
		}
	}
	for _, o := range t.Options {
		s.Options.add(o)
	}
	return s
}

// add reads one option; a damaged one is passed over.
func (o *Options) add(option layers.TCPOption) {
	d := option.OptionData
	switch {
	case option.OptionType == layers.TCPOptionKindMSS && len(d) == 2:
		o.MSS = binary.BigEndian.Uint16(d)
	case option.OptionType == layers.TCPOptionKindWindowScale && len(d) == 1:
		o.WindowScale = int(d[0])
	case option.OptionType == layers.TCPOptionKindSACKPermitted:
		o.SACKPermitted = true
	case option.OptionType == layers.TCPOptionKindSACK:
		for ; len(d) >= 8; d = d[8:] {
			o.SACK = append(o.SACK, [2]uint32{binary.BigEndian.Uint32(d), binary.BigEndian.Uint32(d[4:])})
		}
	case option.OptionType == layers.TCPOptionKindTimestamps && len(d) == 8:
		o.Timestamps = true
		o.TSVal, o.TSEcr = binary.BigEndian.Uint32(d), binary.BigEndian.Uint32(d[4:])
	}
}

// icmpMessage reads an ICMP message: behind its 8 bytes stands the beginning of the
// packet that it is about, if it reports one (RFC 792, RFC 4443 section 3).
func icmpMessage(body []byte, protocol Protocol) *ICMPMessage {
	if len(body) < 8 {
		return nil
	}
	r := &ICMPMessage{Type: body[0], Code: body[1], version6: protocol == ICMPv6}
	if !r.failed() {
		return r
	}
	inner := Packet{}
	var rest []byte
	var err error
	switch about := body[8:]; {
	case len(about) > 0 && about[0]>>4 == 4:
		rest, err = inner.ipv4(about, &feedback{})
	case len(about) > 0 && about[0]>>4 == 6:
		rest, err = inner.ipv6(about, &feedback{})
	}
	if err != nil || len(rest) < 4 || inner.FragmentOffset > 0 {
		return r
	}
	r.Protocol = inner.Protocol
	r.Source = netip.AddrPortFrom(inner.Source, binary.BigEndian.Uint16(rest))
	r.Destination = netip.AddrPortFrom(inner.Destination, binary.BigEndian.Uint16(rest[2:]))
	return r
}

// pseudo is the sum over the pseudo header of TCP and UDP: both addresses, the
// protocol and the length (RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1).
func (p *Packet) pseudo(length int) uint32 {
	var s uint32
	for _, a := range []netip.Addr{p.Source, p.Destination} {
		for b := a.AsSlice(); len(b) >= 2; b = b[2:] {
			s += uint32(binary.BigEndian.Uint16(b))
		}
	}
	return s + uint32(p.Protocol) + uint32(length)
}

// sum is the ones' complement sum of RFC 1071, which is all ones over data
// that includes its own checksum.
func sum(b []byte, s uint32) uint16 {
	for ; len(b) >= 2; b = b[2:] {
		s += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
