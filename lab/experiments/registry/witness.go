package registry

import (
	"sync"
	"time"

	"echolab/lab/capture"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// witness watches an exchange from the wire, so that all losses can be
// accounted for.
type witness struct {
	workload testbed.Workload
	rec      *capture.Recorder

	mu     sync.Mutex
	joined time.Time // of the wire; zero while nothing has passed
}

// sighting is what a witness has seen, and what the hosts say themselves.
type sighting struct {
	packets        []packet.Packet
	client, server thrown
	// Whoever was handed a packet since then, in the wire's time, may not have
	// got round to it before the exchange ended.
	lately time.Duration
}

// thrown is how many packets a host threw away.
type thrown struct {
	unsent  int // for want of room, before the wire took them
	unread  int // for want of room, before the application did
	spoiled int // for their checksum, although they came undamaged
}

// moment is how long a program may wait for a processor on a busy machine.
const moment = 250 * time.Millisecond

func newWitness(w testbed.Workload) *witness {
	return &witness{workload: w, rec: capture.NewRecorder(recordLimit(w))}
}

// tap is a wire.Tap.
func (v *witness) tap(e wire.Event) {
	v.mu.Lock()
	v.joined = e.Joined
	v.mu.Unlock()
	v.rec.Tap(e)
}

// see tells what happened until now, the end of the exchange. A server that
// rests takes its rest until it gets round to what it was handed.
func (v *witness) see(n testbed.Network, rest time.Duration) sighting {
	v.mu.Lock()
	now := time.Since(v.joined)
	v.mu.Unlock()
	s := sighting{
		packets: v.rec.Packets(),
		client:  thrownAway(n.Client()), server: thrownAway(n.Server()),
		lately: now - moment - rest,
	}
	s.server.spoiled -= damagedBy(v.workload, s.packets, fromClient)
	s.client.spoiled -= damagedBy(v.workload, s.packets, fromServer)
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
	for _, d := range datagrams(w, packets, from) {
		if d.spoiled && d.passage().ending == corrupted {
			n++
		}
	}
	return n
}

// thrownAway asks a host what it threw away, as far as it counts. What it
// does not say stays unexplained, which is true.
func thrownAway(h testbed.Host) (t thrown) {
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
