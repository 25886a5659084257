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

// Snapshot is what a witness has seen, and what the hosts say themselves.
type Snapshot struct {
	Packets        []packet.Packet
	client, server HostDrops
	// Whoever was handed a packet since then, in the wire's time, may not have
	// got round to it before the exchange ended.
	lately time.Duration
}

// HostDrops is how many packets a host threw away.
type HostDrops struct {
	unsent  int // for want of room, before the wire took them
	unread  int // for want of room, before the application did
	spoiled int // for their checksum, although they came undamaged
}

// processorWait is how long a program may wait for a processor on a busy machine.
const processorWait = 250 * time.Millisecond

func NewLossObserver(w testbed.Workload) *LossObserver {
	return &LossObserver{workload: w, rec: capture.NewRecorder(recordLimit(w))}
}

// Tap is a wire.Tap.
func (v *LossObserver) Tap(e wire.Event) {
	v.mu.Lock()
	v.joined = e.Joined
	v.mu.Unlock()
	v.rec.Tap(e)
}

// Snapshot tells what happened until now, the end of the exchange. A server that
// rests takes its rest until it gets round to what it was handed.
func (v *LossObserver) Snapshot(n testbed.Network, rest time.Duration) Snapshot {
	v.mu.Lock()
	now := time.Since(v.joined)
	v.mu.Unlock()
	s := Snapshot{
		Packets: v.rec.Packets(),
		client:  dropsOf(n.Client()), server: dropsOf(n.Server()),
		lately: now - processorWait - rest,
	}
	s.server.spoiled -= damagedBy(v.workload, s.Packets, FromClient)
	s.client.spoiled -= damagedBy(v.workload, s.Packets, FromServer)
	return s
}

// damagedBy is for how many packets of one side the other's checksums fail because
// the wire damaged them: of those that are fragments, once for each datagram, and
// only if all of it came.
func damagedBy(w testbed.Workload, packets []packet.Packet, from wire.Side) (n int) {
	for _, p := range packets {
		if p.From == from && p.Fate == link.Corrupted && !isFragment(p) {
			n++
		}
	}
	for _, d := range Datagrams(w, packets, from) {
		if d.spoiled && d.Status().Outcome == corrupted {
			n++
		}
	}
	return n
}

// dropsOf asks a host what it threw away, as far as it counts. What it
// does not say stays unexplained, which is true.
func dropsOf(h testbed.Host) (t HostDrops) {
	if c, ok := h.(interface{ Overflowed() (int64, error) }); ok {
		t.unread += orNone(c.Overflowed())
	}
	if c, ok := h.(interface{ Unassembled() (int64, error) }); ok {
		t.unread += orNone(c.Unassembled())
	}
	if c, ok := h.(interface{ DeviceDrops() (int64, error) }); ok {
		t.unsent += orNone(c.DeviceDrops())
	}
	if c, ok := h.(interface{ ChecksumErrors() (int64, error) }); ok {
		t.spoiled += orNone(c.ChecksumErrors())
	}
	return t
}

// orNone is a count, or 0 where the host could not tell.
func orNone(n int64, err error) int {
	if err != nil {
		return 0
	}
	return int(n)
}
