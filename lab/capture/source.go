package capture

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
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
)

var errTooMuch = errors.New("block is too long")

// frame is one packet of a file as it was captured.
type frame struct {
	bytes    []byte
	at       time.Time
	link     linkType
	end      int
	comments []string
}

// source reads the frames of a file one by one.
type source struct {
	budget *budget
	packet func() (frame, error) // of the file's format
	read   int
}

// next is the next frame; io.EOF ends them.
func (s *source) next() (frame, error) {
	s.budget.left = mostPerPacket
	f, err := s.packet()
	switch {
	case errors.Is(err, io.EOF):
		return frame{}, io.EOF
	case err != nil:
		return frame{}, damaged(fmt.Sprintf("packet %d", s.read+1), err)
	}
	s.read++
	return f, nil
}

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
func open(r io.Reader) (*source, error) {
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
	if binary.BigEndian.Uint32(magic) == blockSection {
		return openPcapng(limited)
	}
	if order, _ := pcapOrder(magic); order != nil {
		return openPcap(limited)
	}
	return nil, wrongf("no pcap or pcapng file")
}

// damaged says where a file is damaged, if the error does not say yet what is wrong.
func damaged(where string, err error) error {
	var known *FormatError
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wrongf("cut short in %s", where)
	case errors.Is(err, errTooMuch):
		return wrongf("damaged at %s: it claims to be longer than any packet", where)
	}
	return wrongf("damaged at %s: %v", where, err)
}
