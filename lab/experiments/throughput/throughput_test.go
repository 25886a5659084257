package throughput

import (
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// usualLink is what the data transfer rate is measured over.
func usualLink(change func(*link.Conditions)) wire.Options {
	c := Experiment.Conditions
	if change != nil {
		change(&c.Client)
		change(&c.Server)
	}
	return c
}

// TestTransferTime: the worked examples at 20 Mbit/s and 20 ms. TCP: SYN and
// SYN-ACK 20.05 ms, idle times of 14.62 and 8.62 ms, one way 10 ms.
func TestTransferTime(t *testing.T) {
	for _, c := range []struct {
		t     testbed.Transport
		bytes int
		want  float64 // ms
	}{
		{transports.TCP, 10_000, 34.19}, {transports.TCP, 100_000, 94.75}, {transports.TCP, 1_000_000, 467.66},
		{transports.UDP, 10_000, 14.15}, {transports.UDP, 100_000, 51.58}, {transports.UDP, 1_000_000, 425.93},
	} {
		if got := probe.Milliseconds(transferTime(c.t, usualLink(nil), c.bytes)); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%d bytes over %s: %.3f ms, want %v", c.bytes, c.t.Name, got, c.want)
		}
	}
	twice := usualLink(func(c *link.Conditions) { c.Delay *= 2 })
	if more := transferTime(transports.UDP, twice, 10_000) - transferTime(transports.UDP, usualLink(nil), 10_000); more != 10*probetest.Tick {
		t.Errorf("10 ms of delay make a transfer over UDP %v longer", more)
	}
}

// TestExpectGoodput: theory speaks where it can, and only there.
func TestExpectGoodput(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*link.Conditions)
		tcp, udp float64 // Mbit/s; 0: nothing is expected
	}{
		{"as it is", nil, 19.307, 19.234},
		{"1 Mbit/s", func(c *link.Conditions) { c.Rate = 1e6 }, 0.96533, 0.96171},
		{"loss", func(c *link.Conditions) { c.Loss = 0.1 }, 0, 17.311},
		{"exact", func(c *link.Conditions) { c.Exact = link.Exact{Drop: 1, Of: 10} }, 0, 17.311},
		{"bursts", func(c *link.Conditions) { c.Burst = link.Burst{Loss: 0.1, Length: 3} }, 0, 0},
		{"jitter", func(c *link.Conditions) { c.Jitter = probetest.Tick }, 0, 19.234},
		{"a short queue", func(c *link.Conditions) { c.Limit = 20 }, 19.307, 19.234},
		{"no room for a first window", func(c *link.Conditions) { c.Limit = 9 }, 0, 19.234},
		{"a long way", func(c *link.Conditions) { c.Delay = 100 * probetest.Tick }, 19.307, 19.234},
		{"timeouts first", func(c *link.Conditions) { c.Rate = 50e3 }, 0, 0.04808},
		{"a bloated queue", func(c *link.Conditions) { c.Limit = 1400 }, 0, 19.234},
		{"a slow way back", nil, 0, 19.234},
	} {
		conditions := usualLink(c.change)
		if c.name == "a slow way back" {
			conditions.Server.Rate = 0.5e6
		}
		row := result.Row("goodput", "", "Mbit/s")
		for transport, want := range map[*testbed.Transport]float64{&transports.TCP: c.tcp, &transports.UDP: c.udp} {
			row.Put(transport.Name, expectGoodput(result.Cell{}, *transport, conditions, 1000))
			got, ok := row.Expected[transport.Name]
			low, high := row.Low[transport.Name], row.High[transport.Name]
			if ok != (want > 0) || ok && math.Abs(got.Number-want) > 0.001*want {
				t.Errorf("%s, %s: expected %v (%v), want %v", c.name, transport.Name, got, ok, want)
			}
			if ok && (low > 0.96*want || low < 0.85*want || high < want || high > 1.1*want) {
				t.Errorf("%s, %s: expected %v, from %v to %v", c.name, transport.Name, got, low, high)
			}
		}
	}
}

