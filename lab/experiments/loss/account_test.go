package loss

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestUnassembled: datagrams in fragments of which not all came whole.
func TestUnassembled(t *testing.T) {
	const client = wire.Client
	m := probetest.Made{W: testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	first := m.Cut(client, 1, 0, 0, true, 9, link.Delivered)
	for fate, want := range map[link.Fate]int{link.Delivered: 0, link.Lost: 1, link.Corrupted: 1} {
		packets := []packet.Packet{first, m.Cut(client, 2, 0, 1480, false, 9, fate), m.Datagram(client, 3, 0, link.Lost, probetest.Ms)}
		if got := unassembled(m.W, packets); got != want {
			t.Errorf("the second of two fragments is %v: %d, want %d", fate, got, want)
		}
	}
}
