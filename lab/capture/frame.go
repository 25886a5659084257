package capture

import "encoding/binary"

// mostVLANs is how many tags (IEEE 802.1Q and 802.1ad) may lie around a packet.
const mostVLANs = 4

// linkType is what lies around the packets of a capture.
type linkType uint16

// The link types that are understood (draft-ietf-opsawg-pcaplinktype). Raw IP has
// other numbers where the files of some systems name the system's own.
const (
	linkNull       linkType = 0   // LINKTYPE_NULL
	linkEthernet   linkType = 1   // LINKTYPE_ETHERNET
	linkRawBSD     linkType = 12  // LINKTYPE_RAW of most BSDs
	linkRawOpenBSD linkType = 14  // LINKTYPE_RAW of OpenBSD
	linkRaw        linkType = 101 // LINKTYPE_RAW
	linkLoop       linkType = 108 // LINKTYPE_LOOP
	linkLinuxSLL   linkType = 113 // LINKTYPE_LINUX_SLL
	linkIPv4       linkType = 228 // LINKTYPE_IPV4
	linkIPv6       linkType = 229 // LINKTYPE_IPV6
	linkLinuxSLL2  linkType = 276 // LINKTYPE_LINUX_SLL2
)

// frames says for each link type that is understood how to find the IP packet
// in a frame: nil where there is none.
var frames = map[linkType]func(frame []byte) []byte{
	linkEthernet:   ethernet,
	linkRaw:        raw,
	linkIPv4:       raw,
	linkIPv6:       raw,
	linkRawBSD:     raw,
	linkRawOpenBSD: raw,
	linkNull:       loopback,
	linkLoop:       loopback,
	linkLinuxSLL:   cooked(14, 16),
	linkLinuxSLL2:  cooked(0, 20),
}

// What follows in a frame (IEEE 802 numbers, "EtherType").
const (
	etherIPv4   = 0x0800
	etherDot1Q  = 0x8100 // a VLAN tag
	etherIPv6   = 0x86dd
	etherDot1AD = 0x88a8 // the outer one of two
)

// raw is IP without anything around it.
func raw(frame []byte) []byte {
	if len(frame) == 0 || frame[0]>>4 != 4 && frame[0]>>4 != 6 {
		return nil
	}
	return frame
}

// ethernet is 12 bytes of addresses, perhaps some VLAN tags, and the type.
func ethernet(frame []byte) []byte {
	if len(frame) < 14 {
		return nil
	}
	return typed(frame[12:], frame[14:])
}

// typed steps over VLAN tags to an IP packet; kind begins with an Ethernet type.
func typed(kind, rest []byte) []byte {
	for range mostVLANs + 1 {
		switch binary.BigEndian.Uint16(kind) {
		case etherIPv4, etherIPv6:
			return raw(rest)
		case etherDot1Q, etherDot1AD:
			if len(rest) < 4 {
				return nil
			}
			kind, rest = rest[2:], rest[4:]
		default:
			return nil
		}
	}
	return nil
}

// cooked is what Linux writes for the interface "any": a header of its own
// with the Ethernet type somewhere in it.
func cooked(kindAt, length int) func([]byte) []byte {
	return func(frame []byte) []byte {
		if len(frame) < length {
			return nil
		}
		return typed(frame[kindAt:], frame[length:])
	}
}

// loopback is a number of four bytes, which differs from system to system, in
// the byte order of the machine that captured. The packet itself tells what it is.
func loopback(frame []byte) []byte {
	if len(frame) < 4 {
		return nil
	}
	return raw(frame[4:])
}
