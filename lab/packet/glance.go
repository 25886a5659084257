package packet

import "encoding/binary"

// glance is as much of a packet as a Meter needs.
type glance struct {
	source, destination uint16 // ports
	stream              bool   // TCP, so that seq and ack are there
	seq, ack            uint32
	payload             int
}

// glanceAt reads an IPv4 packet as a wire carries it, whole, and believes it:
// no checksum, no options. A Meter sees every packet twice for seconds on end,
// and Decode takes thirty times as long. It is not ok without ports.
func glanceAt(packet []byte) (g glance, ok bool) {
	const least = 20 // bytes of an IPv4 header
	if len(packet) < least || packet[0]>>4 != 4 || binary.BigEndian.Uint16(packet[6:])&0x1fff != 0 {
		return g, false // a later fragment has no ports
	}
	header := int(packet[0]&0xf) * 4
	if header < least || header > len(packet) {
		return g, false
	}
	switch body := packet[header:]; Protocol(packet[9]) {
	case TCP:
		return g.segment(body)
	case UDP:
		return g.datagram(body)
	}
	return g, false
}

// segment reads the header of RFC 9293 section 3.1.
func (g glance) segment(body []byte) (glance, bool) {
	const least = 20
	if len(body) < least {
		return g, false
	}
	header := int(body[12]>>4) * 4
	if header < least || header > len(body) {
		return g, false
	}
	g.ports(body)
	g.stream, g.payload = true, len(body)-header
	g.seq, g.ack = binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
	return g, true
}

// datagram reads the header of RFC 768.
func (g glance) datagram(body []byte) (glance, bool) {
	if len(body) < udpHeader {
		return g, false
	}
	g.ports(body)
	g.payload = len(body) - udpHeader
	return g, true
}

func (g *glance) ports(body []byte) {
	g.source, g.destination = binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(body[2:])
}
