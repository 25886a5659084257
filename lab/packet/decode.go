package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

var errEmpty = errors.New("decode packet: no bytes")

// Decode reads one IPv4 or IPv6 packet. What it cannot read further than the
// IP header it returns that far. Lengths are those that the headers name, so
// that they are right for packets of which only the beginning was kept. Data
// points into packet.
func Decode(packet []byte) (Packet, error) {
	p := Packet{Length: len(packet), ChecksumOK: true}
	if len(packet) == 0 {
		return p, errEmpty
	}
	var body []byte
	var err error
	switch version := packet[0] >> 4; version {
	case 4:
		body, err = p.ipv4(packet)
	case 6:
		body, err = p.ipv6(packet)
	default:
		err = fmt.Errorf("IP version %d", version)
	}
	if err != nil {
		return p, fmt.Errorf("decode packet of %d bytes: %w", len(packet), err)
	}
	p.carried(body)
	return p, nil
}

// carried reads the header of what IP carries, if it is there and whole.
func (p *Packet) carried(body []byte) {
	p.Payload, p.Data = p.Length-p.NetworkHeader, body
	if p.FragmentOffset > 0 {
		return
	}
	whole := !p.MoreFragments && len(body) == p.Payload // not cut short
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
		rest, err = inner.ipv4(about)
	case len(about) > 0 && about[0]>>4 == 6:
		rest, err = inner.ipv6(about)
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
// that includes its own checksum. Jumbograms may need more than 32 bits for it.
func sum(b []byte, start uint32) uint16 {
	s := uint64(start)
	for ; len(b) >= 2; b = b[2:] {
		s += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
