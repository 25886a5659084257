package experiments

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

	"echolab/lab"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

// sentTwice is a segment as the trace marks it that is not sent for the first time.
func sentTwice(p trace.Packet) trace.Packet { p.Retransmission = true; return p }

// TestHole: a loss at 12 ms, whose repair leaves at 40 ms, and three messages
// in between.
func TestHole(t *testing.T) {
	w := lab.Workload{Messages: 7, Size: 100}
	packets := []trace.Packet{
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
	h, ok := holeIn(w, lab.TCP, packets)
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
	late := append(append([]trace.Packet{}, packets[:6]...), sentTwice(segment(w, wire.Client, 2, 2, 212*ms, 222*ms)))
	h, ok = holeIn(w, lab.TCP, late)
	if expected, most := h.gap(20 * ms); !ok || h.third != never || h.behind != 2 || expected != 1002*ms || most != 1022*ms {
		t.Errorf("without a third segment: %+v, gap %v, at most %v", h, expected, most)
	}
	if _, ok := holeIn(w, lab.TCP, packets[:7]); ok {
		t.Error("what is not mended is a hole that was")
	}
	if _, ok := holeIn(w, lab.TCP, append(packets, segment(w, wire.Client, 6, 6, 50*ms, 0))); ok {
		t.Error("two holes are one")
	}
}

// TestHoleBeforeFullSegments: more than two full segments behind a loss are as
// good as three of any size.
func TestHoleBeforeFullSegments(t *testing.T) {
	w := lab.Workload{Messages: 5, Size: segmentSize - lab.TCP.Framing}
	packets := []trace.Packet{
		segment(w, wire.Client, 0, 0, 8*ms, 0), segment(w, wire.Client, 1, 1, 10*ms, 20*ms), segment(w, wire.Client, 2, 2, 12*ms, 22*ms),
	}
	repair := sentTwice(segment(w, wire.Client, 0, 0, 40*ms, 50*ms))
	if h, _ := holeIn(w, lab.TCP, append(packets[:3:3], repair)); h.full != never {
		t.Errorf("two full segments are more than two: %+v", h)
	}
	third := segment(w, wire.Client, 3, 3, 14*ms, 24*ms)
	if h, _ := holeIn(w, lab.TCP, append(packets[:3:3], third, repair)); h.full != 14*ms || h.third != 14*ms {
		t.Errorf("the third full segment: %+v", h)
	}
}

// TestParts: a message whose middle is lost is late itself, those behind it wait.
func TestParts(t *testing.T) {
	w := lab.Workload{Messages: 3, Size: 296} // frames of 300 bytes
	part := func(from wire.Side, first, length int, at, handed time.Duration) trace.Packet {
		p := segment(w, from, 0, 0, at, handed)
		p.TCP, p.Payload = &trace.Segment{RelativeSeq: uint32(first + 1)}, length
		return p
	}
	packets := []trace.Packet{
		part(wire.Client, 0, 100, 0, 10*ms), part(wire.Client, 100, 150, 1*ms, 0), // the middle of the first
		part(wire.Client, 250, 150, 2*ms, 12*ms), part(wire.Client, 400, 200, 3*ms, 13*ms),
		part(wire.Client, 600, 300, 4*ms, 14*ms), sentTwice(part(wire.Client, 100, 150, 24*ms, 34*ms)),
		part(wire.Server, 0, 900, 34*ms, 44*ms),
	}
	visits := passing(w, lab.TCP, packets)
	for seq, want := range []visit{{34 * ms, 34 * ms, 44 * ms}, {13 * ms, 34 * ms, 44 * ms}, {14 * ms, 34 * ms, 44 * ms}} {
		if visits[seq] != want {
			t.Errorf("message %d passed as %+v, want %+v", seq, visits[seq], want)
		}
	}
	h, ok := holeIn(w, lab.TCP, packets)
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
	w := lab.Workload{Messages: 4, Size: 100}
	frame := lab.TCP.Framing + w.Size
	packets := []trace.Packet{
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
	w := lab.Workload{Messages: 3, Size: 100}
	x := &lab.Exchange{Observations: make([]lab.Observation, 3)}
	seen := sighting{lately: time.Second, packets: []trace.Packet{
		segment(w, wire.Server, 0, 1, 0, 10*ms), segment(w, wire.Server, 2, 2, 0, 0),
	}}
	if got, want := account(lab.TCP, w, x, seen), (fates{unexplained: 2, late: 1}); got != want {
		t.Errorf("accounted for as %+v, want %+v", got, want)
	}
	seen.lately = 5 * ms
	if got, want := account(lab.TCP, w, x, seen), (fates{late: 3}); got != want {
		t.Errorf("what came at the very end is accounted for as %+v, want %+v", got, want)
	}
}

// TestVisibleGaps: a loss is a gap where something came behind it before it was
// sent again.
func TestVisibleGaps(t *testing.T) {
	w := lab.Workload{Messages: 5, Size: 100}
	lost, next := segment(w, wire.Client, 0, 0, 0, 0), segment(w, wire.Client, 1, 1, ms, 11*ms)
	again := segment(w, wire.Client, 0, 0, 20*ms, 30*ms)
	damaged := segment(w, wire.Client, 0, 0, 0, 10*ms)
	damaged.Fate = link.Corrupted
	alsoLost := segment(w, wire.Client, 1, 1, ms, 0)
	answer := segment(w, wire.Server, 1, 1, ms, 11*ms)
	bare := trace.Packet{From: wire.Client, Fate: link.Lost, TCP: &trace.Segment{}}
	for name, c := range map[string]struct {
		packets []trace.Packet
		want    int
	}{
		"nothing lost":             {[]trace.Packet{again, next}, 0},
		"one came behind":          {[]trace.Packet{lost, next, again}, 1},
		"damage is loss":           {[]trace.Packet{damaged, next, again}, 1},
		"sent again at once":       {[]trace.Packet{lost, again, next}, 0},
		"the last one":             {[]trace.Packet{lost}, 0},
		"that behind was lost too": {[]trace.Packet{lost, alsoLost, again}, 0},
		"two before one that came": {[]trace.Packet{lost, alsoLost, segment(w, wire.Client, 2, 2, 2*ms, 12*ms)}, 2},
		"the other side's":         {[]trace.Packet{lost, answer}, 0},
		"an acknowledgement":       {[]trace.Packet{bare, next}, 0},
	} {
		if got := visibleGaps(c.packets); got != c.want {
			t.Errorf("%s: %d gaps, want %d", name, got, c.want)
		}
	}
}

// TestRepeated: what the client sends twice counts, what the wire copies, or
// the server answers twice, does not.
func TestRepeated(t *testing.T) {
	m := made{lab.Workload{Messages: 3, Size: 100, Seed: 1}}
	once := func(number, seq int) trace.Packet { return m.datagram(wire.Client, number, seq, link.Delivered, ms) }
	for name, c := range map[string]struct {
		packets []trace.Packet
		want    int
	}{
		"each once":         {[]trace.Packet{once(1, 0), once(2, 1)}, 0},
		"one twice":         {[]trace.Packet{once(1, 0), once(2, 0), once(3, 1)}, 1},
		"all twice":         {[]trace.Packet{once(1, 0), once(2, 0), once(3, 1), once(4, 1)}, 2},
		"a copy":            {[]trace.Packet{once(1, 0), again(once(1, 0), link.Delivered)}, 0},
		"two answers":       {[]trace.Packet{once(1, 0), m.datagram(wire.Server, 1, 0, link.Delivered, ms), m.datagram(wire.Server, 2, 0, link.Delivered, ms)}, 0},
		"fragments":         {[]trace.Packet{m.cut(wire.Client, 1, 0, 0, true, 9, link.Delivered), m.cut(wire.Client, 2, 0, 1480, false, 9, link.Delivered)}, 0},
		"lost and repeated": {[]trace.Packet{m.datagram(wire.Client, 1, 0, link.Lost, 0), once(2, 0)}, 1},
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
		row := lab.Row("missing", "", "messages")
		expectMissing(row, lab.UDP, o, lab.Workload{Messages: 100, Size: c.size})
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
		w := blockingWorkload(&lab.Bench{Options: lab.Options{Messages: 1000, Size: 512}, Conditions: both})
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
		b := &lab.Bench{
			Options: lab.Options{Messages: 1000, Size: 512}, Opener: lab.Opener{Longest: c.longest},
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
	seen := []trace.Packet{
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
		row := lab.Row("delivered", "", "%")
		row.ExpectExactly("tcp", 100)
		r := repaired{x: &lab.Exchange{}, unreached: unreached{why: lab.Say("no connection"), certain: certain}}
		r.note(row, lab.TCP, lab.Num(0))
		r.cutShort(lab.TCP, row)
		want, expected := row.Expected["tcp"]
		_, cut := row.CutOff["tcp"]
		_, low := row.Low["tcp"]
		if row.Values["tcp"] != lab.Word("no connection") || cut == certain || expected != certain || low {
			t.Errorf("certain %v: %v, expected %v, cut off %v", certain, row.Values["tcp"], want, cut)
		}
	}
}

// TestCutShort: what a stream did not bring back in time is no result; what a
// datagram did not is.
func TestCutShort(t *testing.T) {
	x := &lab.Exchange{Observations: make([]lab.Observation, 2), Stopped: time.Minute}
	x.Observations[0].Copies = 1
	for transport, want := range map[*lab.Transport]string{&lab.TCP: "stopped after 60 s, 1 messages under way", &lab.UDP: ""} {
		row := lab.Row("delivered", "", "%")
		repaired{x: x}.cutShort(*transport, row)
		if got := row.CutOff[transport.Name]; got.String() != want {
			t.Errorf("%s is cut off: %q, want %q", transport.Name, got, want)
		}
	}
}

// TestNewsIn: a handshake is three packets, however often they come.
func TestNewsIn(t *testing.T) {
	packet := func(from wire.Side, flags trace.Flags, seq, ack uint32) trace.Packet {
		return trace.Packet{From: from, TCP: &trace.Segment{Flags: flags, Seq: seq, Ack: ack, Window: 100}}
	}
	syn, synAck := packet(wire.Client, trace.SYN, 100, 0), packet(wire.Server, trace.SYN|trace.ACK, 500, 101)
	ack, challenge := packet(wire.Client, trace.ACK, 101, 501), packet(wire.Server, trace.ACK, 501, 101)
	for name, c := range map[string]struct {
		packets              []trace.Packet
		news, windows, acked int
	}{
		"as it should be":        {[]trace.Packet{syn, synAck, ack}, 3, 2, 2},
		"the SYN is sent again":  {[]trace.Packet{syn, sentTwice(syn), synAck, ack}, 3, 2, 2},
		"and answered":           {[]trace.Packet{syn, sentTwice(syn), synAck, challenge, sentTwice(synAck), ack, ack}, 3, 2, 2},
		"all is copied":          {[]trace.Packet{syn, again(syn, link.Delivered), synAck, again(synAck, link.Delivered), ack}, 3, 2, 2},
		"no answer":              {[]trace.Packet{syn, sentTwice(syn)}, 1, 1, 0},
		"data takes the last":    {[]trace.Packet{syn, synAck}, 2, 2, 1},
		"a datagram before data": {[]trace.Packet{{From: wire.Client, UDP: &trace.Datagram{}}}, 1, 0, 0},
	} {
		windows, acked := introductions(c.packets)
		if got := newsIn(c.packets); got != c.news || windows != c.windows || acked != c.acked {
			t.Errorf("%s: %d packets, %d windows, %d acknowledged; want %d, %d, %d", name, got, windows, acked, c.news, c.windows, c.acked)
		}
	}
}

// TestBroken: a connection that TCP gave up is said as such, in the system's words.
func TestBroken(t *testing.T) {
	x := &lab.Exchange{Observations: make([]lab.Observation, 3), Stopped: 338 * time.Second}
	x.Broken = fmt.Errorf("receive: %w", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)})
	const want = "the connection broke after 338 s (connection reset by peer), 3 messages not echoed"
	if got := incomplete(x).String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEveryExperimentSurvivesNoConnection: UDP has its figures beside TCP, which
// has none, and nothing is an error.
func TestEveryExperimentSurvivesNoConnection(t *testing.T) {
	for _, e := range []lab.Experiment{loss, ordering, duplication, corruption, blocking} {
		for _, c := range []link.Conditions{{Delay: 10 * ms, Loss: 0.5}, {Delay: 10 * ms, Loss: 1}} {
			synctest.Test(t, func(t *testing.T) {
				b := &lab.Bench{
					Options: lab.Options{Messages: 50, Size: 64}, Transports: []lab.Transport{lab.TCP, lab.UDP},
					Conditions: bothWays(c),
				}
				b.Opener = lab.Opener{Name: "deaf", Wired: true, Open: deafToTCP}
				rows, err := e.Run(t.Context(), b)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range rows {
					v, ok := m.Values["tcp"]
					_, cut := m.CutOff["tcp"]
					if ok && (v != lab.Word("no connection") || cut != (c.Loss < 1)) {
						t.Errorf("%s %s over TCP: %v, cut off %v", e.ID, m.ID, v, cut)
					}
				}
				if r := (&lab.Result{Measurements: rows}); len(r.Find(rows[0].ID).Values) != 2 {
					t.Errorf("%s has no %s of UDP", e.ID, rows[0].ID)
				}
			})
		}
	}
}

// deafToTCP opens networks on which no SYN is answered.
func deafToTCP(_ context.Context, s lab.Setup) (lab.Network, error) {
	return halfDeaf{labtest.Memory(s)}, nil
}

type halfDeaf struct{ lab.Network }

func (d halfDeaf) Client() lab.Host { return halfDeafHost{d.Network.Client()} }

type halfDeafHost struct{ lab.Host }

func (h halfDeafHost) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if network == "udp" {
		return h.Host.DialContext(ctx, network, address)
	}
	return deafHost{}.DialContext(ctx, network, address)
}
