package probe

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

func TestAccount(t *testing.T) {
	const client, server = wire.Client, wire.Server
	m := probetest.Made{W: testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	there := m.Datagram(client, 1, 0, link.Delivered, probetest.Tick)
	back := m.Datagram(server, 1, 0, link.Delivered, 2*probetest.Tick)
	with := func(p packet.Packet, fate link.Fate) packet.Packet { p.Fate = fate; return p }
	first, second := m.Cut(client, 1, 0, 0, true, 9, link.Delivered), m.Cut(client, 2, 0, 1480, false, 9, link.Delivered)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		seen    snapshot // packets are filled in; lately is an hour unless it is set
		want    Losses
	}{
		{"dropped there", []packet.Packet{with(there, link.Lost)}, snapshot{}, Losses{injected: 1}},
		{"dropped back", []packet.Packet{there, with(back, link.Lost)}, snapshot{}, Losses{injected: 1}},
		{"the queue was full there", []packet.Packet{with(there, link.Overflowed)}, snapshot{}, Losses{queue: 1}},
		{"the queue was full back", []packet.Packet{there, with(back, link.Overflowed)}, snapshot{}, Losses{queue: 1}},
		{"damaged", []packet.Packet{with(there, link.Corrupted)}, snapshot{}, Losses{corrupted: 1}},
		{"under way", []packet.Packet{there, with(back, link.Queued)}, snapshot{}, Losses{late: 1}},
		{"the server had no room", []packet.Packet{there}, snapshot{server: hostDrops{unread: 1}}, Losses{buffer: 1}},
		{
			"the server's device had no room",
			[]packet.Packet{there},
			snapshot{server: hostDrops{unsent: 1}}, Losses{buffer: 1},
		},
		{
			"the client had no room",
			[]packet.Packet{there, back},
			snapshot{client: hostDrops{unread: 1}}, Losses{buffer: 1},
		},
		{"the client's device had no room", nil, snapshot{client: hostDrops{unsent: 1}}, Losses{buffer: 1}},
		{
			"what another host threw away explains nothing",
			[]packet.Packet{there},
			snapshot{client: hostDrops{1, 1, 1}}, Losses{unexplained: 1},
		},
		{"put together wrongly", []packet.Packet{there}, snapshot{server: hostDrops{spoiled: 1}}, Losses{corrupted: 1}},
		{"the server did not get round to it", []packet.Packet{there}, snapshot{lately: probetest.Tick}, Losses{late: 1}},
		{
			"the client did not get round to it",
			[]packet.Packet{there, back},
			snapshot{lately: 2 * probetest.Tick}, Losses{late: 1},
		},
		{
			"the server had all the time",
			[]packet.Packet{there},
			snapshot{lately: probetest.Tick + 1}, Losses{unexplained: 1},
		},
		{
			"the client had all the time",
			[]packet.Packet{there, back},
			snapshot{lately: 2*probetest.Tick + 1}, Losses{unexplained: 1},
		},
		{"never sent", nil, snapshot{lately: -1}, Losses{unexplained: 1}},
		{
			"the copy stood in, and the echo was dropped",
			[]packet.Packet{with(there, link.Corrupted), probetest.Again(there, link.Delivered), with(back, link.Lost)},
			snapshot{}, Losses{injected: 1},
		},
		{
			"one of two echoes was dropped, one damaged",
			[]packet.Packet{there, with(back, link.Lost), m.Datagram(server, 2, 0, link.Corrupted, probetest.Tick)},
			snapshot{}, Losses{corrupted: 1},
		},
		{"a fragment was dropped", []packet.Packet{first, with(second, link.Lost)}, snapshot{}, Losses{injected: 1}},
		{
			"the first fragment was dropped",
			[]packet.Packet{with(first, link.Lost), second},
			snapshot{}, Losses{injected: 1},
		},
		{
			"the copy of a fragment stood in",
			[]packet.Packet{first, with(second, link.Overflowed), probetest.Again(second, link.Delivered)},
			snapshot{server: hostDrops{unread: 1}}, Losses{buffer: 1},
		},
		{
			"the copy of a damaged fragment came too late",
			[]packet.Packet{first, with(second, link.Corrupted), probetest.Again(second, link.Delivered)},
			snapshot{}, Losses{corrupted: 1},
		},
		{
			"a fragment of another message",
			[]packet.Packet{first, second, m.Cut(client, 3, 0, 1480, false, 10, link.Lost)},
			snapshot{server: hostDrops{unread: 1}}, Losses{buffer: 1},
		},
		{
			"what is no datagram does not count",
			[]packet.Packet{there, {From: server, Number: 1, Fate: link.Lost, Data: back.Data}},
			snapshot{server: hostDrops{unread: 1}}, Losses{buffer: 1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.seen.packets = c.packets
			if c.seen.lately == 0 {
				c.seen.lately = time.Hour
			}
			x := &testbed.Exchange{Observations: make([]testbed.Observation, 1)}
			if got := classifyLosses(transports.UDP, m.W, x, c.seen); got != c.want {
				t.Errorf("accounted for as %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestAccountCountsEachMessageOnce: those that came back not at all, and what
// a host threw away only as often as it says.
func TestAccountCountsEachMessageOnce(t *testing.T) {
	m := probetest.Made{W: testbed.Workload{Messages: 6, Size: 100, Seed: 1}}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 6), Unsent: 1}
	x.Observations[0].Copies = 2
	seen := snapshot{lately: time.Hour, server: hostDrops{unread: 2}}
	for seq := range 5 {
		seen.packets = append(seen.packets, m.Datagram(wire.Client, seq+1, seq, link.Delivered, probetest.Tick))
	}
	want := Losses{buffer: 2, unexplained: 2, late: 1}
	if got := classifyLosses(transports.UDP, m.W, x, seen); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	if got, want := classifyLosses(transports.TCP, m.W, x, seen), (Losses{late: 5}); got != want {
		t.Errorf("a stream is accounted for as %+v, want %+v", got, want)
	}
}

// TestStreamUnexplained: what the client's host had in good time, and the
// application not, nothing explains.
func TestStreamUnexplained(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 100}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 3)}
	seen := snapshot{lately: time.Second, packets: []packet.Packet{
		probetest.Segment(w, wire.Server, 0, 1, 0, 10*probetest.Tick), probetest.Segment(w, wire.Server, 2, 2, 0, 0),
	}}
	if got, want := classifyLosses(transports.TCP, w, x, seen), (Losses{unexplained: 2, late: 1}); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	seen.lately = 5 * probetest.Tick
	if got, want := classifyLosses(transports.TCP, w, x, seen), (Losses{late: 3}); got != want {
		t.Errorf("what came at the very end is accounted for as %+v, want %+v", got, want)
	}
}

// TestDamagedBy: a datagram in fragments fails its checksum once, however many of
// them are damaged, and not at all if one never comes.
func TestDamagedBy(t *testing.T) {
	const client = wire.Client
	m := probetest.Made{W: testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	alone := m.Datagram(client, 1, 0, link.Corrupted, probetest.Tick)
	cut := func(first, second link.Fate) []packet.Packet {
		return []packet.Packet{m.Cut(client, 1, 0, 0, true, 9, first), m.Cut(client, 2, 0, 1480, false, 9, second)}
	}
	for name, c := range map[string]struct {
		packets []packet.Packet
		want    int
	}{
		"no fragments":      {[]packet.Packet{alone}, 1},
		"both":              {cut(link.Corrupted, link.Corrupted), 1},
		"one":               {cut(link.Delivered, link.Corrupted), 1},
		"one, another lost": {cut(link.Corrupted, link.Lost), 0},
		"none":              {cut(link.Delivered, link.Delivered), 0},
	} {
		if got := damagedBy(m.W, c.packets, client); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if got := damagedBy(m.W, c.packets, wire.Server); got != 0 {
			t.Errorf("%s: %d of the other side", name, got)
		}
	}
}
