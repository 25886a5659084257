package capture

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/wire"
)

// recorded is how many bytes of a packet a Recorder keeps: all of one that fits
// an Ethernet frame.
const recorded = 1600

// Recorder remembers the packets of a wire, up to a bound. Its Tap is a
// wire.Tap. It may be asked while the wire runs.
type Recorder struct {
	most int

	mu       sync.Mutex
	packets  []packet.Packet
	open     map[key]int // packets that are under way, by place in packets
	left     int         // packets that came when the recorder was full
	sequence packet.Sequences
}

type key struct {
	from   wire.Side
	number int
	copy   bool
}

// NewRecorder makes a recorder that keeps the first packets, at most that many,
// and counts the others.
func NewRecorder(most int) *Recorder {
	return &Recorder{most: most, open: map[key]int{}, sequence: packet.Sequences{}}
}

// Tap notes what happened to a packet.
func (r *Recorder) Tap(e wire.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := key{e.From, e.Number, e.Copy}
	if e.Fate == link.Delivered || e.Fate == link.Corrupted {
		r.finish(k, e)
		return
	}
	if len(r.packets) >= r.most {
		r.left++
		return
	}
	kept := slices.Clone(e.Packet[:min(len(e.Packet), recorded)])
	p, err := packet.Decode(kept)
	if err != nil {
		p = packet.Packet{ChecksumOK: false}
	}
	p.Time, p.From, p.Number, p.Copy, p.Fate, p.Cause = e.Time, e.From, e.Number, e.Copy, e.Fate, e.Cause
	p.Length, p.Raw = len(e.Packet), kept
	r.sequence.Follow(&p)
	if e.Fate == link.Queued {
		r.open[k] = len(r.packets)
	}
	r.packets = append(r.packets, p)
}

// finish notes what became of a packet that was under way.
func (r *Recorder) finish(k key, e wire.Event) {
	i, ok := r.open[k]
	if !ok {
		return // it came when the recorder was full
	}
	delete(r.open, k)
	p := &r.packets[i]
	p.Delivered, p.Fate, p.Cause = max(e.Time, time.Nanosecond), e.Fate, e.Cause
}

// Packets are all packets so far, in the order in which they were offered.
// Those of the two hosts come to the recorder side by side, so their times
// decide.
func (r *Recorder) Packets() []packet.Packet {
	r.mu.Lock()
	defer r.mu.Unlock()
	packets := slices.Clone(r.packets)
	slices.SortStableFunc(packets, func(a, b packet.Packet) int { return cmp.Compare(a.Time, b.Time) })
	return packets
}

// UnderWay is how many packets have not come to their end yet.
func (r *Recorder) UnderWay() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// Left is how many packets came when the recorder was full.
func (r *Recorder) Left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left
}
