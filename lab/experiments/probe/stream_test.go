package probe

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestHandedBy: only what came whole, in time and without a gap before it.
func TestHandedBy(t *testing.T) {
	w := testbed.Workload{Messages: 4, Size: 100}
	frame := transports.TCP.Framing + w.Size
	packets := []packet.Packet{
		probetest.Segment(w, wire.Server, 1, 1, 0, 10*probetest.Tick),
		probetest.Segment(w, wire.Server, 0, 0, 0, 20*probetest.Tick),
		probetest.Segment(w, wire.Server, 2, 2, 0, 0), // lost
		probetest.Segment(w, wire.Server, 3, 3, 0, 30*probetest.Tick),
		probetest.Segment(w, wire.Client, 2, 2, 0, 5*probetest.Tick),
	}
	for by, want := range map[time.Duration]int{
		15 * probetest.Tick: 0, 20 * probetest.Tick: 0, 21 * probetest.Tick: 2, time.Hour: 2,
	} {
		if got := handedBy(packets, wire.Server, by); got != want*frame {
			t.Errorf("by %v %d bytes, want %d frames of %d", by, got, want, frame)
		}
	}
}
