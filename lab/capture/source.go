package capture

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// FormatError is what is wrong with a file that is no capture, a damaged one,
// or one with nothing in it to draw.
type FormatError struct {
	Reason        string
	Conversations int // how many there are, where the one that was asked for is not; else 0
}

func (e *FormatError) Error() string { return e.Reason }

func wrongf(format string, args ...any) error {
	return &FormatError{Reason: fmt.Sprintf(format, args...)}
}

// Bounds of what a file may make the reader hold.
const (
	mostPerPacket  = 1 << 20 // bytes of the file between one packet and the next
	mostSnap       = 1 << 18 // bytes of a packet
	mostInterfaces = 1000
	mostNames      = 10_000 // host names that a capture may bring along
)

var (
	errTooMuch = errors.New("block is too long")
	errNothing = errors.New("a packet of no bytes")
)

// frame is one packet of a file as it was captured.
type frame struct {
	bytes    []byte
	at       time.Time
	link     layers.LinkType
	end      int
	comments []string
}

// source reads the frames of a file one by one; io.EOF ends them.
type source interface{ next() (frame, error) }

// budget ends a reader that takes too much at once.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// open looks at the beginning of a file, which tells its kind.
func open(r io.Reader) (source, error) {
	file := bufio.NewReader(r)
	magic, err := file.Peek(4)
	if err == nil && magic[0] == 0x1f && magic[1] == 0x8b { // RFC 1952
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return nil, wrongf("a damaged gzip file: %v", err)
		}
		file = bufio.NewReader(unzipped)
		magic, err = file.Peek(4)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, wrongf("a damaged gzip file: %v", err)
		}
	} else if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read capture: %w", err)
	}
	if len(magic) == 0 {
		return nil, wrongf("the file is empty")
	}
	if len(magic) < 4 {
		return nil, wrongf("no pcap or pcapng file")
	}
	limited := &budget{r: file, left: mostPerPacket}
	switch binary.BigEndian.Uint32(magic) {
	case 0x0a0d0d0a:
		return openNg(limited)
	case 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1:
		return openClassic(limited)
	}
	return nil, wrongf("no pcap or pcapng file")
}

// classic reads pcap.
type classic struct {
	r      *pcapgo.Reader
	budget *budget
	read   int
}

func openClassic(b *budget) (source, error) {
	r, err := pcapgo.NewReader(b)
	if err != nil {
		return nil, damaged("its header", err)
	}
	if r.Snaplen() > mostSnap {
		r.SetSnaplen(mostSnap)
	}
	return &classic{r: r, budget: b}, nil
}

func (c *classic) next() (frame, error) {
	c.budget.left = mostPerPacket
	data, info, err := c.r.ReadPacketData()
	if errors.Is(err, io.EOF) && info.CaptureLength == 0 { // else its header is the last that there is
		return frame{}, io.EOF
	}
	if err == nil && info.Length == 0 {
		err = errNothing // zeros would read as such packets without end
	}
	if err != nil {
		return frame{}, damaged(fmt.Sprintf("packet %d", c.read+1), err)
	}
	c.read++
	return frame{bytes: data, at: info.Timestamp, link: c.r.LinkType()}, nil
}

// modern reads pcapng.
type modern struct {
	r      *pcapgo.NgReader
	budget *budget
	read   int
}

func openNg(b *budget) (source, error) {
	r, err := pcapgo.NewNgReader(b, pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		return nil, damaged("its header", err)
	}
	return &modern{r: r, budget: b}, nil
}

func (m *modern) next() (frame, error) {
	m.budget.left = mostPerPacket
	data, info, o, err := m.r.ReadPacketDataWithOptions()
	switch {
	case errors.Is(err, io.EOF):
		return frame{}, io.EOF
	case err != nil:
		return frame{}, damaged(fmt.Sprintf("packet %d", m.read+1), err)
	case m.r.NInterfaces() > mostInterfaces, m.r.NNames() > mostNames:
		return frame{}, wrongf("more than %d interfaces or %d names", mostInterfaces, mostNames)
	}
	m.read++
	kind, _ := info.AncillaryData[0].(layers.LinkType)
	return frame{bytes: data, at: info.Timestamp, link: kind, end: info.InterfaceIndex, comments: o.Comments}, nil
}

// damaged says where a file is damaged.
func damaged(where string, err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wrongf("cut short in %s", where)
	case errors.Is(err, errTooMuch):
		return wrongf("damaged at %s: it claims to be longer than any packet", where)
	}
	return wrongf("damaged at %s: %v", where, err)
}
