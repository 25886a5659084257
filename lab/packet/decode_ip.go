package packet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// Bytes of the headers without options and extensions (RFC 791 section 3.1, RFC
// 8200 section 3).
const (
	ipv4Header = 20
	ipv6Header = 40
)

// The headers that extend that of IPv6 (RFC 8200 section 4), and the option of a
// jumbogram in the first of them (RFC 2675 section 2).
const (
	hopByHop           Protocol = 0
	routing            Protocol = 43
	fragmentHeader     Protocol = 44
	destinationOptions Protocol = 60

	jumboPayload = 0xc2
)

var (
	errShort   = errors.New("its extension headers are cut off")
	errOptions = errors.New("an option in its header has a length that cannot be")
)

// ipv4 reads the IP header (RFC 791 section 3.1) and returns what it carries.
// A packet with damaged options is refused, as hosts refuse it.
func (p *Packet) ipv4(packet []byte) ([]byte, error) {
	header, length, err := ipv4Lengths(packet)
	if err != nil {
		return nil, err
	}
	head := packet[:header]
	if whole := eachOption(head[ipv4Header:], func(byte, []byte) {}); !whole {
		return nil, errOptions
	}
	where := binary.BigEndian.Uint16(head[6:])
	p.Source, p.Destination = netip.AddrFrom4([4]byte(head[12:])), netip.AddrFrom4([4]byte(head[16:]))
	p.Protocol, p.ID = Protocol(head[9]), binary.BigEndian.Uint16(head[4:])
	p.FragmentOffset, p.MoreFragments = int(where&0x1fff)*8, where&0x2000 != 0
	p.ChecksumOK = sum(head, 0) == 0xffff
	p.Length, p.NetworkHeader = length, header
	return packet[header:min(length, len(packet))], nil
}

// ipv4Lengths are the bytes of an IPv4 header, all of them there, and of its
// whole packet. A total length of 0 is that of a segment that the network card
// has yet to cut into packets: all that was captured is one.
func ipv4Lengths(packet []byte) (header, length int, err error) {
	if len(packet) < ipv4Header {
		return 0, 0, fmt.Errorf("an IPv4 header has %d bytes or more", ipv4Header)
	}
	header, length = int(packet[0]&0xf)*4, int(binary.BigEndian.Uint16(packet[2:]))
	if length == 0 {
		length = len(packet)
	}
	switch {
	case header < ipv4Header:
		err = fmt.Errorf("its IPv4 header claims %d bytes, less than %d", header, ipv4Header)
	case header > length:
		err = fmt.Errorf("its IPv4 header claims %d bytes, more than the %d of the packet", header, length)
	case header > len(packet):
		err = fmt.Errorf("its IPv4 header of %d bytes is cut off", header)
	}
	return header, length, err
}

// eachOption goes through the options of an IPv4 or TCP header: each a kind, and
// but for the first two kinds a length, which counts both, and data (RFC 791
// section 3.1, RFC 9293 section 3.1). It ends at the end of the list, or at a
// length that leads nowhere: then the list is not whole.
func eachOption(list []byte, do func(kind byte, data []byte)) (whole bool) {
	for len(list) > 0 && list[0] != optionEnd {
		if list[0] == optionNothing {
			list = list[1:]
			continue
		}
		if len(list) < 2 || list[1] < 2 || int(list[1]) > len(list) {
			return false
		}
		do(list[0], list[2:list[1]])
		list = list[list[1]:]
	}
	return true
}

// ipv6 reads the IP header and those that extend it (RFC 8200 sections 3 and
// 4), and returns what they carry.
func (p *Packet) ipv6(packet []byte) ([]byte, error) {
	if len(packet) < ipv6Header {
		return nil, fmt.Errorf("an IPv6 header has %d bytes", ipv6Header)
	}
	length, err := ipv6Payload(packet)
	if err != nil {
		return nil, err
	}
	p.Source, p.Destination = netip.AddrFrom16([16]byte(packet[8:])), netip.AddrFrom16([16]byte(packet[24:]))
	p.Protocol, p.Length = Protocol(packet[6]), ipv6Header+length
	kept := packet[:min(p.Length, len(packet))]
	body, err := p.extensions(kept[ipv6Header:])
	p.NetworkHeader = len(kept) - len(body)
	return body, err
}

