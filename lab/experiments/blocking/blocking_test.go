package blocking

import (
	"slices"
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

const ms = probetest.Tick

func TestWorstGap(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 4), Arrivals: []int{0, 2, 1, 3}}
	for i, at := range []time.Duration{10 * ms, 40 * ms, 15 * ms, 41 * ms} {
		x.Observations[i].Received = at
	}
	if got := worstGap(x); got != 25*ms {
		t.Errorf("the longest gap is %v, want 25ms", got)
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
		{[]int{101}, nil, 512, 0}, {[]int{20}, []int{99}, 512, 2},
		{[]int{1, 2, 3}, nil, 4000, 1}, {[]int{3, 4}, nil, 4000, 2},
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
		{10 * ms, 20, 2 * ms, 20 + 50 + 40}, {200 * ms, 20, 2 * ms, 20 + 50 + 800},
		{10 * time.Second, 20, 100 * ms, 20 + 50 + 800},
		{10 * ms, 500, 2 * ms, 500 + 50 + 40}, {10 * ms, 5000, 2 * ms, 1000 + 50 + 40}, {0, 20, 2 * ms, 70},
	} {
		both := wire.BothWays(link.Conditions{Delay: c.delay})
		both.Client.Drop = []int{c.drop}
		w := blockingWorkload(&testbed.Bench{Options: result.Options{Messages: 1000, Size: 512}, Conditions: both})
		if w.Every != c.every || w.Messages != c.messages {
			t.Errorf("%v, packet %d: %d messages, one every %v; want %d, %v",
				c.delay, c.drop, w.Messages, w.Every, c.messages, c.every)
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
