package registry

import (
	"context"

	"fmt"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// sentTwice is a segment as the trace marks it that is not sent for the first time.
func sentTwice(p packet.Packet) packet.Packet { p.Retransmission = true; return p }

// TestHole: a loss at 12 ms, whose repair leaves at 40 ms, and three messages
// in between.
func TestHole(t *testing.T) {
	w := testbed.Workload{Messages: 7, Size: 100}
	packets := []packet.Packet{
		segment(w, wire.Client, 0, 0, 8*ms, 18*ms),
		segment(w, wire.Client, 1, 1, 10*ms, 20*ms),
		segment(w, wire.Client, 2, 2, 12*ms, 0), // lost
		segment(w, wire.Server, 0, 0, 18*ms, 28*ms),
		segment(w, wire.Client, 3, 3, 14*ms, 24*ms),
		segment(w, wire.Client, 4, 4, 16*ms, 26*ms),
		segment(w, wire.Client, 5, 5, 19*ms, 29*ms),
		sentTwice(segment(w, wire.Client, 2, 2, 40*ms, 50*ms)),
		segment(w, wire.Client, 6, 6, 41*ms, 51*ms),
	}
	h, ok := holeIn(w, transports.TCP, packets)
	want := hole{before: 10 * ms, at: 12 * ms, third: 19 * ms, full: never, repair: 40 * ms, behind: 3}
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
	late := append(append([]packet.Packet{}, packets[:6]...), sentTwice(segment(w, wire.Client, 2, 2, 212*ms, 222*ms)))
	h, ok = holeIn(w, transports.TCP, late)
	if expected, most := h.gap(20 * ms); !ok || h.third != never || h.behind != 2 || expected != 1002*ms || most != 1022*ms {
		t.Errorf("without a third segment: %+v, gap %v, at most %v", h, expected, most)
	}
	if _, ok := holeIn(w, transports.TCP, packets[:7]); ok {
		t.Error("what is not mended is a hole that was")
	}
	if _, ok := holeIn(w, transports.TCP, append(packets, segment(w, wire.Client, 6, 6, 50*ms, 0))); ok {
		t.Error("two holes are one")
	}
}

// TestHoleBeforeFullSegments: more than two full segments behind a loss are as
// good as three of any size.
func TestHoleBeforeFullSegments(t *testing.T) {
	w := testbed.Workload{Messages: 5, Size: segmentSize - transports.TCP.Framing}
	packets := []packet.Packet{
		segment(w, wire.Client, 0, 0, 8*ms, 0), segment(w, wire.Client, 1, 1, 10*ms, 20*ms), segment(w, wire.Client, 2, 2, 12*ms, 22*ms),
	}
	repair := sentTwice(segment(w, wire.Client, 0, 0, 40*ms, 50*ms))
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], repair)); h.full != never {
		t.Errorf("two full segments are more than two: %+v", h)
	}
	third := segment(w, wire.Client, 3, 3, 14*ms, 24*ms)
	if h, _ := holeIn(w, transports.TCP, append(packets[:3:3], third, repair)); h.full != 14*ms || h.third != 14*ms {
		t.Errorf("the third full segment: %+v", h)
	}
}

