package trace

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

var errEmpty = errors.New("decode packet: no bytes")

// Decode reads one IPv4 or IPv6 packet. What it cannot read further than the
// IP header it returns that far. Data points into packet.
func Decode(packet []byte) (Packet, error) {
	if len(packet) == 0 {
		return Packet{}, errEmpty
	}
	first := gopacket.Decoder(layers.LayerTypeIPv4)
	if packet[0]>>4 == 6 {
		first = layers.LayerTypeIPv6
	}
	decoded := gopacket.NewPacket(packet, first, gopacket.DecodeOptions{NoCopy: true, DecodeStreamsAsDatagrams: true})
	p := Packet{Length: len(packet), ChecksumOK: true}
	if err := p.network(decoded); err != nil {
		return p, err
	}
	p.transport(decoded)
	return p, nil
}

// network reads the IP header.
func (p *Packet) network(decoded gopacket.Packet) error {
	switch ip := decoded.NetworkLayer().(type) {
	case *layers.IPv4:
		p.Source, _ = netip.AddrFromSlice(ip.SrcIP.To4())
		p.Destination, _ = netip.AddrFromSlice(ip.DstIP.To4())
		p.Protocol, p.ID = Protocol(ip.Protocol), ip.Id
		p.FragmentOffset = int(ip.FragOffset) * 8
		p.MoreFragments = ip.Flags&layers.IPv4MoreFragments != 0
		p.ChecksumOK = sum(ip.Contents, 0) == 0xffff
		p.Payload, p.Data = len(ip.Payload), ip.Payload
	case *layers.IPv6:
		p.Source, _ = netip.AddrFromSlice(ip.SrcIP)
		p.Destination, _ = netip.AddrFromSlice(ip.DstIP)
		p.Protocol = Protocol(ip.NextHeader)
		p.Payload, p.Data = len(ip.Payload), ip.Payload
	default:
		return fmt.Errorf("decode packet of %d bytes: no IP header", p.Length)
	}
	return nil
}

// transport reads the TCP or UDP header, if it is there and whole.
func (p *Packet) transport(decoded gopacket.Packet) {
	if p.FragmentOffset > 0 {
		return
	}
	whole := !p.MoreFragments
	body := p.Data
	switch t := decoded.TransportLayer().(type) {
	case *layers.TCP:
		p.TCP = segment(t)
		p.Payload, p.Data = len(t.Payload), t.Payload
	case *layers.UDP:
		p.UDP = &Datagram{SourcePort: uint16(t.SrcPort), DestinationPort: uint16(t.DstPort), Length: int(t.Length)}
		p.Payload, p.Data = len(t.Payload), t.Payload
		if t.Checksum == 0 {
			whole = false // none was sent (RFC 768)
		}
	default:
		whole = false
	}
	if whole && sum(body, p.pseudo(len(body))) != 0xffff {
		p.ChecksumOK = false
	}
}

func segment(t *layers.TCP) *Segment {
	s := &Segment{
		SourcePort: uint16(t.SrcPort), DestinationPort: uint16(t.DstPort),
		Seq: t.Seq, Ack: t.Ack, Window: t.Window, ScaledWindow: int(t.Window), HeaderLength: int(t.DataOffset) * 4,
		Options: Options{WindowScale: -1},
	}
	for i, set := range []bool{t.FIN, t.SYN, t.RST, t.PSH, t.ACK, t.URG} {
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
