package testbed

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"
)

// MostMessages bounds the messages of a workload, and so the memory that an exchange
// takes.
const MostMessages = 1_000_000

// HeaderSize is the number of bytes at the start of every message that name
// it, and so the least size of a message.
const HeaderSize = 16

// Workload is a list of messages, the same for every transport. Everything
// about it follows from its fields: message i is Size bytes long, is due
// i*Every after the start, and carries bytes that the seed decides.
type Workload struct {
	Messages int
	Size     int           // bytes of a message, at least HeaderSize
	Every    time.Duration // from one message's due time to the next
	Seed     uint64
}

// Validate names what is wrong with the workload.
func (w Workload) Validate() error {
	switch {
	case w.Messages < 1:
		return fmt.Errorf("workload of %d messages: at least 1 is needed", w.Messages)
	case w.Size < HeaderSize:
		return fmt.Errorf("messages of %d bytes: at least %d are needed, to number them", w.Size, HeaderSize)
	}
	return nil
}

// Due is when message seq is to be sent, from the start of the run.
func (w Workload) Due(seq int) time.Duration { return time.Duration(seq) * w.Every }

// Fill writes message seq into buf and returns it.
func (w Workload) Fill(buf []byte, seq int) []byte {
	buf = buf[:w.Size]
	chance := rand.NewPCG(w.Seed, uint64(seq))
	binary.BigEndian.PutUint32(buf, uint32(seq))
	binary.BigEndian.PutUint32(buf[4:], uint32(w.Size))
	binary.BigEndian.PutUint64(buf[8:], w.key(seq))
	body := buf[HeaderSize:]
	for len(body) >= 8 {
		binary.LittleEndian.PutUint64(body, chance.Uint64())
		body = body[8:]
	}
	for i := range body {
		body[i] = byte(chance.Uint64())
	}
	return buf
}

// Sequence reads a message's number back from its first HeaderSize bytes. It
// fails on bytes that are no message of this workload.
func (w Workload) Sequence(message []byte) (int, bool) {
	if len(message) < HeaderSize {
		return 0, false
	}
	seq := int(binary.BigEndian.Uint32(message))
	ok := seq < w.Messages && binary.BigEndian.Uint64(message[8:]) == w.key(seq)
	return seq, ok
}

// key ties a number to the workload, so that a damaged number is noticed.
func (w Workload) key(seq int) uint64 {
	return rand.NewPCG(w.Seed^0x9e3779b97f4a7c15, uint64(seq)).Uint64()
}
