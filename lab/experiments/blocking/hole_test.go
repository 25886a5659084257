package blocking

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestHole: a loss at 12 ms, whose repair leaves at 40 ms, and three messages
// in between.
func TestHole(t *testing.T) {
	w := testbed.Workload{Messages: 7, Size: 100}
	packets := []packet.Packet{
		probetest.Segment(w, wire.Client, 0, 0, 8*ms, 18*ms),
		probetest.Segment(w, wire.Client, 1, 1, 10*ms, 20*ms),
		probetest.Segment(w, wire.Client, 2, 2, 12*ms, 0), // lost
		probetest.Segment(w, wire.Server, 0, 0, 18*ms, 28*ms),
		probetest.Segment(w, wire.Client, 3, 3, 14*ms, 24*ms),
		probetest.Segment(w, wire.Client, 4, 4, 16*ms, 26*ms),
		probetest.Segment(w, wire.Client, 5, 5, 19*ms, 29*ms),
		probetest.SentTwice(probetest.Segment(w, wire.Client, 2, 2, 40*ms, 50*ms)),
		probetest.Segment(w, wire.Client, 6, 6, 41*ms, 51*ms),
	}
	h, ok := holeIn(w, transports.TCP, packets)
	want := hole{before: 10 * ms, at: 12 * ms, third: 19 * ms, full: probe.Never, repair: 40 * ms, behind: 3}
	if !ok || h != want {
		t.Errorf("the hole is %+v, %v; want %+v", h, ok, want)
	}
	// the echo before the hole is there at 30 ms, that of the lost one at 60
	if expected, most := h.gap(20 * ms); expected != 29*ms || most != 34*ms {
		t.Errorf("the gap is expected to be %v, at most %v; want 29ms, 34ms", expected, most)
	}
	h.full = 25 * ms
	if expected, most := h.gap(20 * ms); expected != 29*ms || most != 40*ms {
		t.Errorf("with two full segments at 25 ms: %v, at most %v; want 29ms, 40ms", expected, most)
	}
	lateRepair := probetest.SentTwice(probetest.Segment(w, wire.Client, 2, 2, 212*ms, 222*ms))
	late := append(packets[:6:6], lateRepair)
	h, ok = holeIn(w, transports.TCP, late)
	expected, most := h.gap(20 * ms)
	if !ok || h.third != probe.Never || h.behind != 2 || expected != 1002*ms || most != 1022*ms {
		t.Errorf("without a third segment: %+v, gap %v, at most %v", h, expected, most)
	}
	if _, ok := holeIn(w, transports.TCP, packets[:7]); ok {
		t.Error("what was not repaired is a repaired hole")
	}
	if _, ok := holeIn(w, transports.TCP, append(packets, probetest.Segment(w, wire.Client, 6, 6, 50*ms, 0))); ok {
		t.Error("two holes are one")
	}
}

// TestHoleBeforeFullSegments: more than two full segments behind a loss are as
// good as three of any size.
func TestHoleBeforeFullSegments(t *testing.T) {
	w := testbed.Workload{Messages: 5, Size: probe.SegmentSize - transports.TCP.Framing}
	packets := []packet.Packet{
		probetest.Segment(w, wire.Client, 0, 0, 8*ms, 0),
		probetest.Segment(w, wire.Client, 1, 1, 10*ms, 20*ms),
		probetest.Segment(w, wire.Client, 2, 2, 12*ms, 22*ms),
	}
	repair := probetest.SentTwice(probetest.Segment(w, wire.Client, 0, 0, 40*ms, 50*ms))
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], repair)); h.full != probe.Never {
		t.Errorf("two full segments are more than two: %+v", h)
	}
	third := probetest.Segment(w, wire.Client, 3, 3, 14*ms, 24*ms)
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], third, repair)); h.full != 14*ms || h.third != 14*ms {
		t.Errorf("the third full segment: %+v", h)
	}
}

// TestParts: a message whose middle is lost is late itself, those behind it wait.
func TestParts(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 296} // frames of 300 bytes
	part := func(from wire.Side, first, length int, at, handed time.Duration) packet.Packet {
		p := probetest.Segment(w, from, 0, 0, at, handed)
		p.TCP, p.Payload = &packet.Segment{RelativeSeq: uint32(first + 1)}, length
		return p
	}
	packets := []packet.Packet{
		part(wire.Client, 0, 100, 0, 10*ms), part(wire.Client, 100, 150, 1*ms, 0), // the middle of the first
		part(wire.Client, 250, 150, 2*ms, 12*ms), part(wire.Client, 400, 200, 3*ms, 13*ms),
		part(wire.Client, 600, 300, 4*ms, 14*ms),
		probetest.SentTwice(part(wire.Client, 100, 150, 24*ms, 34*ms)),
		part(wire.Server, 0, 900, 34*ms, 44*ms),
	}
	visits := serverTimesOf(w, transports.TCP, packets)
	for seq, want := range []serverTimes{
		{34 * ms, 34 * ms, 44 * ms}, {13 * ms, 34 * ms, 44 * ms}, {14 * ms, 34 * ms, 44 * ms},
	} {
		if visits[seq] != want {
			t.Errorf("message %d passed as %+v, want %+v", seq, visits[seq], want)
		}
	}
	h, ok := holeIn(w, transports.TCP, packets)
	if held := heldUp(visits); !ok || held != 2 || h.behind != 2 {
		t.Errorf("%d held up, %d behind the hole; want 2", held, h.behind)
	}
}
