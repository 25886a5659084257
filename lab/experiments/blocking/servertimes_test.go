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

func TestPassing(t *testing.T) {
	w := testbed.Workload{Messages: 4, Size: 100}
	packets := []packet.Packet{
		probetest.Segment(w, wire.Client, 0, 0, 0, 10*ms),
		probetest.Segment(w, wire.Client, 1, 1, ms, 0), // lost
		probetest.Segment(w, wire.Client, 2, 3, 2*ms, 12*ms),
		probetest.Segment(w, wire.Server, 0, 0, 10*ms, 20*ms),
		probetest.Segment(w, wire.Client, 1, 1, 22*ms, 32*ms), // sent again
		probetest.Segment(w, wire.Client, 2, 2, 30*ms, 40*ms), // in vain: it was there before
		probetest.Segment(w, wire.Server, 1, 3, 32*ms, 42*ms),
	}
	got := serverTimesOf(w, transports.TCP, packets)
	want := []serverTimes{
		{10 * ms, 10 * ms, 20 * ms}, {32 * ms, 32 * ms, 42 * ms}, {12 * ms, 32 * ms, 42 * ms},
		{12 * ms, 32 * ms, 42 * ms},
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("message %d passed as %+v, want %+v", i, got[i], want[i])
		}
	}
	if held := heldUp(got); held != 2 {
		t.Errorf("%d messages held up, want the two behind the lost one", held)
	}
}

// TestMessagesInPartsOfFrames: a message is in the segment that carries its
// last byte.
func TestMessagesInPartsOfFrames(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 96} // frames of 100 bytes
	for _, c := range []struct {
		first, length int
		want          []int
	}{
		{1, 100, []int{0}}, {1, 99, nil}, {100, 1, []int{0}}, {51, 100, []int{0}}, {51, 150, []int{0, 1}},
		{101, 500, []int{1, 2}}, {301, 100, nil}, {1, 0, nil},
	} {
		p := packet.Packet{Payload: c.length, TCP: &packet.Segment{RelativeSeq: uint32(c.first)}}
		got := messagesIn(w, transports.TCP, p)
		if len(got) != len(c.want) || len(got) > 0 && (got[0] != c.want[0] || got[len(got)-1] != c.want[len(c.want)-1]) {
			t.Errorf("%d bytes from %d on: messages %v, want %v", c.length, c.first, got, c.want)
		}
	}
}

func TestHeldUp(t *testing.T) {
	for name, c := range map[string]struct {
		visits [][2]time.Duration // handed, echoed
		want   int
	}{
		"in order":                          {[][2]time.Duration{{1, 1}, {2, 2}, {3, 3}}, 0},
		"one waits for the one before":      {[][2]time.Duration{{5, 5}, {2, 5}, {6, 6}}, 1},
		"none waits for one that is late":   {[][2]time.Duration{{5, 5}, {2, 2}, {3, 3}}, 0},
		"none waits for one that is lost":   {[][2]time.Duration{{probe.Never, probe.Never}, {2, 2}, {3, 3}}, 0},
		"nothing came":                      {[][2]time.Duration{{probe.Never, probe.Never}, {probe.Never, probe.Never}}, 0},
		"two wait, one echo never came":     {[][2]time.Duration{{9, 9}, {2, 9}, {3, probe.Never}}, 2},
		"one that came with it is not late": {[][2]time.Duration{{5, 5}, {5, 5}}, 0},
	} {
		var visits []serverTimes
		for _, v := range c.visits {
			visits = append(visits, serverTimes{handed: v[0], echoed: v[1]})
		}
		if got := heldUp(visits); got != c.want {
			t.Errorf("%s: %d held up, want %d", name, got, c.want)
		}
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