func TestExpectLost(t *testing.T) {
	for name, c := range map[string]struct {
		change                func(*link.Conditions)
		want, atLeast, atMost float64 // want < 0: nothing is expected
	}{
		"as it is": {nil, 0, 0, 0},
		"loss":     {func(c *link.Conditions) { c.Loss = 0.1 }, 10, 6, 14},
		"bursts":   {func(c *link.Conditions) { c.Burst = link.Burst{Loss: 0.1, Length: 3} }, -1, 0, 0},
	} {
		row := result.Row("lost", "", "%")
		for _, transport := range transports.Transports() {
			row.Put(transport.Name, expectLost(result.Cell{}, transport, usualLink(c.change), 900))
		}
		if row.Expected["tcp"] != result.Num(0) || row.High["tcp"] != 0 {
			t.Errorf("%s: TCP is expected to lose %v", name, row.Expected["tcp"])
		}
		got, ok := row.Expected["udp"]
		low, high := row.Low["udp"], row.High["udp"]
		if ok != (c.want >= 0) || ok && (math.Abs(got.Number-c.want) > 1e-9 || low < c.atLeast || high > c.atMost) {
			t.Errorf("%s: UDP is expected to lose %v, from %v to %v", name, got, low, high)
		}
	}
}

func TestExpectTransfer(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*link.Conditions)
		tcp, udp bool // something is expected
	}{
		"as it is":                   {nil, true, true},
		"loss":                       {func(c *link.Conditions) { c.Loss = 0.1 }, false, false},
		"jitter":                     {func(c *link.Conditions) { c.Jitter = probetest.Tick }, false, false},
		"no room for a first window": {func(c *link.Conditions) { c.Limit = 9 }, false, true},
		"a long way":                 {func(c *link.Conditions) { c.Delay = 200 * probetest.Tick }, true, true},
		"a short way":                {func(c *link.Conditions) { c.Delay, c.Rate = 100*time.Microsecond, 1e9 }, false, false},
	} {
		row := result.Row("transfer_10k", "", "ms")
		for _, transport := range transports.Transports() {
			row.Put(transport.Name, expectTransfer(result.Cell{}, transport, usualLink(c.change), 10_000))
		}
		_, tcp := row.Expected["tcp"]
		_, udp := row.Expected["udp"]
		if tcp != c.tcp || udp != c.udp {
			t.Errorf("%s: expected of TCP %v, of UDP %v; want %v, %v", name, tcp, udp, c.tcp, c.udp)
		}
	}
}

// TestOverflows: at the usual link slow start has 40 segments under way at the
// end of 100 KB, and for 1 MB it would have 350, where 73 have room.
func TestOverflows(t *testing.T) {
	for segments, want := range map[int]bool{70: false, 136: false, 138: true, 691: true} {
		if got := overflows(usualLink(nil), segments); got != want {
			t.Errorf("%d segments overflow the queue: %v, want %v", segments, got, want)
		}
	}
	long := usualLink(func(c *link.Conditions) { c.Delay = 200 * probetest.Tick }) // its queue holds 40 of 667
	for segments, want := range map[int]bool{70: false, 150: false, 151: true, 691: true} {
		if got := overflows(long, segments); got != want {
			t.Errorf("on a long way %d segments overflow the queue: %v, want %v", segments, got, want)
		}
	}
	row := result.Row("transfer", "", "ms")
	row.Put(transports.TCP.Name, expectTransfer(result.Cell{}, transports.TCP, usualLink(nil), 100_000))
	if high := row.High["tcp"]; high > 1.16*94.75 {
		t.Errorf("100 KB may take %v ms", high)
	}
	row.Put(transports.TCP.Name, expectTransfer(result.Cell{}, transports.TCP, usualLink(nil), 1_000_000))
	if high := row.High["tcp"]; high < 1.15*467.66+400 || high > 1.2*(467.66+414.6) {
		t.Errorf("1 MB, which may overflow the queue, may take %v ms", high)
	}
}

// TestTransferCell: the least of what only a busy machine makes longer, the
// median of what chance does, and no figure where most were never whole.
func TestTransferCell(t *testing.T) {
	calmBench, lossy := &testbed.Bench{Conditions: usualLink(nil)}, &testbed.Bench{Conditions: usualLink(func(c *link.Conditions) { c.Loss = 0.1 })}
	took := func(times ...time.Duration) (all []transfer) {
		for _, d := range times {
			all = append(all, transfer{took: d})
		}
		return all
	}
	for _, c := range []struct {
		b    *testbed.Bench
		all  []transfer
		want result.Value
	}{
		{calmBench, took(30*probetest.Tick, 20*probetest.Tick, 90*probetest.Tick), result.Num(20)},
		{lossy, took(30*probetest.Tick, 20*probetest.Tick, 90*probetest.Tick), result.Num(30)},
		{lossy, took(30*probetest.Tick, probe.Never, 20*probetest.Tick), result.Num(30)},
		{lossy, took(probe.Never, probe.Never, 20*probetest.Tick), result.Word("never complete")},
		{calmBench, append(took(30*probetest.Tick), transfer{cut: text.Say("stopped")}), result.Word("unknown")},
	} {
		row := result.Row("transfer_10k", "", "ms")
		row.Put("udp", transferCell(c.b, transports.UDP, 10_000, c.all))
		if got := row.Values["udp"]; got != c.want {
			t.Errorf("%v: noted %v, want %v", c.all, got, c.want)
		}
		if _, cut := row.CutOff["udp"]; cut != (c.want.Word == "unknown") {
			t.Errorf("%v: cut off: %v", c.all, cut)
		}
	}
}

