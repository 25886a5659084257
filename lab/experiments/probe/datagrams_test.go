package probe

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestRepeated: what the client sends twice counts, what the wire copies, or
// the server answers twice, does not.
func TestRepeated(t *testing.T) {
	m := probetest.Made{W: testbed.Workload{Messages: 3, Size: 100, Seed: 1}}
	once := func(number, seq int) packet.Packet {
		return m.Datagram(wire.Client, number, seq, link.Delivered, probetest.Tick)
	}
	answer := func(number int) packet.Packet {
		return m.Datagram(wire.Server, number, 0, link.Delivered, probetest.Tick)
	}
	first := m.Cut(wire.Client, 1, 0, 0, true, 9, link.Delivered)
	second := m.Cut(wire.Client, 2, 0, 1480, false, 9, link.Delivered)
	for name, c := range map[string]struct {
		packets []packet.Packet
		want    int
	}{
		"each once":         {[]packet.Packet{once(1, 0), once(2, 1)}, 0},
		"one twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1)}, 1},
		"all twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1), once(4, 1)}, 2},
		"a copy":            {[]packet.Packet{once(1, 0), probetest.Again(once(1, 0), link.Delivered)}, 0},
		"two answers":       {[]packet.Packet{once(1, 0), answer(1), answer(2)}, 0},
		"fragments":         {[]packet.Packet{first, second}, 0},
		"lost and repeated": {[]packet.Packet{m.Datagram(wire.Client, 1, 0, link.Lost, 0), once(2, 0)}, 1},
	} {
		if got := repeated(m.W, c.packets); got != c.want {
			t.Errorf("%s: %d sent again, want %d", name, got, c.want)
		}
	}
}

// TestUnassembled: datagrams in fragments of which not all came whole.
func TestUnassembled(t *testing.T) {
	const client = wire.Client
	m := probetest.Made{W: testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	first := m.Cut(client, 1, 0, 0, true, 9, link.Delivered)
	for fate, want := range map[link.Fate]int{link.Delivered: 0, link.Lost: 1, link.Corrupted: 1} {
		packets := []packet.Packet{
			first, m.Cut(client, 2, 0, 1480, false, 9, fate), m.Datagram(client, 3, 0, link.Lost, probetest.Tick),
		}
		if got := Unassembled(m.W, packets); got != want {
			t.Errorf("the second of two fragments is %v: %d, want %d", fate, got, want)
		}
	}
}

// TestOneIdentification: fragments of two datagrams with one identification may be
// put together, as long as a host keeps those that wait.
func TestOneIdentification(t *testing.T) {
	const client = wire.Client
	m := probetest.Made{W: testbed.Workload{Messages: 2, Size: 100, Seed: 1}}
	for _, c := range []struct {
		name  string
		id    uint16
		after time.Duration
		want  outcome
	}{
		{"at once", 9, 0, corrupted},
		{"while fragments wait", 9, reassembly - time.Second, corrupted},
		{"later", 9, reassembly, whole},
		{"another identification", 10, 0, whole},
	} {
		packets := []packet.Packet{
			m.Cut(client, 1, 0, 0, true, 9, link.Delivered), m.Cut(client, 2, 0, 1480, false, 9, link.Delivered),
			m.Cut(client, 3, 1, 0, true, c.id, link.Delivered), m.Cut(client, 4, 1, 1480, false, c.id, link.Delivered),
		}
		for i := range packets[2:] {
			packets[2+i].Time = packets[0].Time + c.after
		}
		for message, got := range deliveryByMessage(m.W, packets, client) {
			if got.outcome != c.want {
				t.Errorf("%s: message %d is %v, want %v", c.name, message, got.outcome, c.want)
			}
		}
	}
}
