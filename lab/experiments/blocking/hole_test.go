package blocking

import (
	"slices"
	"testing"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestHole: a loss at 12 ms, whose repair leaves at 40 ms, and three messages
// in between.
func TestHole(t *testing.T) {
	w := testbed.Workload{Messages: 7, Size: 100}
	packets := []packet.Packet{
		probetest.Segment(w, wire.Client, 0, 0, 8*probetest.Ms, 18*probetest.Ms),
		probetest.Segment(w, wire.Client, 1, 1, 10*probetest.Ms, 20*probetest.Ms),
		probetest.Segment(w, wire.Client, 2, 2, 12*probetest.Ms, 0), // lost
		probetest.Segment(w, wire.Server, 0, 0, 18*probetest.Ms, 28*probetest.Ms),
		probetest.Segment(w, wire.Client, 3, 3, 14*probetest.Ms, 24*probetest.Ms),
		probetest.Segment(w, wire.Client, 4, 4, 16*probetest.Ms, 26*probetest.Ms),
		probetest.Segment(w, wire.Client, 5, 5, 19*probetest.Ms, 29*probetest.Ms),
		probetest.SentTwice(probetest.Segment(w, wire.Client, 2, 2, 40*probetest.Ms, 50*probetest.Ms)),
		probetest.Segment(w, wire.Client, 6, 6, 41*probetest.Ms, 51*probetest.Ms),
	}
	h, ok := holeIn(w, transports.TCP, packets)
	want := hole{before: 10 * probetest.Ms, at: 12 * probetest.Ms, third: 19 * probetest.Ms, full: probe.Never, repair: 40 * probetest.Ms, behind: 3}
	if !ok || h != want {
		t.Errorf("the hole is %+v, %v; want %+v", h, ok, want)
	}
	// the echo before the hole is there at 30 ms, that of the lost one at 60
	if expected, most := h.gap(20 * probetest.Ms); expected != 29*probetest.Ms || most != 34*probetest.Ms {
		t.Errorf("the gap is expected to be %v, at most %v; want 29ms, 34ms", expected, most)
	}
	h.full = 25 * probetest.Ms
	if expected, most := h.gap(20 * probetest.Ms); expected != 29*probetest.Ms || most != 40*probetest.Ms {
		t.Errorf("with two full segments at 25 ms: %v, at most %v; want 29ms, 40ms", expected, most)
	}
	late := append(append([]packet.Packet{}, packets[:6]...), probetest.SentTwice(probetest.Segment(w, wire.Client, 2, 2, 212*probetest.Ms, 222*probetest.Ms)))
	h, ok = holeIn(w, transports.TCP, late)
	if expected, most := h.gap(20 * probetest.Ms); !ok || h.third != probe.Never || h.behind != 2 || expected != 1002*probetest.Ms || most != 1022*probetest.Ms {
		t.Errorf("without a third segment: %+v, gap %v, at most %v", h, expected, most)
	}
	if _, ok := holeIn(w, transports.TCP, packets[:7]); ok {
		t.Error("what was not repaired is a repaired hole")
	}
	if _, ok := holeIn(w, transports.TCP, append(packets, probetest.Segment(w, wire.Client, 6, 6, 50*probetest.Ms, 0))); ok {
		t.Error("two holes are one")
	}
}

// TestHoleBeforeFullSegments: more than two full segments behind a loss are as
// good as three of any size.
func TestHoleBeforeFullSegments(t *testing.T) {
	w := testbed.Workload{Messages: 5, Size: probe.SegmentSize - transports.TCP.Framing}
	packets := []packet.Packet{
		probetest.Segment(w, wire.Client, 0, 0, 8*probetest.Ms, 0), probetest.Segment(w, wire.Client, 1, 1, 10*probetest.Ms, 20*probetest.Ms), probetest.Segment(w, wire.Client, 2, 2, 12*probetest.Ms, 22*probetest.Ms),
	}
	repair := probetest.SentTwice(probetest.Segment(w, wire.Client, 0, 0, 40*probetest.Ms, 50*probetest.Ms))
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], repair)); h.full != probe.Never {
		t.Errorf("two full segments are more than two: %+v", h)
	}
	third := probetest.Segment(w, wire.Client, 3, 3, 14*probetest.Ms, 24*probetest.Ms)
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], third, repair)); h.full != 14*probetest.Ms || h.third != 14*probetest.Ms {
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
		part(wire.Client, 0, 100, 0, 10*probetest.Ms), part(wire.Client, 100, 150, 1*probetest.Ms, 0), // the middle of the first
		part(wire.Client, 250, 150, 2*probetest.Ms, 12*probetest.Ms), part(wire.Client, 400, 200, 3*probetest.Ms, 13*probetest.Ms),
		part(wire.Client, 600, 300, 4*probetest.Ms, 14*probetest.Ms), probetest.SentTwice(part(wire.Client, 100, 150, 24*probetest.Ms, 34*probetest.Ms)),
		part(wire.Server, 0, 900, 34*probetest.Ms, 44*probetest.Ms),
	}
	visits := serverTimesOf(w, transports.TCP, packets)
	for seq, want := range []serverTimes{{34 * probetest.Ms, 34 * probetest.Ms, 44 * probetest.Ms}, {13 * probetest.Ms, 34 * probetest.Ms, 44 * probetest.Ms}, {14 * probetest.Ms, 34 * probetest.Ms, 44 * probetest.Ms}} {
		if visits[seq] != want {
			t.Errorf("message %d passed as %+v, want %+v", seq, visits[seq], want)
		}
	}
	h, ok := holeIn(w, transports.TCP, packets)
	if held := heldUp(visits); !ok || held != 2 || h.behind != 2 {
		t.Errorf("%d held up, %d behind the hole; want 2", held, h.behind)
	}
}

