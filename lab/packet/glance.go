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
	const leastIP, leastTCP = 20, 20 // bytes of their headers
	if len(packet) < leastIP || packet[0]>>4 != 4 || binary.BigEndian.Uint16(packet[6:])&0x1fff != 0 {
		return g, false // a later fragment has no ports
	}
	header := int(packet[0]&0xf) * 4
	if header < leastIP || header > len(packet) {
		return g, false
	}
	body := packet[header:]
	switch protocol := Protocol(packet[9]); {
	case protocol == TCP && len(body) >= leastTCP: // RFC 9293 section 3.1
		g.stream, header = true, int(body[12]>>4)*4
		g.seq, g.ack = binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
		ok = header >= leastTCP && header <= len(body)
	case protocol == UDP && len(body) >= udpHeader: // RFC 768
		header, ok = udpHeader, true
	}
	if !ok {
		return glance{}, false
	}
	g.source, g.destination = binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(body[2:])
	g.payload = len(body) - header
	return g, true
}