// ipv6Payload is how many bytes follow the IPv6 header: its payload length or,
// where that is 0, what a jumbogram says in a hop-by-hop option (RFC 2675
// section 3: one of them, never both).
func ipv6Payload(packet []byte) (int, error) {
	length, jumbo := int(binary.BigEndian.Uint16(packet[4:])), 0
	if Protocol(packet[6]) == hopByHop {
		follows := packet[ipv6Header:]
		if length > 0 {
			follows = follows[:min(length, len(follows))]
		}
		var err error
		if jumbo, err = jumboLength(follows); err != nil {
			return 0, err
		}
	}
	switch {
	case length > 0 && jumbo > 0:
		return 0, fmt.Errorf("its IPv6 header claims %d bytes behind it, and an option %d", length, jumbo)
	case length == 0 && jumbo == 0:
		return 0, errors.New("its IPv6 header claims that nothing follows, and no option says more")
	}
	return max(length, jumbo), nil
}

// jumboLength is the length that the first such option in a hop-by-hop header
// names, or 0. Options there are a kind, the length of their data and the data,
// but for one byte of padding (RFC 8200 section 4.2).
func jumboLength(body []byte) (jumbo int, err error) {
	const pad1 = 0
	header, err := extension(hopByHop, body)
	if err != nil {
		return 0, err
	}
	for list := body[2:header]; len(list) > 0; {
		if list[0] == pad1 {
			list = list[1:]
			continue
		}
		if len(list) < 2 || len(list) < 2+int(list[1]) {
			return 0, errOptions
		}
		data := list[2 : 2+int(list[1])]
		if list[0] == jumboPayload && jumbo == 0 {
			if jumbo, err = readJumbo(data); err != nil {
				return 0, err
			}
		}
		list = list[2+len(data):]
	}
	return jumbo, nil
}

// readJumbo reads the option of a jumbogram, which is longer than any other
// packet (RFC 2675 section 2).
func readJumbo(data []byte) (int, error) {
	if len(data) != 4 {
		return 0, errOptions
	}
	length := int(binary.BigEndian.Uint32(data))
	if length <= 0xffff { // below 0 is what an int of 32 bits cannot hold
		return 0, fmt.Errorf("a jumbogram claims %d bytes, which an ordinary packet may have", length)
	}
	return length, nil
}

// extensions steps over extension headers to what the last of them carries.
func (p *Packet) extensions(body []byte) ([]byte, error) {
	for p.Protocol.extends() {
		length, err := extension(p.Protocol, body)
		if err != nil {
			return nil, err
		}
		if p.Protocol == fragmentHeader {
			where := binary.BigEndian.Uint16(body[2:])
			p.FragmentOffset, p.MoreFragments = int(where&^7), where&1 != 0
			p.ID = uint16(binary.BigEndian.Uint32(body[4:]))
		}
		p.Protocol = Protocol(body[0])
		body = body[length:]
	}
	return body, nil
}

// extends reports whether a protocol is a header that extends IPv6's.
func (p Protocol) extends() bool {
	return p == hopByHop || p == routing || p == fragmentHeader || p == destinationOptions
}

// extension is the length of the extension header at the beginning of body, all
// of it there. Only a fragment's does not say how long it is.
func extension(kind Protocol, body []byte) (int, error) {
	length := 8
	if kind != fragmentHeader && len(body) >= 2 {
		length += int(body[1]) * 8
	}
	if len(body) < length {
		return 0, errShort
	}
	return length, nil
}
