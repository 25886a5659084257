package probe

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestHandedBy: only what came whole, in time and without a gap before it.
func TestHandedBy(t *testing.T) {
	w := testbed.Workload{Messages: 4, Size: 100}
	frame := transports.TCP.Framing + w.Size
	packets := []packet.Packet{
		probetest.Segment(w, wire.Server, 1, 1, 0, 10*probetest.Ms),
		probetest.Segment(w, wire.Server, 0, 0, 0, 20*probetest.Ms),
		probetest.Segment(w, wire.Server, 2, 2, 0, 0), // lost
		probetest.Segment(w, wire.Server, 3, 3, 0, 30*probetest.Ms),
		probetest.Segment(w, wire.Client, 2, 2, 0, 5*probetest.Ms),
	}
	for by, want := range map[time.Duration]int{15 * probetest.Ms: 0, 20 * probetest.Ms: 0, 21 * probetest.Ms: 2, time.Hour: 2} {
		if got := handedBy(packets, wire.Server, by); got != want*frame {
			t.Errorf("by %v %d bytes, want %d frames of %d", by, got, want, frame)
		}
	}
}

// TestStreamUnexplained: what the client's host had in good time, and the
// application not, nothing explains.
func TestStreamUnexplained(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 100}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 3)}
	seen := snapshot{lately: time.Second, packets: []packet.Packet{
		probetest.Segment(w, wire.Server, 0, 1, 0, 10*probetest.Ms), probetest.Segment(w, wire.Server, 2, 2, 0, 0),
	}}
	if got, want := classifyLosses(transports.TCP, w, x, seen), (Losses{unexplained: 2, late: 1}); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	seen.lately = 5 * probetest.Ms
	if got, want := classifyLosses(transports.TCP, w, x, seen), (Losses{late: 3}); got != want {
		t.Errorf("what came at the very end is accounted for as %+v, want %+v", got, want)
	}
}

// TestRepeated: what the client sends twice counts, what the wire copies, or
// the server answers twice, does not.
func TestRepeated(t *testing.T) {
	m := probetest.Made{W: testbed.Workload{Messages: 3, Size: 100, Seed: 1}}
	once := func(number, seq int) packet.Packet {
		return m.Datagram(wire.Client, number, seq, link.Delivered, probetest.Ms)
	}
	for name, c := range map[string]struct {
		packets []packet.Packet
		want    int
	}{
		"each once":         {[]packet.Packet{once(1, 0), once(2, 1)}, 0},
		"one twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1)}, 1},
		"all twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1), once(4, 1)}, 2},
		"a copy":            {[]packet.Packet{once(1, 0), probetest.Again(once(1, 0), link.Delivered)}, 0},
		"two answers":       {[]packet.Packet{once(1, 0), m.Datagram(wire.Server, 1, 0, link.Delivered, probetest.Ms), m.Datagram(wire.Server, 2, 0, link.Delivered, probetest.Ms)}, 0},
		"fragments":         {[]packet.Packet{m.Cut(wire.Client, 1, 0, 0, true, 9, link.Delivered), m.Cut(wire.Client, 2, 0, 1480, false, 9, link.Delivered)}, 0},
		"lost and repeated": {[]packet.Packet{m.Datagram(wire.Client, 1, 0, link.Lost, 0), once(2, 0)}, 1},
	} {
		if got := repeated(m.W, c.packets); got != c.want {
			t.Errorf("%s: %d sent again, want %d", name, got, c.want)
		}
	}
}

// TestUnreached: without a connection every cell says so, cut off where it was
// bad luck, expected where nothing passes.
func TestUnreached(t *testing.T) {
	for _, certain := range []bool{false, true} {
		r := LossResult{X: &testbed.Exchange{}, Unreached: Unreached{Why: text.Say("no connection"), certain: certain}}
		row := Measure([]testbed.Transport{transports.TCP}, map[string]LossResult{"tcp": r}, Delivered)[0]
		want, expected := row.Expected["tcp"]
		_, cut := row.CutOff["tcp"]
		_, low := row.Low["tcp"]
		if row.Values["tcp"] != result.Word("no connection") || cut == certain || expected != certain || low {
			t.Errorf("certain %v: %v, expected %v, cut off %v", certain, row.Values["tcp"], want, cut)
		}
	}
}

// TestCutShort: what a stream did not bring back in time is no result; what a
// datagram did not is.
func TestCutShort(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 2), Stopped: time.Minute}
	x.Observations[0].Copies = 1
	for transport, want := range map[*testbed.Transport]string{&transports.TCP: "stopped after 60 s, 1 messages under way", &transports.UDP: ""} {
		found := map[string]LossResult{transport.Name: {X: x, Workload: testbed.Workload{Messages: 2}}}
		row := Measure([]testbed.Transport{*transport}, found, Delivered)[0]
		if got := row.CutOff[transport.Name]; got.String() != want {
			t.Errorf("%s is cut off: %q, want %q", transport.Name, got, want)
		}
	}
}

// TestBroken: a connection that TCP gave up is said as such, in the system's words.
func TestBroken(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 3), Stopped: 338 * time.Second}
	x.Broken = fmt.Errorf("receive: %w", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)})
	const want = "the connection broke after 338 s (connection reset by peer), 3 messages not echoed"
	if got := WhyCut(x).String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
