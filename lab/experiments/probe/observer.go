package probe

import (
	"sync"
	"time"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// LossObserver watches an exchange from the wire, so that all losses can be
// accounted for.
type LossObserver struct {
	workload testbed.Workload
	rec      *capture.Recorder

	mu     sync.Mutex
	joined time.Time // of the wire; zero while nothing has passed
}

// snapshot is what an observer has seen, and what the hosts say themselves.
type snapshot struct {
	packets        []packet.Packet
	client, server hostDrops
	// A host that was handed a packet since then, in the wire's time, may not have
	// got round to it before the exchange ended.
	lately time.Duration
}

// hostDrops is how many packets a host threw away.
type hostDrops struct {
	unsent  int // for want of room, before the wire took them
	unread  int // for want of room, before the application did
	spoiled int // for their checksum, although they came undamaged
}

// processorWait is how long a program may wait for a processor on a busy machine.
const processorWait = 250 * time.Millisecond

// NewLossObserver is an observer of the exchange of a workload.
func NewLossObserver(w testbed.Workload) *LossObserver {
	return &LossObserver{workload: w, rec: capture.NewRecorder(recordLimit(w))}
}

// Tap is a wire.Tap.
func (o *LossObserver) Tap(e wire.Event) {
	o.mu.Lock()
	o.joined = e.Joined
	o.mu.Unlock()
	o.rec.Tap(e)
}

// Account tells what became of an exchange that has just ended. A server that rests
// gets round to what it was handed after its rest.
func (o *LossObserver) Account(
	t testbed.Transport, x *testbed.Exchange, n testbed.Network, rest time.Duration,
) LossResult {
	seen := o.snapshot(n, rest)
	return LossResult{
		Workload: o.workload, X: x, Packets: seen.packets, Losses: classifyLosses(t, o.workload, x, seen),
	}
}

// snapshot is what happened until now.
func (o *LossObserver) snapshot(n testbed.Network, rest time.Duration) snapshot {
	o.mu.Lock()
	now := time.Since(o.joined)
	o.mu.Unlock()
	s := snapshot{
		packets: o.rec.Packets(),
		client:  dropsOf(n.Client()), server: dropsOf(n.Server()),
		lately: now - processorWait - rest,
	}
	s.server.spoiled -= damagedBy(o.workload, s.packets, wire.Client)
	s.client.spoiled -= damagedBy(o.workload, s.packets, wire.Server)
	return s
}

// damagedBy is how often the checksums of one side's peer fail because the wire
// damaged packets: once for each packet, but of fragments once for each datagram,
// and only if all of it came.
func damagedBy(w testbed.Workload, packets []packet.Packet, from wire.Side) (n int) {
	for _, p := range packets {
		if p.From == from && p.Fate == link.Corrupted && !isFragment(p) {
			n++
		}
	}
	for _, d := range datagramsOf(w, packets, from) {
		if d.spoiled && d.status().outcome == corrupted {
			n++
		}
	}
	return n
}

// dropsOf is what a host says that it threw away. What it does not count stays
// unexplained.
func dropsOf(h testbed.Host) (d hostDrops) {
	if c, ok := h.(interface{ Overflowed() (int64, error) }); ok {
		d.unread += orNone(c.Overflowed())
	}
	if c, ok := h.(interface{ Unassembled() (int64, error) }); ok {
		d.unread += orNone(c.Unassembled())
	}
	if c, ok := h.(interface{ DeviceDrops() (int64, error) }); ok {
		d.unsent += orNone(c.DeviceDrops())
	}
	if c, ok := h.(interface{ ChecksumErrors() (int64, error) }); ok {
		d.spoiled += orNone(c.ChecksumErrors())
	}
	return d
}

// orNone is a count, or 0 where the host could not tell.
func orNone(n int64, err error) int {
	if err != nil {
		return 0
	}
	return int(n)
}