// TestParts: a message whose middle is lost is late itself, those behind it wait.
func TestParts(t *testing.T) {
	w := testbed.Workload{Messages: 3, Size: 296} // frames of 300 bytes
	part := func(from wire.Side, first, length int, at, handed time.Duration) packet.Packet {
		p := segment(w, from, 0, 0, at, handed)
		p.TCP, p.Payload = &packet.Segment{RelativeSeq: uint32(first + 1)}, length
		return p
	}
	packets := []packet.Packet{
		part(wire.Client, 0, 100, 0, 10*ms), part(wire.Client, 100, 150, 1*ms, 0), // the middle of the first
		part(wire.Client, 250, 150, 2*ms, 12*ms), part(wire.Client, 400, 200, 3*ms, 13*ms),
		part(wire.Client, 600, 300, 4*ms, 14*ms), sentTwice(part(wire.Client, 100, 150, 24*ms, 34*ms)),
		part(wire.Server, 0, 900, 34*ms, 44*ms),
	}
	visits := passing(w, transports.TCP, packets)
	for seq, want := range []visit{{34 * ms, 34 * ms, 44 * ms}, {13 * ms, 34 * ms, 44 * ms}, {14 * ms, 34 * ms, 44 * ms}} {
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
	returned := func(at ...time.Duration) []visit {
		var all []visit
		for _, d := range at {
			all = append(all, visit{returned: d})
		}
		return all
	}
	for name, c := range map[string]struct {
		visits   []visit
		arrivals []int
		want     int
	}{
		"in order":                            {returned(1, 2, 3), []int{0, 1, 2}, 0},
		"two wait for the first":              {returned(9, 2, 3), []int{0, 1, 2}, 2},
		"none waits, UDP":                     {returned(9, 2, 3), []int{1, 2, 0}, 0},
		"the first never comes, none waits":   {returned(never, 2, 3), []int{1, 2}, 0},
		"one is read before it, one behind":   {returned(9, 2, 3), []int{1, 0, 2}, 1},
		"copies count by their first reading": {returned(9, 2), []int{1, 0, 1}, 0},
	} {
		if got := heldAtClient(c.visits, c.arrivals); got != c.want {
			t.Errorf("%s: %d held up, want %d", name, got, c.want)
		}
	}
}

// TestHandedBy: only what came whole, in time and without a gap before it.
func TestHandedBy(t *testing.T) {
	w := testbed.Workload{Messages: 4, Size: 100}
	frame := transports.TCP.Framing + w.Size
	packets := []packet.Packet{
		segment(w, wire.Server, 1, 1, 0, 10*ms),
		segment(w, wire.Server, 0, 0, 0, 20*ms),
		segment(w, wire.Server, 2, 2, 0, 0), // lost
		segment(w, wire.Server, 3, 3, 0, 30*ms),
		segment(w, wire.Client, 2, 2, 0, 5*ms),
	}
	for by, want := range map[time.Duration]int{15 * ms: 0, 20 * ms: 0, 21 * ms: 2, time.Hour: 2} {
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
	seen := sighting{lately: time.Second, packets: []packet.Packet{
		segment(w, wire.Server, 0, 1, 0, 10*ms), segment(w, wire.Server, 2, 2, 0, 0),
	}}
	if got, want := account(transports.TCP, w, x, seen), (fates{unexplained: 2, late: 1}); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	seen.lately = 5 * ms
	if got, want := account(transports.TCP, w, x, seen), (fates{late: 3}); got != want {
		t.Errorf("what came at the very end is accounted for as %+v, want %+v", got, want)
	}
}

// TestVisibleGaps: a loss is a gap where something came behind it before it was
// sent again.
func TestVisibleGaps(t *testing.T) {
	w := testbed.Workload{Messages: 5, Size: 100}
	lost, next := segment(w, wire.Client, 0, 0, 0, 0), segment(w, wire.Client, 1, 1, ms, 11*ms)
	again := segment(w, wire.Client, 0, 0, 20*ms, 30*ms)
	damaged := segment(w, wire.Client, 0, 0, 0, 10*ms)
	damaged.Fate = link.Corrupted
	alsoLost := segment(w, wire.Client, 1, 1, ms, 0)
	answer := segment(w, wire.Server, 1, 1, ms, 11*ms)
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
		"two before one that came": {[]packet.Packet{lost, alsoLost, segment(w, wire.Client, 2, 2, 2*ms, 12*ms)}, 2},
		"the other side's":         {[]packet.Packet{lost, answer}, 0},
		"an acknowledgement":       {[]packet.Packet{bare, next}, 0},
	} {
		if got := visibleGaps(c.packets); got != c.want {
			t.Errorf("%s: %d gaps, want %d", name, got, c.want)
		}
	}
}

// TestRepeated: what the client sends twice counts, what the wire copies, or
// the server answers twice, does not.
func TestRepeated(t *testing.T) {
	m := made{testbed.Workload{Messages: 3, Size: 100, Seed: 1}}
	once := func(number, seq int) packet.Packet { return m.datagram(wire.Client, number, seq, link.Delivered, ms) }
	for name, c := range map[string]struct {
		packets []packet.Packet
		want    int
	}{
		"each once":         {[]packet.Packet{once(1, 0), once(2, 1)}, 0},
		"one twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1)}, 1},
		"all twice":         {[]packet.Packet{once(1, 0), once(2, 0), once(3, 1), once(4, 1)}, 2},
		"a copy":            {[]packet.Packet{once(1, 0), again(once(1, 0), link.Delivered)}, 0},
		"two answers":       {[]packet.Packet{once(1, 0), m.datagram(wire.Server, 1, 0, link.Delivered, ms), m.datagram(wire.Server, 2, 0, link.Delivered, ms)}, 0},
		"fragments":         {[]packet.Packet{m.cut(wire.Client, 1, 0, 0, true, 9, link.Delivered), m.cut(wire.Client, 2, 0, 1480, false, 9, link.Delivered)}, 0},
		"lost and repeated": {[]packet.Packet{m.datagram(wire.Client, 1, 0, link.Lost, 0), once(2, 0)}, 1},
	} {
		if got := repeated(m.w, c.packets); got != c.want {
			t.Errorf("%s: %d sent again, want %d", name, got, c.want)
		}
	}
}

// TestExpectMissing: one message for each datagram that loses a packet; the
// server's packets are those of the messages that got there.
func TestExpectMissing(t *testing.T) {
	for _, c := range []struct {
		client, server []int
		size           int
		want           float64
	}{
		{[]int{20}, nil, 512, 1}, {[]int{20, 21}, nil, 512, 2}, {nil, []int{20}, 512, 1}, {[]int{100}, []int{100}, 512, 1},
		{[]int{101}, nil, 512, 0}, {[]int{20}, []int{99}, 512, 2}, {[]int{1, 2, 3}, nil, 4000, 1}, {[]int{3, 4}, nil, 4000, 2},
	} {
		o := wire.Options{Client: link.Conditions{Drop: c.client}, Server: link.Conditions{Drop: c.server}}
		row := result.Row("missing", "", "messages")
		expectMissing(row, transports.UDP, o, testbed.Workload{Messages: 100, Size: c.size})
		if got := row.Expected["udp"].Number; got != c.want || row.Low["udp"] != c.want || row.High["udp"] != c.want {
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
		both := bothWays(link.Conditions{Delay: c.delay})
		both.Client.Drop = []int{c.drop}
		w := blockingWorkload(&testbed.Bench{Options: result.Options{Messages: 1000, Size: 512}, Conditions: both})
		if w.Every != c.every || w.Messages != c.messages {
			t.Errorf("%v, packet %d: %d messages, one every %v; want %d, %v", c.delay, c.drop, w.Messages, w.Every, c.messages, c.every)
		}
	}
}

// TestOrderingWorkload: the messages are as many as can be sent in a third of
// the longest wait.
func TestOrderingWorkload(t *testing.T) {
	for _, c := range []struct {
		delay, longest time.Duration
		messages       int
	}{
		{10 * ms, 0, 1000}, {0, 0, 1000}, {2 * time.Second, 0, 43}, {2 * time.Second, time.Hour, 1000},
		{time.Hour, 0, 1},
	} {
		b := &testbed.Bench{
			Options: result.Options{Messages: 1000, Size: 512}, Driver: testbed.Driver{Longest: c.longest},
			Conditions: bothWays(link.Conditions{Delay: c.delay}),
		}
		w := orderingWorkload(b)
		if w.Messages != c.messages {
			t.Errorf("%v, at most %v: %d messages, want %d", c.delay, c.longest, w.Messages, c.messages)
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

// TestUnreached: without a connection every cell says so, cut off where it was
// bad luck, expected where nothing passes.
func TestUnreached(t *testing.T) {
	for _, certain := range []bool{false, true} {
		row := result.Row("delivered", "", "%")
		row.ExpectExactly("tcp", 100)
		r := repaired{x: &testbed.Exchange{}, unreached: unreached{why: text.Say("no connection"), certain: certain}}
		r.note(row, transports.TCP, result.Num(0))
		r.cutShort(transports.TCP, row)
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
		row := result.Row("delivered", "", "%")
		repaired{x: x}.cutShort(*transport, row)
		if got := row.CutOff[transport.Name]; got.String() != want {
			t.Errorf("%s is cut off: %q, want %q", transport.Name, got, want)
		}
	}
}

// TestNewsIn: a handshake is three packets, however often they come.
func TestNewsIn(t *testing.T) {
	raw := func(from wire.Side, flags packet.Flags, seq, ack uint32) packet.Packet {
		return packet.Packet{From: from, TCP: &packet.Segment{Flags: flags, Seq: seq, Ack: ack, Window: 100}}
	}
	syn, synAck := raw(wire.Client, packet.SYN, 100, 0), raw(wire.Server, packet.SYN|packet.ACK, 500, 101)
	ack, challenge := raw(wire.Client, packet.ACK, 101, 501), raw(wire.Server, packet.ACK, 501, 101)
	for name, c := range map[string]struct {
		packets              []packet.Packet
		news, windows, acked int
	}{
		"as it should be":        {[]packet.Packet{syn, synAck, ack}, 3, 2, 2},
		"the SYN is sent again":  {[]packet.Packet{syn, sentTwice(syn), synAck, ack}, 3, 2, 2},
		"and answered":           {[]packet.Packet{syn, sentTwice(syn), synAck, challenge, sentTwice(synAck), ack, ack}, 3, 2, 2},
		"all is copied":          {[]packet.Packet{syn, again(syn, link.Delivered), synAck, again(synAck, link.Delivered), ack}, 3, 2, 2},
		"no answer":              {[]packet.Packet{syn, sentTwice(syn)}, 1, 1, 0},
		"data takes the last":    {[]packet.Packet{syn, synAck}, 2, 2, 1},
		"a datagram before data": {[]packet.Packet{{From: wire.Client, UDP: &packet.Datagram{}}}, 1, 0, 0},
	} {
		windows, acked := introductions(c.packets)
		if got := newsIn(c.packets); got != c.news || windows != c.windows || acked != c.acked {
			t.Errorf("%s: %d packets, %d windows, %d acknowledged; want %d, %d, %d", name, got, windows, acked, c.news, c.windows, c.acked)
		}
	}
}

// TestBroken: a connection that TCP gave up is said as such, in the system's words.
func TestBroken(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 3), Stopped: 338 * time.Second}
	x.Broken = fmt.Errorf("receive: %w", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)})
	const want = "the connection broke after 338 s (connection reset by peer), 3 messages not echoed"
	if got := incomplete(x).String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEveryExperimentSurvivesNoConnection: UDP has its figures beside TCP, which
// has none, and nothing is an error.
func TestEveryExperimentSurvivesNoConnection(t *testing.T) {
	for _, e := range []experiments.Experiment{loss, ordering, duplication, corruption, blocking} {
		for _, c := range []link.Conditions{{Delay: 10 * ms, Loss: 0.5}, {Delay: 10 * ms, Loss: 1}} {
			synctest.Test(t, func(t *testing.T) {
				b := &testbed.Bench{
					Options: result.Options{Messages: 50, Size: 64}, Transports: []testbed.Transport{transports.TCP, transports.UDP},
					Conditions: bothWays(c),
				}
				b.Driver = testbed.Driver{Name: "deaf", Wired: true, Open: deafToTCP}
				rows, err := e.Run(t.Context(), b)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range rows {
					v, ok := m.Values["tcp"]
					_, cut := m.CutOff["tcp"]
					if ok && (v != result.Word("no connection") || cut != (c.Loss < 1)) {
						t.Errorf("%s %s over TCP: %v, cut off %v", e.ID, m.ID, v, cut)
					}
				}
				if r := (&result.Result{Measurements: rows}); len(r.Find(rows[0].ID).Values) != 2 {
					t.Errorf("%s has no %s of UDP", e.ID, rows[0].ID)
				}
			})
		}
	}
}

// deafToTCP opens networks on which no SYN is answered.
func deafToTCP(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
	return halfDeaf{labtest.Memory(s)}, nil
}

type halfDeaf struct{ testbed.Network }

func (d halfDeaf) Client() testbed.Host { return halfDeafHost{d.Network.Client()} }

type halfDeafHost struct{ testbed.Host }

func (h halfDeafHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if network == "udp" {
		return h.Host.DialContext(ctx, network, address)
	}
	return deafHost{}.DialContext(ctx, network, address)
}
