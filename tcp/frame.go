package tcp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// A frame is a message in a stream: its length in bytes as a number of four
// bytes, the most significant first, and then the message.
//
//	+--------+--------+--------+--------+---------...
//	|         length of message         | message
//	+--------+--------+--------+--------+---------...
//
// TCP carries bytes and does not say where a message ends, so the frame has to.
// UDP has no such file: a datagram is a message.

// HeaderSize is the length in bytes of a frame's header.
const HeaderSize = 4

const maxFrame = math.MaxInt32 // bytes of a message whose length fits an int everywhere

// ErrTooLong is the error of a message that is longer than the limit.
var ErrTooLong = errors.New("message too long")

// appendFrame appends message as a frame. Header and message are sent in one
// write: of two small writes, Nagle's algorithm would hold the second back
// until the first is acknowledged, and the acknowledgement may be delayed.
func appendFrame(b, message []byte, limit int) ([]byte, error) {
	if len(message) > limit {
		return b, fmt.Errorf("frame of %d bytes, limit %d: %w", len(message), limit, ErrTooLong)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(message))) //nolint:gosec // limit is at most maxFrame
	return append(b, message...), nil
}

// frameReader reads frames from a stream. It keeps the part of a frame that has
// come, so that after a deadline the next read goes on where the last stopped.
type frameReader struct {
	r     io.Reader
	limit int    // bytes of the longest message
	frame []byte // what has come of the frame so far
}

// next waits for the next message. The slice is valid until the call after.
// The error is io.EOF between two frames and io.ErrUnexpectedEOF within one.
// After a length above the limit the stream cannot be read on: it is unknown
// where the next frame begins.
func (f *frameReader) next() ([]byte, error) {
	if err := f.fill(HeaderSize); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(f.frame)
	if uint64(length) > uint64(f.limit) {
		return nil, fmt.Errorf("frame of %d bytes, limit %d: %w", length, f.limit, ErrTooLong)
	}
	size := HeaderSize + int(length)
	if err := f.fill(size); err != nil {
		return nil, err
	}
	f.frame = f.frame[:0]
	return f.frame[HeaderSize:size], nil
}

// fill reads until f.frame holds size bytes.
func (f *frameReader) fill(size int) error {
	f.frame = slices.Grow(f.frame, max(0, size-len(f.frame)))
	for len(f.frame) < size {
		n, err := f.r.Read(f.frame[len(f.frame):size])
		f.frame = f.frame[:len(f.frame)+n]
		if err == io.EOF && len(f.frame) > 0 && len(f.frame) < size {
			return fmt.Errorf("frame ends after %d of %d bytes: %w", len(f.frame), size, io.ErrUnexpectedEOF)
		}
		if err != nil && len(f.frame) < size {
			return err
		}
	}
	return nil
}
