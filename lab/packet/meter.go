package packet

import (
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// Meter counts the bytes of the client's flows as they pass. It keeps no packets,
// so that it can watch a wire for any time.
type Meter struct {
	mu    sync.Mutex
	flows map[uint16]*metered
}

// Flow is what one flow of the client has done so far. Bytes are payload but
// for Size and Handed.
type Flow struct {
	wire.Lateness               // of its packets
	Packets       int           // offered to the wire
	Size          int           // bytes of these packets, headers included
	Overflowed    int           // of them: packets dropped by the full queue
	Lost          int           // of them: packets dropped by a condition
	Offered       int           // bytes, those sent again included
	Distinct      int           // of them: bytes offered for the first time
	Fresh         int           // bytes handed over for the first time
	Whole         int           // of a TCP flow: bytes handed over before the first gap
	Repairs       int           // of a TCP flow: how often all that was sent before a repair began had been handed over
	Rounds        int           // of a TCP flow: how many round trips its sender lived, one at a time
	Trips         time.Duration // how long these took together
	Handed        int           // bytes of the packets that were handed over, headers included
	Pause         time.Duration // the longest between two packets since the last Mark
}

// Since is what the flow did after an earlier reading of it, when Mark was
// called.
func (f Flow) Since(earlier Flow) Flow {
	return Flow{
		Packets: f.Packets - earlier.Packets, Size: f.Size - earlier.Size,
		Overflowed: f.Overflowed - earlier.Overflowed, Lost: f.Lost - earlier.Lost,
		Offered: f.Offered - earlier.Offered, Distinct: f.Distinct - earlier.Distinct,
		Fresh: f.Fresh - earlier.Fresh, Whole: f.Whole - earlier.Whole, Repairs: f.Repairs - earlier.Repairs,
		Rounds: f.Rounds - earlier.Rounds, Trips: f.Trips - earlier.Trips,
		Lateness: f.Lateness.Since(earlier.Lateness), Handed: f.Handed - earlier.Handed, Pause: f.Pause,
	}
}

// RTT is the average round trip, as the sender of a TCP flow lived it; 0 if
// unknown.
func (f Flow) RTT() time.Duration { return f.Trips / time.Duration(max(f.Rounds, 1)) }

type metered struct {
	Flow
	first  uint32        // number of the first byte of a TCP flow
	last   time.Duration // when the last packet was offered
	handed seqIntervals
	clock  rttSampler
	repair repair
}

// NewMeter makes a meter. Its Tap is a wire.Tap.
func NewMeter() *Meter { return &Meter{flows: map[uint16]*metered{}} }

// Tap counts a packet.
func (m *Meter) Tap(e wire.Event) {
	if e.Fate == link.Corrupted || e.From == wire.Server && e.Fate != link.Delivered {
		return // the host will discard it, or it only matters once it is there
	}
	p, ok := glanceAt(e.Packet)
	if !ok {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case e.From == wire.Server:
		m.answered(p)
	case e.Fate == link.Delivered:
		m.from(p.source).deliver(p, e)
	default:
		m.from(p.source).offer(p, e)
	}
}

// answered notes an acknowledgement that reached the client.
func (m *Meter) answered(p glance) {
	if f := m.flows[p.destination]; f != nil && p.stream {
		f.clock.acknowledged(p.ack)
	}
}

// from is the flow from that port.
func (m *Meter) from(port uint16) *metered {
	f := m.flows[port]
	if f == nil {
		f = &metered{}
		m.flows[port] = f
	}
	return f
}

// offer counts a packet that the client sent.
func (f *metered) offer(p glance, e wire.Event) {
	fresh := p.payload
	if p.stream && p.payload > 0 {
		if !f.handed.begun {
			f.first = p.seq
			f.handed.begun, f.handed.edge = true, p.seq
		}
		fresh = f.repair.offered(p.seq, p.seq+uint32(p.payload))
		f.clock.offered(p.seq, p.seq+uint32(p.payload), e.Time)
	}
	if f.Packets > 0 {
		f.Pause = max(f.Pause, e.Time-f.last)
	}
	f.last = e.Time
	f.Packets++
	f.Size += len(e.Packet)
	f.Offered += p.payload
	f.Distinct += fresh
	switch e.Fate {
	case link.Overflowed:
		f.Overflowed++
	case link.Lost:
		f.Lost++
	}
}

// deliver counts the bytes of a packet that were not handed over before.
func (f *metered) deliver(p glance, e wire.Event) {
	f.Count(e)
	f.Handed += len(e.Packet)
	if !p.stream || p.payload == 0 { // a SYN has a number before that of the first byte
		f.Fresh += p.payload
		return
	}
	f.Fresh += f.handed.add(p.seq, p.seq+uint32(p.payload))
	f.Whole = int(f.handed.edge - f.first)
	if f.repair.reached(f.handed.edge) {
		f.Repairs++
	}
}

// Mark sets the longest pauses back to none.
func (m *Meter) Mark() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.flows {
		f.Pause = 0
	}
}

// Flow is what the flow from that port of the client has done so far.
func (m *Meter) Flow(port uint16) Flow {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.flows[port]
	if f == nil {
		return Flow{}
	}
	flow := f.Flow
	flow.Rounds, flow.Trips = f.clock.rounds, f.clock.sum
	return flow
}

// repair follows the recoveries of a TCP flow. One begins when the sender
// sends again, and ends when all has been handed over that it had sent by then
// (the RecoveryPoint of RFC 6675 section 5).
type repair struct {
	begun   bool // highest is known
	highest uint32
	busy    bool
	point   uint32
}

// offered sees the flow's next segment and returns how many of its bytes are
// new.
func (r *repair) offered(from, to uint32) (fresh int) {
	switch {
	case !r.begun:
		r.begun, fresh = true, int(to-from)
	case int32(to-r.highest) > 0:
		fresh = int(to - higher(from, r.highest))
	default:
		if !r.busy {
			r.busy, r.point = true, r.highest
		}
		return 0
	}
	r.highest = to
	return fresh
}

// reached reports whether a repair ends now that everything before edge has
// been handed over.
func (r *repair) reached(edge uint32) bool {
	ends := r.busy && int32(edge-r.point) >= 0
	r.busy = r.busy && !ends
	return ends
}
