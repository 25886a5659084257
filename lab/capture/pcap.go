package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// The first four bytes of a pcap file, in the byte order of the file, tell how
// fine its times are (draft-ietf-opsawg-pcap, "General File Structure").
const (
	magicMicroseconds = 0xa1b2c3d4
	magicNanoseconds  = 0xa1b23c4d
)

// Bytes of the headers of a pcap file, and of each packet in it.
const (
	pcapFileHeader   = 24
	pcapPacketHeader = 16
)

var errNothing = errors.New("a packet of no bytes")

// pcap reads the frames of a pcap file (draft-ietf-opsawg-pcap).
type pcap struct {
	r      io.Reader
	order  binary.ByteOrder
	tick   time.Duration // what the small part of a time counts
	link   linkType
	buffer []byte // of the frame that was read last
}

// pcapOrder is the byte order of a file that begins like that, and what the
// small part of its times counts; nil if it is no pcap file.
func pcapOrder(magic []byte) (binary.ByteOrder, time.Duration) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(magic) {
		case magicMicroseconds:
			return order, time.Microsecond
		case magicNanoseconds:
			return order, time.Nanosecond
		}
	}
	return nil, 0
}

// openPcap reads the header of the file. Its snap length bounds nothing: some
// programs write longer packets than they say.
func openPcap(b *budget) (*source, error) {
	head := make([]byte, pcapFileHeader)
	if _, err := io.ReadFull(b, head); err != nil {
		return nil, damaged("its header", err)
	}
	p := &pcap{r: b}
	p.order, p.tick = pcapOrder(head)
	if major, minor := p.order.Uint16(head[4:]), p.order.Uint16(head[6:]); major != 2 || minor != 4 {
		return nil, damaged("its header", fmt.Errorf("version %d.%d of the format, not 2.4", major, minor))
	}
	p.link = linkType(p.order.Uint32(head[20:])) // the higher half is about checksums of frames
	return &source{budget: b, packet: p.next}, nil
}

// next is the next frame, whose bytes are there until the one after it is read.
func (p *pcap) next() (frame, error) {
	var head [pcapPacketHeader]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return frame{}, err
	}
	seconds, small := p.order.Uint32(head[:]), p.order.Uint32(head[4:])
	kept, length := p.order.Uint32(head[8:]), p.order.Uint32(head[12:])
	switch {
	case kept > mostSnap:
		return frame{}, fmt.Errorf("it claims to hold %d bytes of a packet, more than %d", kept, mostSnap)
	case kept > length:
		return frame{}, fmt.Errorf("it claims to hold %d bytes of a packet of %d", kept, length)
	case length == 0:
		return frame{}, errNothing // zeros would read as such packets without end
	}
	p.buffer = room(p.buffer, int(kept))
	if _, err := io.ReadFull(p.r, p.buffer); err != nil {
		return frame{}, cut(err)
	}
	at := time.Unix(int64(seconds), int64(small)*int64(p.tick)).UTC()
	return frame{bytes: p.buffer, at: at, link: p.link}, nil
}

// room is a buffer of so many bytes, the same one if it is large enough.
func room(buffer []byte, length int) []byte {
	if length > cap(buffer) {
		return make([]byte, length)
	}
	return buffer[:length]
}

// cut makes the end of a file an error, for what has begun already.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