// TestExpectShare: what was sent again in vain behind a drop is no data.
func TestExpectShare(t *testing.T) {
	for dropped, low := range map[bool]float64{false: 96.433, true: 96.433 - 0.05*96.533} {
		row := result.Row("efficiency", "", "%")
		row.Put(transports.TCP.Name, expectShare(result.Cell{}, transports.TCP, usualLink(nil), dropped))
		if got := row.Low["tcp"]; math.Abs(got-low) > 0.001 || row.High["tcp"] > 96.64 {
			t.Errorf("dropped %v: from %v to %v, want %v", dropped, got, row.High["tcp"], low)
		}
	}
	row := result.Row("efficiency", "", "%")
	row.Put("tcp", expectShare(result.Cell{}, transports.TCP, usualLink(func(c *link.Conditions) { c.Loss = 0.1 }), false))
	if len(row.Expected) > 0 {
		t.Errorf("of a lossy link %v is expected", row.Expected)
	}
}

// TestLostCell: what of all transfers together the receiver never got.
func TestLostCell(t *testing.T) {
	b := &testbed.Bench{Conditions: usualLink(func(c *link.Conditions) { c.Loss = 0.1 })}
	for _, c := range []struct {
		all  []transfer
		want float64
	}{
		{[]transfer{{sent: 10_000, got: 10_000}, {sent: 30_000, got: 30_000}}, 0},
		{[]transfer{{sent: 10_000, got: 9000}, {sent: 30_000, got: 27_000}}, 10},
	} {
		row := result.Row("lost", "", "%")
		row.Put("udp", lostCell(b, transports.UDP, [][]transfer{c.all}))
		if got := row.Values["udp"].Number; got != c.want {
			t.Errorf("%v: %v %% are lost, want %v", c.all, got, c.want)
		}
	}
}

// over makes a transfer of so many bytes through memory, whose links do what
// change says.
func over(t *testing.T, transport testbed.Transport, bytes int, change func(*link.Conditions)) (x transfer) {
	synctest.Test(t, func(t *testing.T) {
		b := &testbed.Bench{Conditions: usualLink(change), Driver: (&probetest.Opened{}).Memory()}
		b.Conditions.Seed = 1
		var err error
		if x, err = transferOne(t.Context(), b, transport, bytes); err != nil {
			t.Fatal(err)
		}
	})
	return x
}

// TestTransferOne: a transfer ends when its last byte is read. What is lost is
// missing, and what would take too long is not begun.
func TestTransferOne(t *testing.T) {
	x := over(t, transports.UDP, 100_000, nil)
	if want := transferTime(transports.UDP, usualLink(nil), 100_000); x.took.Round(10*time.Microsecond) != want.Round(10*time.Microsecond) {
		t.Errorf("100 KB over UDP took %v, want %v", x.took, want)
	}
	if x.sent != 100_000 || x.got != 100_000 || !x.cut.IsZero() {
		t.Errorf("100 KB over UDP: %+v", x)
	}
	if x := over(t, transports.TCP, 100_000, nil); x.got != 100_000 || x.took == probe.Never {
		t.Errorf("100 KB over TCP: %+v", x)
	}
	if x := over(t, transports.UDP, 100_000, func(c *link.Conditions) { c.Drop = []int{3} }); x.took != probe.Never || x.sent-x.got != fullDatagram {
		t.Errorf("100 KB over UDP without the third datagram: %+v", x)
	}
	x = over(t, transports.UDP, 100_000, func(c *link.Conditions) { c.Rate = 1e3 })
	if x.sent != 0 || !strings.Contains(x.cut.String(), "takes 832 s at least") {
		t.Errorf("100 KB at 1 kbit/s: %+v", x)
	}
}

