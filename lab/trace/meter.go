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
	p, err := Decode(e.Packet)
	if err != nil || p.SourcePort() == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.From == wire.Server {
		if f := m.flows[p.DestinationPort()]; f != nil && p.TCP != nil && e.Fate == link.Delivered {
			f.clock.acknowledged(p.TCP.Ack)
		}
		return
	}
	f := m.flows[p.SourcePort()]
	if f == nil {
		f = &metered{}
		m.flows[p.SourcePort()] = f
	}
	switch e.Fate {
	case link.Delivered:
		f.deliver(p, e.Time)
	case link.Corrupted: // the host will discard it
	default:
		if p.TCP != nil && p.Payload > 0 {
			f.clock.offered(p.TCP.Seq, p.TCP.Seq+uint32(p.Payload), e.Time)
		}
		f.Packets++
		f.Offered += p.Payload
		if e.Fate == link.Overflowed {
			f.Overflowed++
		}
	}
}

// deliver counts the bytes of a packet that were not handed over before.
func (f *metered) deliver(p Packet, now time.Duration) {
	fresh := p.Payload
	if p.TCP != nil {
		fresh = f.handed.add(p.TCP.Seq, p.TCP.Seq+uint32(p.Payload))
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
