package capture

import (
	"encoding/binary"

	"github.com/gopacket/gopacket/layers"
)

// mostVLANs is how many tags (IEEE 802.1Q and 802.1ad) may lie around a packet.
const mostVLANs = 4

// frames says for each link type that is understood how to find the IP packet
// in a frame: nil where there is none.
var frames = map[layers.LinkType]func(frame []byte) []byte{
	layers.LinkTypeEthernet:  ethernet,
	layers.LinkTypeRaw:       raw,
	layers.LinkTypeIPv4:      raw,
	layers.LinkTypeIPv6:      raw,
	linkTypeRawBSD:           raw,
	linkTypeRawOpenBSD:       raw,
	layers.LinkTypeNull:      loopback,
	layers.LinkTypeLoop:      loopback,
	layers.LinkTypeLinuxSLL:  cooked(14, 16),
	layers.LinkTypeLinuxSLL2: cooked(0, 20),
}

// Raw IP has other numbers where the files of some systems name the system's
// own (LINKTYPE_RAW in pcap-linktype(7)).
const (
	linkTypeRawBSD     layers.LinkType = 12
	linkTypeRawOpenBSD layers.LinkType = 14
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
		switch layers.EthernetType(binary.BigEndian.Uint16(kind)) {
		case layers.EthernetTypeIPv4, layers.EthernetTypeIPv6:
			return raw(rest)
		case layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ:
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
