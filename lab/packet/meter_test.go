package packet

import (
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// TestMeterRepairs: a repair is over when all has come that had been sent when
// it began, and not before; data that is missing is not whole.
func TestMeterRepairs(t *testing.T) {
	segment := func(seq uint32) []byte {
		return built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 4000, DstPort: 7, Seq: seq, ACK: true}, payloadOf("hello"))
	}
	m := NewMeter()
	number := 0
	sent := func(fate link.Fate, seq uint32) {
		number++
		m.Tap(offered(0, wire.Client, number, fate, segment(seq)))
		if fate == link.Queued {
			m.Tap(offered(0, wire.Client, number, link.Delivered, segment(seq)))
		}
	}
	var first uint32 = 1<<32 - 10 // so that the numbers begin anew on the way
	syn := built(t, ip4(layers.IPProtocolTCP), &layers.TCP{SrcPort: 4000, DstPort: 7, Seq: first - 1, SYN: true})
	m.Tap(offered(0, wire.Client, 0, link.Queued, syn))
	m.Tap(offered(0, wire.Client, 0, link.Delivered, syn))
	for i, c := range []struct {
		fate                     link.Fate
		seq                      uint32
		repairs, whole, distinct int
	}{
		{link.Overflowed, 0, 0, 0, 5}, // the very first segment is dropped
		{link.Queued, 5, 0, 0, 10},
		{link.Lost, 10, 0, 0, 15},
		{link.Queued, 0, 0, 10, 15},  // sent again: up to 15 it is a repair
		{link.Queued, 15, 0, 10, 20}, // new data in the middle of it
		{link.Queued, 10, 1, 20, 20},
		{link.Queued, 10, 2, 20, 20}, // once more, in vain: a repair that is over at once
		{link.Queued, 20, 2, 25, 25},
	} {
		sent(c.fate, first+c.seq)
		f := m.Flow(4000)
		if f.Repairs != c.repairs || f.Whole != c.whole || f.Distinct != c.distinct {
			t.Errorf("after %d: %d repairs, %d bytes whole of %d; want %d, %d, %d",
				i+1, f.Repairs, f.Whole, f.Distinct, c.repairs, c.whole, c.distinct)
		}
	}
	if f := m.Flow(4000); f.Lost != 1 || f.Overflowed != 1 || f.Packets != 9 || f.Delivered != 7 {
		t.Errorf("%+v: want 9 packets, one lost, one overflowed, seven delivered", f)
	}
}

// TestMeterSince: what a flow did between two readings.
func TestMeterSince(t *testing.T) {
	datagram := built(t, ip4(layers.IPProtocolUDP), &layers.UDP{SrcPort: 5000, DstPort: 7}, payloadOf("hello"))
	m := NewMeter()
	at := func(now time.Duration, number int) {
		e := offered(now, wire.Client, number, link.Queued, datagram)
		m.Tap(e)
		e.Fate, e.Late = link.Delivered, wire.LateAfter+1
		m.Tap(e)
	}
	at(1, 1)
	at(9, 2)
	before := m.Flow(5000)
	m.Mark()
	at(12, 3)
	at(13, 4)
	got, size := m.Flow(5000).Since(before), 2*len(datagram)
	late := wire.Lateness{Delivered: 2, Late: 2, Worst: wire.LateAfter + 1}
	want := Flow{Packets: 2, Size: size, Offered: 10, Distinct: 10, Fresh: 10, Lateness: late, Handed: 66, Pause: got.Pause}
	if got != want || before.Pause <= got.Pause {
		t.Errorf("since then %+v, want %+v, and a pause shorter than %v", got, want, before.Pause)
	}
}

func offered(at time.Duration, from wire.Side, number int, fate link.Fate, raw []byte) wire.Event {
	return wire.Event{Time: at, From: from, Number: number, Fate: fate, Packet: raw}
}
