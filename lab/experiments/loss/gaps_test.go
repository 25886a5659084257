package loss

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestVisibleGaps: a loss is a gap where something came behind it before it was
// sent again.
func TestVisibleGaps(t *testing.T) {
	w := testbed.Workload{Messages: 5, Size: 100}
	lost := probetest.Segment(w, wire.Client, 0, 0, 0, 0)
	next := probetest.Segment(w, wire.Client, 1, 1, probetest.Tick, 11*probetest.Tick)
	third := probetest.Segment(w, wire.Client, 2, 2, 2*probetest.Tick, 12*probetest.Tick)
	again := probetest.Segment(w, wire.Client, 0, 0, 20*probetest.Tick, 30*probetest.Tick)
	damaged := probetest.Segment(w, wire.Client, 0, 0, 0, 10*probetest.Tick)
	damaged.Fate = link.Corrupted
	alsoLost := probetest.Segment(w, wire.Client, 1, 1, probetest.Tick, 0)
	answer := probetest.Segment(w, wire.Server, 1, 1, probetest.Tick, 11*probetest.Tick)
	bare := packet.Packet{From: wire.Client, Fate: link.Lost, TCP: &packet.Segment{}}
	for name, c := range map[string]struct {
		packets []packet.Packet
		want    int
	}{
		"nothing lost":             {[]packet.Packet{again, next}, 0},
		"one came behind":          {[]packet.Packet{lost, next, again}, 1},
		"damage is loss":           {[]packet.Packet{damaged, next, again}, 1},
		"sent again at once":       {[]packet.Packet{lost, again, next}, 0},
		"the last one":             {[]packet.Packet{lost}, 0},
		"that behind was lost too": {[]packet.Packet{lost, alsoLost, again}, 0},
		"two before one that came": {[]packet.Packet{lost, alsoLost, third}, 2},
		"the other side's":         {[]packet.Packet{lost, answer}, 0},
		"an acknowledgement":       {[]packet.Packet{bare, next}, 0},
	} {
		if got := visibleGaps(c.packets); got != c.want {
			t.Errorf("%s: %d gaps, want %d", name, got, c.want)
		}
	}
}