// TestBlameMachine: what is not as expected is the wire's fault where it cannot
// carry the rate, and nothing else is.
func TestBlameMachine(t *testing.T) {
	rows := func(value float64) []result.Measurement {
		slow, fine, free := result.Row("slow", "", ""), result.Row("fine", "", ""), result.Row("free", "", "")
		slow.Put("tcp", result.Number(value).Expect(19, 18, 20))
		fine.Put("tcp", result.Number(1).Expect(1, 1, 1))
		free.Put("tcp", result.Number(3))
		return []result.Measurement{*slow, *fine, *free}
	}
	for _, c := range []struct {
		value    float64
		networks int
		why      string
	}{
		{19, 0, ""},
		{13, 1, "this machine's wire carried at most 0 Mbit/s"}, // memory shows no packets
	} {
		o := &probetest.Opened{}
		b := &testbed.Bench{Conditions: usualLink(nil), Transports: []testbed.Transport{transports.TCP}, Driver: o.Memory()}
		all := rows(c.value)
		if err := blameMachine(t.Context(), b, wire.Lateness{}, all); err != nil {
			t.Fatal(err)
		}
		if got := all[0].CutOff["tcp"]; len(o.Wires) != c.networks || got.String() != c.why {
			t.Errorf("%v of 18 to 20: %d networks, cut off because %q, want %d, %q", c.value, len(o.Wires), got, c.networks, c.why)
		}
		if len(all[1].CutOff)+len(all[2].CutOff) > 0 {
			t.Errorf("what is as expected was cut off: %v, %v", all[1].CutOff, all[2].CutOff)
		}
	}
}

// TestBusyMachine: packets that came late are the machine's fault where
// something is not as expected.
func TestBusyMachine(t *testing.T) {
	for _, c := range []struct {
		late int // of 100
		cut  bool
	}{{0, false}, {4, false}, {5, true}} {
		row := result.Row("slow", "", "")
		row.Put("tcp", result.Number(13).Expect(19, 18, 20))
		conditions := usualLink(nil)
		conditions.Client.Rate = 0 // any wire carries that
		b := &testbed.Bench{Conditions: conditions, Transports: []testbed.Transport{transports.TCP}, Driver: (&probetest.Opened{}).Memory()}
		rows := []result.Measurement{*row}
		if err := blameMachine(t.Context(), b, wire.Lateness{Delivered: 100, Late: c.late}, rows); err != nil {
			t.Fatal(err)
		}
		if _, cut := rows[0].CutOff["tcp"]; cut != c.cut {
			t.Errorf("%d of 100 packets late: cut off %v, want %v", c.late, cut, c.cut)
		}
	}
}

// TestExcuse: what is not as theory expects is cut off where a transfer knows why.
func TestExcuse(t *testing.T) {
	why := text.Say("why")
	for _, c := range []struct {
		value  float64
		excuse text.Message
		want   bool
	}{{2, why, false}, {4, why, true}, {4, text.Message{}, false}} {
		row := result.Row("transfer_1m", "", "ms")
		row.Put("tcp", excuse(result.Number(c.value).Expect(2, 1, 3), []transfer{{}, {excuse: c.excuse}}))
		if _, cut := row.CutOff["tcp"]; cut != c.want {
			t.Errorf("%v of 1 to 3, excused %v: cut off %v, want %v", c.value, !c.excuse.IsZero(), cut, c.want)
		}
	}
	n := probe.Bottleneck{Rate: 1e9, Packet: 12 * time.Microsecond, Limit: 64, Trip: 400 * time.Microsecond}
	stood := packet.Flow{Pause: 150 * probetest.Tick, Overflowed: 1}
	paused := packet.Flow{Pause: probetest.Tick}
	if got := n.Uncounted(transports.TCP, stood); !strings.Contains(got.String(), "timeout") {
		t.Errorf("TCP that stood still: %q", got)
	}
	if got := n.Uncounted(transports.TCP, paused); !got.IsZero() {
		t.Errorf("TCP in slow start: %q", got)
	}
	if got := n.Uncounted(transports.TCP, packet.Flow{Pause: 2 * probetest.Tick}); !strings.Contains(got.String(), "busy") {
		t.Errorf("TCP that paused for longer than a round trip: %q", got)
	}
	if got := n.Uncounted(transports.UDP, paused); !strings.Contains(got.String(), "busy") {
		t.Errorf("UDP that paused: %q", got)
	}
}
