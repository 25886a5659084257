package trace

import (
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// Meter counts the bytes of the client's flows as they pass, without keeping
// packets, so that it may watch a wire for as long as one likes.
type Meter struct {
	mu    sync.Mutex
	flows map[uint16]*metered
}

// Flow is what one flow of the client has done so far. Bytes are payload.
type Flow struct {
	Packets     int           // offered to the wire
	Overflowed  int           // of them: dropped by the full queue
	Offered     int           // bytes, those sent again included
	Fresh       int           // bytes handed over for the first time
	First, Last time.Duration // when the first and the last fresh byte was handed over
	RTT         time.Duration // on average, as the sender of a TCP flow lived it; 0 if unknown
}

type metered struct {
	Flow
	handed coverage
	clock  ackClock
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
		m.from(p.source).deliver(p, e.Time)
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
	if p.stream && p.payload > 0 {
		f.clock.offered(p.seq, p.seq+uint32(p.payload), e.Time)
	}
	f.Packets++
	f.Offered += p.payload
	if e.Fate == link.Overflowed {
		f.Overflowed++
	}
}

// deliver counts the bytes of a packet that were not handed over before.
func (f *metered) deliver(p glance, now time.Duration) {
	fresh := p.payload
	if p.stream {
		fresh = f.handed.add(p.seq, p.seq+uint32(p.payload))
	}
	if fresh == 0 {
		return
	}
	if f.Fresh == 0 {
		f.First = now
	}
	f.Fresh += fresh
	f.Last = now
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
	flow.RTT = f.clock.mean()
	return flow
}
