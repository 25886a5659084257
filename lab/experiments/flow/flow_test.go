package flow

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestBehind: a sender that waits is behind to the end; one that was without a
// processor for a while has caught up by then.
func TestBehind(t *testing.T) {
	exchange := func(late func(i int) time.Duration) *testbed.Exchange {
		x := &testbed.Exchange{Observations: make([]testbed.Observation, 100)}
		for i := range x.Observations {
			x.Observations[i].Due = time.Duration(i) * probetest.Tick
			x.Observations[i].Sent = x.Observations[i].Due + late(i)
		}
		return x
	}
	for name, c := range map[string]struct {
		late func(i int) time.Duration
		want time.Duration
	}{
		"in time":             {func(int) time.Duration { return 0 }, 0},
		"waiting":             {func(i int) time.Duration { return time.Duration(i) * 10 * probetest.Tick }, 900 * probetest.Tick},
		"once, in the middle": {func(i int) time.Duration { return max(0, 500*probetest.Tick-time.Duration(i)*10*probetest.Tick) }, 0},
		"once, at the end":    {func(i int) time.Duration { return max(0, time.Duration(i-95)*100*probetest.Tick) }, 0},
		"a little, always":    {func(int) time.Duration { return flowNoise }, 0},
	} {
		if got := behind(exchange(c.late)); got != c.want {
			t.Errorf("%s: %v behind, want %v", name, got, c.want)
		}
	}
}

// TestSlowReader: what a reader that rests makes of the two.
func TestSlowReader(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{probetest.Tick: probetest.Tick, 8 * probetest.Tick: probetest.Tick, 160 * probetest.Tick: 20 * probetest.Tick, 2 * time.Second: 250 * probetest.Tick} {
		if got := restFor(wire.BothWays(link.Conditions{Delay: delay})); got != want {
			t.Errorf("at %v one way the server rests %v, want %v", delay, got, want)
		}
	}
	w := testbed.Workload{Messages: flowMessages, Size: flowSize, Every: probetest.Tick / flowHaste}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, flowMessages), Elapsed: 600 * probetest.Tick}
	x.Observations[flowMessages-1].Sent = 120 * probetest.Tick
	waited, lost := result.Row("sender_waited", "", "ms"), result.Row("lost", "", "messages")
	waited.Put("tcp", expectWaiting(result.Cell{}, w, x, probetest.Tick))
	// The 540th is due after 108 ms; of the 540 before it both buffers hold 129, or 258.
	if v, low, high := waited.Expected["tcp"].Number, waited.Low["tcp"], waited.High["tcp"]; v != 540-129-108 || low != 540-258-108 || high != 600-108 {
		t.Errorf("TCP waits for %v ms, from %v to %v", v, low, high)
	}
	lost.Put("udp", expectOverrun(result.Cell{}, w, x, probetest.Tick))
	// 120 are read meanwhile, and 64 or 128 are in the buffer.
	if v, low, high := lost.Expected["udp"].Number, lost.Low["udp"], lost.High["udp"]; v != 600-121-64 || low != 600-121-128 || high != 599 {
		t.Errorf("UDP loses %v messages, from %v to %v", v, low, high)
	}
}

// TestToldToStop: over TCP a window of nothing, over UDP whatever is no echo.
func TestToldToStop(t *testing.T) {
	w := testbed.Workload{Messages: 2, Size: 16}
	echo := w.Fill(make([]byte, 16), 1)
	packets := []packet.Packet{
		{From: wire.Client, UDP: &packet.Datagram{}, Data: []byte("no echo, but the client's")},
		{From: wire.Server, UDP: &packet.Datagram{}, Data: echo},
		{From: wire.Server, ICMP: &packet.ICMPMessage{}},
		{From: wire.Server, TCP: &packet.Segment{Window: 0}},
		{From: wire.Server, TCP: &packet.Segment{Window: 0}},
		{From: wire.Server, TCP: &packet.Segment{Window: 1}},
	}
	if got := toldToStop(transports.UDP, w, packets[:3]); got != 1 {
		t.Errorf("UDP's sender was told by %d packets, want the one of ICMP", got)
	}
	if got := toldToStop(transports.TCP, w, packets[3:]); got != 2 {
		t.Errorf("TCP's sender was told by %d packets, want two", got)
	}
}
