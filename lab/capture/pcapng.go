package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The types of blocks that the lab reads or writes (draft-ietf-opsawg-pcapng,
// "Block Definition"; the obsolete one is in appendix A). That of a section header
// reads the same in both byte orders, which the magic behind its length tells.
const (
	blockSection        = 0x0a0d0d0a
	blockInterface      = 1
	blockObsoletePacket = 2
	blockSimplePacket   = 3
	blockEnhancedPacket = 6

	byteOrderMagic = 0x1a2b3c4d
)

// Bytes around the body of a block, its type and its length in front and its
// length again behind it, and what the bodies have in front of their options or
// of their packet.
const (
	blockFrame         = 12
	sectionHeader      = 16
	interfaceHeader    = 8
	packetHeader       = 20
	simplePacketHeader = 4
)

var (
	errNoOrder    = errors.New("a section that does not tell its byte order")
	errShortBlock = errors.New("a block that is too short for what it is")
	errLongPacket = errors.New("a packet that is longer than its block")
	errLongOption = errors.New("an option that is longer than its block")
)

// pcapng reads the frames of a pcapng file (draft-ietf-opsawg-pcapng). Blocks that
// are not about packets, names of hosts among them, are passed over.
type pcapng struct {
	r          io.Reader
	order      binary.ByteOrder // of the section
	interfaces []described      // of the section
	head       [blockFrame]byte
	buffer     []byte // of the block that was read last
}

// described is an interface, as its block describes it.
type described struct {
	link linkType
	snap uint32 // bytes of a packet at most; 0 is all
	clock
}

// openPcapng reads the header of the first section.
func openPcapng(b *budget) (*source, error) {
	g := &pcapng{r: b}
	_, body, err := g.block()
	if err == nil {
		err = g.section(body)
	}
	if err != nil {
		return nil, damaged("its header", err)
	}
	return &source{budget: b, packet: g.next}, nil
}

// next is the next frame, whose bytes are there until the one after it is read.
func (g *pcapng) next() (frame, error) {
	for {
		kind, body, err := g.block()
		if err != nil {
			return frame{}, err
		}
		switch kind {
		case blockSection:
			err = g.section(body)
		case blockInterface:
			err = g.describe(body)
		case blockEnhancedPacket, blockObsoletePacket:
			return g.packet(kind, body)
		case blockSimplePacket:
			return g.simple(body)
		}
		if err != nil {
			return frame{}, err
		}
	}
}

// block reads a block and returns its body. Who reads forward needs no second
// length, so it is not looked at.
func (g *pcapng) block() (kind uint32, body []byte, err error) {
	if _, err := io.ReadFull(g.r, g.head[:]); err != nil {
		return 0, nil, err
	}
	if binary.BigEndian.Uint32(g.head[:]) == blockSection {
		if g.order = orderOf(g.head[8:]); g.order == nil {
			return 0, nil, errNoOrder
		}
	}
	length := g.order.Uint32(g.head[4:])
	switch {
	case length < blockFrame:
		return 0, nil, fmt.Errorf("a block that claims %d bytes, less than %d", length, blockFrame)
	case length > mostPerPacket:
		return 0, nil, errTooMuch
	}
	g.buffer = room(g.buffer, int(length)-8)
	copy(g.buffer, g.head[8:])
	if _, err := io.ReadFull(g.r, g.buffer[4:]); err != nil {
		return 0, nil, cut(err)
	}
	return g.order.Uint32(g.head[:]), g.buffer[:length-blockFrame], nil
}

// orderOf is the byte order in which the magic of a section is written; nil if
// it is none.
func orderOf(magic []byte) binary.ByteOrder {
	switch uint32(byteOrderMagic) {
	case binary.LittleEndian.Uint32(magic):
		return binary.LittleEndian
	case binary.BigEndian.Uint32(magic):
		return binary.BigEndian
	}
	return nil
}

// section begins a section, which has interfaces of its own. Version 1.2 is 1.0
// ("Section Header Block": readers must treat them alike).
func (g *pcapng) section(body []byte) error {
	if len(body) < sectionHeader {
		return errShortBlock
	}
	if major, minor := g.order.Uint16(body[4:]), g.order.Uint16(body[6:]); major != 1 || minor != 0 && minor != 2 {
		return fmt.Errorf("version %d.%d of the format, not 1.0", major, minor)
	}
	g.interfaces = g.interfaces[:0]
	return nil
}

// describe adds an interface ("Interface Description Block").
func (g *pcapng) describe(body []byte) error {
	switch {
	case len(body) < interfaceHeader:
		return errShortBlock
	case len(g.interfaces) == mostInterfaces:
		return wrongf("more than %d interfaces", mostInterfaces)
	}
	about := described{link: linkType(g.order.Uint16(body)), snap: g.order.Uint32(body[4:])}
	resolution := byte(resolutionMicroseconds)
	err := g.eachOption(body[interfaceHeader:], func(code uint16, value []byte) {
		switch {
		case code == interfaceResolution && len(value) > 0:
			resolution = value[0]
		case code == interfaceTimeOffset && len(value) >= 8:
			about.offset = int64(g.order.Uint64(value))
		}
	})
	if err == nil {
		about.perSecond, err = ticksPerSecond(resolution)
	}
	g.interfaces = append(g.interfaces, about)
	return err
}

// packet reads an enhanced packet ("Enhanced Packet Block"). The obsolete block
// differs from it where half of the interface's number counts packets that were
// dropped ("Packet Block").
func (g *pcapng) packet(kind uint32, body []byte) (frame, error) {
	if len(body) < packetHeader {
		return frame{}, errShortBlock
	}
	number := g.order.Uint32(body)
	if kind == blockObsoletePacket {
		number = uint32(g.order.Uint16(body))
	}
	if int64(number) >= int64(len(g.interfaces)) {
		return frame{}, fmt.Errorf("a packet of interface %d of %d", number, len(g.interfaces))
	}
	kept := g.order.Uint32(body[12:])
	if int64(kept) > int64(len(body)-packetHeader) {
		return frame{}, errLongPacket
	}
	about := g.interfaces[number]
	ticks := uint64(g.order.Uint32(body[4:]))<<32 | uint64(g.order.Uint32(body[8:]))
	f := frame{bytes: body[packetHeader:][:kept], at: about.at(ticks), link: about.link, end: int(number)}
	err := g.eachOption(body[min(packetHeader+aligned(int(kept)), len(body)):], func(code uint16, value []byte) {
		if code == optionComment {
			f.comments = append(f.comments, string(value))
		}
	})
	return f, err
}

// simple reads a packet of the first interface without a time, of which as much
// was kept as the interface keeps ("Simple Packet Block").
func (g *pcapng) simple(body []byte) (frame, error) {
	switch {
	case len(body) < simplePacketHeader:
		return frame{}, errShortBlock
	case len(g.interfaces) == 0:
		return frame{}, errors.New("a packet before the first interface")
	}
	about, kept := g.interfaces[0], g.order.Uint32(body)
	if about.snap > 0 {
		kept = min(kept, about.snap)
	}
	if int64(kept) > int64(len(body)-simplePacketHeader) {
		return frame{}, errLongPacket
	}
	return frame{bytes: body[simplePacketHeader:][:kept], link: about.link}, nil
}

// eachOption goes through the options at the end of a block ("Options").
func (g *pcapng) eachOption(list []byte, do func(code uint16, value []byte)) error {
	for len(list) > 0 {
		if len(list) < optionHeader {
			return errLongOption
		}
		code, length := g.order.Uint16(list), int(g.order.Uint16(list[2:]))
		switch {
		case code == optionEnd:
			return nil
		case length > len(list)-optionHeader:
			return errLongOption
		}
		do(code, list[optionHeader:][:length])
		list = list[min(optionHeader+aligned(length), len(list)):]
	}
	return nil
}

// aligned is a length with the bytes that fill it up: what follows begins at a
// multiple of four.
func aligned(length int) int { return (length + 3) &^ 3 }
