package events

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// message is one message of the application, as its packets show it.
type message struct {
	number         int
	from           wire.Side
	sent, received time.Duration // received is 0 if it never was
	copied         bool          // the link made this one
}

// messages are those of a conversation in one direction, in the order in which they
// were sent: the lab's own, which carry their number and length. Other data has
// none.
func messages(t packet.Trace, from wire.Side) []message {
	own := slices.DeleteFunc(slices.Clone(t.Packets), func(p packet.Packet) bool {
		return p.From != from || p.Payload == 0 || p.FragmentOffset > 0 || p.MoreFragments
	})
	if t.Transport == "udp" {
		return datagrams(own)
	}
	return streamed(own)
}

// header reads the number and the length at the beginning of a message.
func header(b []byte) (number, length int, ok bool) {
	if len(b) < testbed.HeaderSize {
		return 0, 0, false
	}
	number, length = int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
	return number, length, length >= testbed.HeaderSize
}

// datagrams are messages of a packet each.
func datagrams(packets []packet.Packet) []message {
	var all []message
	for _, p := range packets {
		number, length, ok := header(p.Data)
		if p.UDP != nil && ok && length == p.Payload {
			all = append(all, message{number, p.From, p.Time, p.Delivered, p.Copy})
		}
	}
	return all
}

// streamed are messages in a stream of bytes, each in a frame or one behind the other.
func streamed(packets []packet.Packet) []message {
	s := read(packets)
	var all []message
	for at := 0; at < len(s.bytes); {
		number, start, end, ok := s.next(at)
		if !ok {
			break
		}
		all = append(all, message{number, packets[0].From, s.sent.at(start), s.received.at(end - 1), false})
		at = end
	}
	return all
}

// stream is what one side sent, and when.
type stream struct {
	bytes          []byte
	sent, received progress
}

// framing is what TCP puts before a message: its length (package tcp).
const framing = 4

// next finds the message that begins at a place, with its frame or without.
func (s *stream) next(at int) (number, start, end int, ok bool) {
	rest := s.bytes[at:]
	if len(rest) > framing {
		framed := int(binary.BigEndian.Uint32(rest))
		if number, length, ok := header(rest[framing:]); ok && length == framed {
			return number, at, at + framing + length, at+framing+length <= len(s.bytes)
		}
	}
	number, length, ok := header(rest)
	return number, at, at + length, ok && at+length <= len(s.bytes)
}

// read puts segments together.
func read(packets []packet.Packet) *stream {
	s := &stream{}
	var delivered []packet.Packet
	for _, p := range packets {
		if p.TCP == nil || p.TCP.RelativeSeq == 0 {
			continue // no data of the stream
		}
		from, to := place(p)
		if from <= len(s.bytes) && to > len(s.bytes) && !p.Copy {
			s.bytes = append(s.bytes, p.Data[len(s.bytes)-from:]...)
			s.sent.reach(p.Time, to)
		}
		if p.Delivered > 0 && p.ChecksumOK {
			delivered = append(delivered, p)
		}
	}
	slices.SortStableFunc(delivered, func(a, b packet.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	var early []packet.Packet // behind a gap
	there := 0
	for _, p := range delivered {
		early = append(early, p)
		for moved := true; moved; {
			moved = false
			for _, q := range early {
				if from, to := place(q); from <= there && to > there {
					there, moved = to, true
				}
			}
		}
		early = slices.DeleteFunc(early, func(q packet.Packet) bool { _, to := place(q); return to <= there })
		s.received.reach(p.Delivered, there)
	}
	return s
}

// place is where the data of a segment lies in its stream. What was cut off at its
// end was not seen.
func place(p packet.Packet) (from, to int) {
	from = int(p.TCP.RelativeSeq) - 1
	return from, from + len(p.Data)
}

// progress is how far a stream had come, and when, both ascending.
type progress struct {
	times []time.Duration
	bytes []int
}

func (p *progress) reach(now time.Duration, bytes int) {
	if n := len(p.bytes); n == 0 || bytes > p.bytes[n-1] {
		p.times, p.bytes = append(p.times, now), append(p.bytes, bytes)
	}
}

// at is when the byte of a place came; 0 if it never did.
func (p *progress) at(byte int) time.Duration {
	i, _ := slices.BinarySearch(p.bytes, byte+1)
	if i == len(p.times) {
		return 0
	}
	return p.times[i]
}