// TestHeldAtClient: by the order of the reads, not of the packets.
func TestHeldAtClient(t *testing.T) {
	returned := func(at ...time.Duration) []serverTimes {
		var all []serverTimes
		for _, d := range at {
			all = append(all, serverTimes{returned: d})
		}
		return all
	}
	for name, c := range map[string]struct {
		visits   []serverTimes
		arrivals []int
		want     int
	}{
		"in order":                            {returned(1, 2, 3), []int{0, 1, 2}, 0},
		"two wait for the first":              {returned(9, 2, 3), []int{0, 1, 2}, 2},
		"none waits, UDP":                     {returned(9, 2, 3), []int{1, 2, 0}, 0},
		"the first never comes, none waits":   {returned(probe.Never, 2, 3), []int{1, 2}, 0},
		"one is read before it, one behind":   {returned(9, 2, 3), []int{1, 0, 2}, 1},
		"copies count by their first reading": {returned(9, 2), []int{1, 0, 1}, 0},
	} {
		if got := heldAtClient(c.visits, c.arrivals); got != c.want {
			t.Errorf("%s: %d held up, want %d", name, got, c.want)
		}
	}
}

// TestExpectMissing: one message for each datagram that loses a packet; the
// server's packets are those of the messages that got there.
func TestExpectMissing(t *testing.T) {
	for _, c := range []struct {
		client, server []int
		size           int
		want           int
	}{
		{[]int{20}, nil, 512, 1}, {[]int{20, 21}, nil, 512, 2}, {nil, []int{20}, 512, 1}, {[]int{100}, []int{100}, 512, 1},
		{[]int{101}, nil, 512, 0}, {[]int{20}, []int{99}, 512, 2}, {[]int{1, 2, 3}, nil, 4000, 1}, {[]int{3, 4}, nil, 4000, 2},
	} {
		o := wire.Options{Client: link.Conditions{Drop: c.client}, Server: link.Conditions{Drop: c.server}}
		if got := expectedMissing(transports.UDP, o, testbed.Workload{Messages: 100, Size: c.size}); got != c.want {
			t.Errorf("%v, %v, %d bytes: %v missing, want %v", c.client, c.server, c.size, got, c.want)
		}
	}
}

// TestBlockingWorkload: messages enough for four round trips behind the last
// packet of the script.
func TestBlockingWorkload(t *testing.T) {
	for _, c := range []struct {
		delay    time.Duration
		drop     int
		every    time.Duration
		messages int
	}{
		{10 * probetest.Ms, 20, 2 * probetest.Ms, 20 + 50 + 40}, {200 * probetest.Ms, 20, 2 * probetest.Ms, 20 + 50 + 800},
		{10 * time.Second, 20, 100 * probetest.Ms, 20 + 50 + 800},
		{10 * probetest.Ms, 500, 2 * probetest.Ms, 500 + 50 + 40}, {10 * probetest.Ms, 5000, 2 * probetest.Ms, 1000 + 50 + 40}, {0, 20, 2 * probetest.Ms, 70},
	} {
		both := wire.BothWays(link.Conditions{Delay: c.delay})
		both.Client.Drop = []int{c.drop}
		w := blockingWorkload(&testbed.Bench{Options: result.Options{Messages: 1000, Size: 512}, Conditions: both})
		if w.Every != c.every || w.Messages != c.messages {
			t.Errorf("%v, packet %d: %d messages, one every %v; want %d, %v", c.delay, c.drop, w.Messages, w.Every, c.messages, c.every)
		}
	}
}

// TestWithData: the next try drops the next packet of its side that carried data.
func TestWithData(t *testing.T) {
	seen := []packet.Packet{
		{From: wire.Client, Number: 20}, {From: wire.Server, Number: 21, Payload: 9},
		{From: wire.Client, Number: 21}, {From: wire.Client, Number: 22, Payload: 9},
	}
	for _, c := range []struct{ from, want int }{{19, 22}, {20, 22}, {22, 23}, {30, 31}} {
		if got := withData(seen, wire.Client, []int{c.from}); !slices.Equal(got, []int{c.want}) {
			t.Errorf("after packet %d: %v, want %d", c.from, got, c.want)
		}
	}
}
