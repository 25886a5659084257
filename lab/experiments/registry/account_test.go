package registry

import (
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

const ms = time.Millisecond

// made makes packets by hand.
type made struct{ w testbed.Workload }

// datagram is a packet that carries message seq whole.
func (m made) datagram(from wire.Side, number, seq int, fate link.Fate, handed time.Duration) packet.Packet {
	return packet.Packet{
		From: from, Number: number, Fate: fate, Delivered: handed, UDP: &packet.Datagram{},
		Data: m.w.Fill(make([]byte, m.w.Size), seq), Payload: m.w.Size,
	}
}

// cut is a fragment of message seq, which only the first one names.
func (m made) cut(from wire.Side, number, seq, offset int, more bool, id uint16, fate link.Fate) packet.Packet {
	p := m.datagram(from, number, seq, fate, ms)
	p.ID, p.FragmentOffset, p.MoreFragments = id, offset, more
	if offset > 0 {
		p.UDP, p.Data = nil, []byte("whatever the message has there")
	}
	return p
}

func again(p packet.Packet, fate link.Fate) packet.Packet {
	p.Copy, p.Fate = true, fate
	return p
}

func TestAccount(t *testing.T) {
	const client, server = wire.Client, wire.Server
	m := made{testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	there := m.datagram(client, 1, 0, link.Delivered, ms)
	back := m.datagram(server, 1, 0, link.Delivered, 2*ms)
	with := func(p packet.Packet, fate link.Fate) packet.Packet { p.Fate = fate; return p }
	first, second := m.cut(client, 1, 0, 0, true, 9, link.Delivered), m.cut(client, 2, 0, 1480, false, 9, link.Delivered)
	for _, c := range []struct {
		name    string
		packets []packet.Packet
		seen    sighting // packets are filled in; lately is an hour unless it is set
		want    fates
	}{
		{"dropped there", []packet.Packet{with(there, link.Lost)}, sighting{}, fates{injected: 1}},
		{"dropped back", []packet.Packet{there, with(back, link.Lost)}, sighting{}, fates{injected: 1}},
		{"the queue was full there", []packet.Packet{with(there, link.Overflowed)}, sighting{}, fates{queue: 1}},
		{"the queue was full back", []packet.Packet{there, with(back, link.Overflowed)}, sighting{}, fates{queue: 1}},
		{"damaged", []packet.Packet{with(there, link.Corrupted)}, sighting{}, fates{corrupted: 1}},
		{"under way", []packet.Packet{there, with(back, link.Queued)}, sighting{}, fates{late: 1}},
		{"the server had no room", []packet.Packet{there}, sighting{server: thrown{unread: 1}}, fates{buffer: 1}},
		{"the server's device had no room", []packet.Packet{there}, sighting{server: thrown{unsent: 1}}, fates{buffer: 1}},
		{"the client had no room", []packet.Packet{there, back}, sighting{client: thrown{unread: 1}}, fates{buffer: 1}},
		{"the client's device had no room", nil, sighting{client: thrown{unsent: 1}}, fates{buffer: 1}},
		{"what another host threw away explains nothing", []packet.Packet{there}, sighting{client: thrown{1, 1, 1}}, fates{unexplained: 1}},
		{"put together wrongly", []packet.Packet{there}, sighting{server: thrown{spoiled: 1}}, fates{corrupted: 1}},
		{"the server did not get round to it", []packet.Packet{there}, sighting{lately: ms}, fates{late: 1}},
		{"the client did not get round to it", []packet.Packet{there, back}, sighting{lately: 2 * ms}, fates{late: 1}},
		{"the server had all the time", []packet.Packet{there}, sighting{lately: ms + 1}, fates{unexplained: 1}},
		{"the client had all the time", []packet.Packet{there, back}, sighting{lately: 2*ms + 1}, fates{unexplained: 1}},
		{"never sent", nil, sighting{lately: -1}, fates{unexplained: 1}},
		{"the copy stood in, and the echo was dropped", []packet.Packet{with(there, link.Corrupted), again(there, link.Delivered), with(back, link.Lost)}, sighting{}, fates{injected: 1}},
		{"one of two echoes was dropped, one damaged", []packet.Packet{there, with(back, link.Lost), m.datagram(server, 2, 0, link.Corrupted, ms)}, sighting{}, fates{corrupted: 1}},
		{"a fragment was dropped", []packet.Packet{first, with(second, link.Lost)}, sighting{}, fates{injected: 1}},
		{"the first fragment was dropped", []packet.Packet{with(first, link.Lost), second}, sighting{}, fates{injected: 1}},
		{"the copy of a fragment stood in", []packet.Packet{first, with(second, link.Overflowed), again(second, link.Delivered)}, sighting{server: thrown{unread: 1}}, fates{buffer: 1}},
		{"the copy of a damaged fragment came too late", []packet.Packet{first, with(second, link.Corrupted), again(second, link.Delivered)}, sighting{}, fates{corrupted: 1}},
		{"a fragment of another message", []packet.Packet{first, second, m.cut(client, 3, 0, 1480, false, 10, link.Lost)}, sighting{server: thrown{unread: 1}}, fates{buffer: 1}},
		{"what is no datagram does not count", []packet.Packet{there, {From: server, Number: 1, Fate: link.Lost, Data: back.Data}}, sighting{server: thrown{unread: 1}}, fates{buffer: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.seen.packets = c.packets
			if c.seen.lately == 0 {
				c.seen.lately = time.Hour
			}
			x := &testbed.Exchange{Observations: make([]testbed.Observation, 1)}
			if got := account(transports.UDP, m.w, x, c.seen); got != c.want {
				t.Errorf("accounted for as %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestAccountCountsEachMessageOnce: those that came back not at all, and what
// a host threw away only as often as it says.
func TestAccountCountsEachMessageOnce(t *testing.T) {
	m := made{testbed.Workload{Messages: 6, Size: 100, Seed: 1}}
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 6), Unsent: 1}
	x.Observations[0].Copies = 2
	seen := sighting{lately: time.Hour, server: thrown{unread: 2}}
	for seq := range 5 {
		seen.packets = append(seen.packets, m.datagram(wire.Client, seq+1, seq, link.Delivered, ms))
	}
	if got, want := account(transports.UDP, m.w, x, seen), (fates{buffer: 2, unexplained: 2, late: 1}); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	if got, want := account(transports.TCP, m.w, x, seen), (fates{late: 5}); got != want {
		t.Errorf("a stream is accounted for as %+v, want %+v", got, want)
	}
}

// segment is one of TCP's with whole frames of messages first to last.
func segment(w testbed.Workload, from wire.Side, first, last int, at, handed time.Duration) packet.Packet {
	frame := transports.TCP.Framing + w.Size
	p := packet.Packet{
		From: from, Time: at, Delivered: handed, Fate: link.Delivered, Payload: (last - first + 1) * frame,
		TCP: &packet.Segment{RelativeSeq: uint32(first*frame + 1)},
	}
	if handed == 0 {
		p.Fate = link.Lost
	}
	return p
}

func TestPassing(t *testing.T) {
	w := testbed.Workload{Messages: 4, Size: 100}
	packets := []packet.Packet{
		segment(w, wire.Client, 0, 0, 0, 10*ms),
		segment(w, wire.Client, 1, 1, ms, 0), // lost
		segment(w, wire.Client, 2, 3, 2*ms, 12*ms),
		segment(w, wire.Server, 0, 0, 10*ms, 20*ms),
		segment(w, wire.Client, 1, 1, 22*ms, 32*ms), // sent again
		segment(w, wire.Client, 2, 2, 30*ms, 40*ms), // in vain: it was there before
		segment(w, wire.Server, 1, 3, 32*ms, 42*ms),
	}
	got := passing(w, transports.TCP, packets)
	want := []visit{
		{10 * ms, 10 * ms, 20 * ms}, {32 * ms, 32 * ms, 42 * ms}, {12 * ms, 32 * ms, 42 * ms}, {12 * ms, 32 * ms, 42 * ms},
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
		{1, 100, []int{0}}, {1, 99, nil}, {100, 1, []int{0}}, {51, 100, []int{0}}, {51, 150, []int{0, 1}}, {101, 500, []int{1, 2}}, {301, 100, nil}, {1, 0, nil},
	} {
		got := messagesIn(w, transports.TCP, packet.Packet{Payload: c.length, TCP: &packet.Segment{RelativeSeq: uint32(c.first)}})
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
		"none waits for one that is lost":   {[][2]time.Duration{{never, never}, {2, 2}, {3, 3}}, 0},
		"nothing came":                      {[][2]time.Duration{{never, never}, {never, never}}, 0},
		"two wait, one echo never came":     {[][2]time.Duration{{9, 9}, {2, 9}, {3, never}}, 2},
		"one that came with it is not late": {[][2]time.Duration{{5, 5}, {5, 5}}, 0},
	} {
		var visits []visit
		for _, v := range c.visits {
			visits = append(visits, visit{handed: v[0], echoed: v[1]})
		}
		if got := heldUp(visits); got != c.want {
			t.Errorf("%s: %d held up, want %d", name, got, c.want)
		}
	}
}

// TestDamagedBy: a datagram in fragments fails its checksum once, however many of
// them are damaged, and not at all if one never comes.
func TestDamagedBy(t *testing.T) {
	const client = wire.Client
	m := made{testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	alone := m.datagram(client, 1, 0, link.Corrupted, ms)
	cut := func(first, second link.Fate) []packet.Packet {
		return []packet.Packet{m.cut(client, 1, 0, 0, true, 9, first), m.cut(client, 2, 0, 1480, false, 9, second)}
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
		if got := damagedBy(m.w, c.packets, client); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if got := damagedBy(m.w, c.packets, wire.Server); got != 0 {
			t.Errorf("%s: %d of the other side", name, got)
		}
	}
}

// TestUnassembled: datagrams in fragments of which not all came whole.
func TestUnassembled(t *testing.T) {
	const client = wire.Client
	m := made{testbed.Workload{Messages: 1, Size: 100, Seed: 1}}
	first := m.cut(client, 1, 0, 0, true, 9, link.Delivered)
	for fate, want := range map[link.Fate]int{link.Delivered: 0, link.Lost: 1, link.Corrupted: 1} {
		packets := []packet.Packet{first, m.cut(client, 2, 0, 1480, false, 9, fate), m.datagram(client, 3, 0, link.Lost, ms)}
		if got := unassembled(m.w, packets); got != want {
			t.Errorf("the second of two fragments is %v: %d, want %d", fate, got, want)
		}
	}
}
