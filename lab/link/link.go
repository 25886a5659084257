// Package link holds the laws of one direction of a wire: which packet is
// dropped, copied, damaged or held back, and until when. It has no clock, no
// goroutine and no socket: the time is a parameter and chance is seeded, so
// the fate of a packet is a function of the conditions, the seed, the
// direction and the packet's number.
//
// A packet meets the laws in this order: dropped by script, by exact count,
// by chance, in a burst; copied; damaged; queued before the rate; delayed,
// with jitter, or let past the delay. A copy is never damaged, but queues like
// any other packet. As with netem, jitter and reorder both change the order of
// packets, and no packet leaves before the rate lets it.
//
// Every condition has a file of its own and a row in the table of
// conditions.go: read that and loss.go first, then laws.go (chance), link.go
// (time) and queue.go; overrides.go, file.go and preset.go are how users say
// what they want.
package link

import (
	"cmp"
	"time"
)

// maxUnderWay bounds the packets that a link holds, whatever it is that holds
// them: more than a second at 250,000 packets a second, and 400 MB of full
// ones. What comes on top overflows.
const maxUnderWay = 1 << 18

// Outcome is what Offer decided about a packet.
type Outcome struct {
	Number int   // of the packet, from 1
	Fate   Fate  // Queued, Lost or Overflowed
	Cause  Cause // what decided it
	Copied bool  // the link also made a copy
	OfCopy Fate  // the copy's: Queued or Overflowed
}

// Parcel is a packet that is due. Bytes is valid until the next call of Take.
type Parcel struct {
	Number int
	Copy   bool
	Fate   Fate // Delivered or Corrupted
	Cause  Cause
	Due    time.Duration // when it was to be handed over
	Bytes  []byte
}

// Link is one direction of a wire. It is not safe for concurrent use.
type Link struct {
	laws       laws
	bottleneck bottleneck
	queue      queue
	number     int      // of the last packet offered
	order      uint64   // of the last packet queued
	spare      [][]byte // buffers to use again
	last       []byte   // the buffer that the caller of Take holds
}

// New makes a link. The conditions must be valid; side ("client", "server")
// is part of the seed, so that the two directions of a wire differ.
func New(c Conditions, seed uint64, side string) *Link {
	return &Link{
		laws:       newLaws(c, seed, side),
		bottleneck: bottleneck{rate: c.Rate, limit: cmp.Or(c.Limit, DefaultLimit)},
	}
}

// Offer hands the link a packet at a time that never goes back. The link
// copies the bytes if it has to keep them.
func (l *Link) Offer(now time.Duration, packet []byte) Outcome {
	l.number++
	fate := l.laws.decide(l.number)
	o := Outcome{Number: l.number, Fate: Lost, Cause: fate.drop}
	if fate.drop != "" {
		return o
	}
	o.Fate, o.Cause = l.accept(now, packet, fate, false)
	if fate.copied {
		o.Copied = true
		o.OfCopy, _ = l.accept(now, packet, fate.ofCopy(), true)
	}
	return o
}

// accept queues a packet, unless too many wait for the rate or are under way.
func (l *Link) accept(now time.Duration, packet []byte, f fated, isCopy bool) (Fate, Cause) {
	leaves, ok := now, l.queue.len() < maxUnderWay
	if ok {
		leaves, ok = l.bottleneck.send(now, len(packet))
	}
	if !ok {
		return Overflowed, Cause(limit.Name)
	}
	due := max(leaves+f.delay, leaves)
	if f.skips {
		due = leaves
	}
	l.order++
	l.queue.push(item{
		due: due, order: l.order, number: l.number, copy: isCopy, flip: f.flip, cause: f.cause, bytes: l.keep(packet),
	})
	return Queued, f.cause
}

// Next is when the next packet is due. It is not ok when none is under way.
func (l *Link) Next() (due time.Duration, ok bool) {
	first := l.queue.first()
	if first == nil {
		return 0, false
	}
	return first.due, true
}

// Waiting is how many packets wait for the rate, with the one that is being sent.
func (l *Link) Waiting(now time.Duration) int {
	l.bottleneck.forget(now)
	return l.bottleneck.sent.len()
}

// Take hands over the next packet that is due by now. Packets that are due at
// the same time come in the order in which they were offered.
func (l *Link) Take(now time.Duration) (p Parcel, ok bool) {
	if due, ok := l.Next(); !ok || due > now {
		return Parcel{}, false
	}
	i := l.queue.pop()
	p = Parcel{Number: i.number, Copy: i.copy, Fate: Delivered, Cause: i.cause, Due: i.due, Bytes: i.bytes}
	if i.flip >= 0 {
		p.Fate = Corrupted
		bit := i.flip % (len(i.bytes) * 8)
		i.bytes[bit/8] ^= 1 << (bit % 8)
	}
	l.recycle(i.bytes)
	return p, true
}

// keep copies a packet into a buffer of the link's own.
func (l *Link) keep(packet []byte) []byte {
	var b []byte
	if n := len(l.spare); n > 0 {
		b, l.spare = l.spare[n-1], l.spare[:n-1]
	}
	return append(b[:0], packet...)
}

// recycle takes back the buffer of the packet before, and remembers this one.
func (l *Link) recycle(b []byte) {
	if l.last != nil && len(l.spare) < DefaultLimit {
		l.spare = append(l.spare, l.last)
	}
	l.last = b
}
