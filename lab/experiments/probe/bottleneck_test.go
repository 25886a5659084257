package probe

import (
	"fmt"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestBottleneck: the figures of a path of 10 Mbit/s, 20 ms and 64 packets.
func TestBottleneck(t *testing.T) {
	n := BottleneckOf(wire.BothWays(link.Conditions{Delay: 10 * probetest.Tick, Rate: 10e6, Limit: 64, Loss: 0.25}))
	if n.Packet != 1200*time.Microsecond || n.Trip != 21200*time.Microsecond || n.FullRTT() != 98*probetest.Tick {
		t.Errorf("a packet takes %v, a round trip %v, with a full queue %v", n.Packet, n.Trip, n.FullRTT())
	}
	if math.Abs(n.BDP-17.667) > 0.001 || math.Abs(n.Pipe()-81.667) > 0.001 || n.Drop != 0.25 {
		t.Errorf("%v packets are the path, %v with the queue, and %v of them are dropped", n.BDP, n.Pipe(), n.Drop)
	}
	if got := BottleneckOf(wire.BothWays(link.Conditions{Rate: 1e6})).Limit; got != link.DefaultLimit {
		t.Errorf("without a limit %v packets wait", got)
	}
}

// TestSettledFlow: slow start is over when its losses are repaired, twice where
// the queue is short, or when nothing grows any more.
func TestSettledFlow(t *testing.T) {
	long, short := Bottleneck{Rate: 12e6, BDP: 10, Limit: 30, Trip: 10 * probetest.Tick, Packet: probetest.Tick}, Bottleneck{Rate: 12e6, BDP: 30, Limit: 3, Trip: 30 * probetest.Tick, Packet: probetest.Tick}
	look := func(n Bottleneck, flows ...packet.Flow) int {
		s := n.Settled()
		for i, f := range flows {
			if s(time.Duration(i)*n.Trip, []packet.Flow{f}) {
				return i
			}
		}
		return -1
	}
	for _, c := range []struct {
		name  string
		n     Bottleneck
		flows []packet.Flow
		want  int
	}{
		{"half of the rate", long, even(20, 5*1448), -1},
		{"all of it", long, even(20, 10*1448), 5}, // for 40 + 10 ms
		{"dropped", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9}, {Fresh: 32, Overflowed: 9}}, -1},
		{"repaired", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9}, {Fresh: 32, Overflowed: 9, Repairs: 1}}, 2},
		{"lost by chance, repaired", long, []packet.Flow{{Fresh: 10}, {Fresh: 30, Lost: 1, Repairs: 1}}, 1},
		{"repaired once, a short queue", short, []packet.Flow{{Fresh: 10}, {Fresh: 30, Overflowed: 9, Repairs: 1}}, -1},
		{"repaired twice, a short queue, never full", short, []packet.Flow{{}, {Fresh: 30, Overflowed: 9, Repairs: 1}, {Fresh: 60, Overflowed: 10, Repairs: 2}}, -1},
		{"filled and repaired, a short queue", short, []packet.Flow{
			{}, {Overflowed: 9, Repairs: 1}, {Fresh: 30 * 1448, Overflowed: 9, Repairs: 1},
			{Fresh: 50 * 1448, Overflowed: 10, Repairs: 2}}, 3},
		{"nothing yet", long, make([]packet.Flow, 50), -1},
	} {
		if got := look(c.n, c.flows...); got != c.want {
			t.Errorf("%s: after %d looks, want %d", c.name, got, c.want)
		}
	}
}

// even is a flow that gets on by as many bytes in every round trip.
func even(trips, bytes int) []packet.Flow {
	all := make([]packet.Flow, trips)
	for i := range all {
		all[i].Fresh = i * bytes
	}
	return all
}

// TestDisturbance: what no path explains is the machine's.
func TestDisturbance(t *testing.T) {
	n := Bottleneck{Rate: 12e6, Packet: probetest.Tick, Trip: 20 * probetest.Tick, BDP: 20, Limit: 30}
	for _, c := range []struct {
		name string
		f    packet.Flow
		want string
	}{
		{"nothing", packet.Flow{Packets: 1, Rounds: 10, Trips: 490 * probetest.Tick, Lateness: wire.Lateness{Delivered: 100, Late: 5}, Pause: 49 * probetest.Tick}, ""},
		{"late packets", packet.Flow{Rounds: 10, Trips: 490 * probetest.Tick, Lateness: wire.Lateness{Delivered: 100, Late: 6}}, "6 % of the packets came more than 2 ms late"},
		{"long round trips", packet.Flow{Rounds: 10, Trips: 600 * probetest.Tick}, "a round trip took 60 ms, the path with a full queue takes 50 ms"},
		{"no processor", packet.Flow{Rounds: 10, Trips: 490 * probetest.Tick, Packets: 1, Pause: 51 * probetest.Tick}, "offered nothing for 51 ms"},
		{"TCP waited for its timeout", packet.Flow{Rounds: 10, Trips: 490 * probetest.Tick, Packets: 1, Pause: 300 * probetest.Tick, Overflowed: 1}, ""},
		{"UDP that never began", packet.Flow{}, "offered nothing for 1000 ms"},
		{"UDP without a processor", packet.Flow{Packets: 1, Pause: 31 * probetest.Tick, Overflowed: 100}, "offered nothing for 31 ms"},
	} {
		if got := n.Disturbance(FlowResult{Flow: c.f, Lasted: time.Second}).String(); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPausedShort: a pause of half of what a queue lasts counts, if the queue lasts
// no longer than a packet may be late.
func TestPausedShort(t *testing.T) {
	for _, c := range []struct {
		packet, pause time.Duration
		want          bool
	}{
		{10 * time.Microsecond, 499 * time.Microsecond, false}, {10 * time.Microsecond, 500 * time.Microsecond, true},
		{20 * time.Microsecond, probetest.Tick, true}, {21 * time.Microsecond, 10 * probetest.Tick, false},
	} {
		n := Bottleneck{Rate: 12e3 / c.packet.Seconds(), Packet: c.packet, Limit: 100}
		if got := n.PausedShort(FlowResult{Flow: packet.Flow{Pause: c.pause}}); got.IsZero() == c.want {
			t.Errorf("a queue of %v, a pause of %v: %q", Scale(c.packet, 100), c.pause, got)
		}
	}
	if got := (Bottleneck{Limit: 100}).PausedShort(FlowResult{Flow: packet.Flow{Pause: probetest.Tick}}); !got.IsZero() {
		t.Errorf("without a rate: %q", got)
	}
}

// TestTimeout: a flow that stood still for longer than a round trip, and than half of
// the shortest timer, after a drop.
func TestTimeout(t *testing.T) {
	short, long := Bottleneck{Trip: 20 * probetest.Tick}, Bottleneck{Trip: 500 * probetest.Tick}
	for _, c := range []struct {
		n    Bottleneck
		f    packet.Flow
		want bool
	}{
		{short, packet.Flow{Pause: 100 * probetest.Tick, Overflowed: 1}, false},
		{short, packet.Flow{Pause: 101 * probetest.Tick, Overflowed: 1}, true},
		{long, packet.Flow{Pause: 500 * probetest.Tick, Overflowed: 1}, false},
		{long, packet.Flow{Pause: 501 * probetest.Tick, Overflowed: 1}, true},
		{short, packet.Flow{Pause: 101 * probetest.Tick, Repairs: 1}, true}, {short, packet.Flow{Pause: 101 * probetest.Tick}, false},
	} {
		if got := c.n.Timeout(FlowResult{Flow: c.f}); got.IsZero() == c.want {
			t.Errorf("%v, %+v: %q", c.n.Trip, c.f, got.String())
		}
	}
}

// TestOverfilled: slow start may lose twice what path and queue hold, and what comes
// behind it one packet in twenty.
func TestOverfilled(t *testing.T) {
	const pipe = 100
	for _, c := range []struct {
		overshoot, packets, dropped int
		want                        bool
	}{
		{pipe / overshootShare, 1000, 2*pipe + 50, false}, {pipe / overshootShare, 1000, 2*pipe + 51, true},
		{pipe / overshootShare, 10_000, 2*pipe + 500, false}, {0, 1000, 1000, false},
	} {
		f := packet.Flow{Packets: c.packets, Overflowed: c.dropped}
		if got := (FlowPlan{Overshoot: c.overshoot}).overfilled(f); got != c.want {
			t.Errorf("%d of %d packets dropped: overfilled %v, want %v", c.dropped, c.packets, got, c.want)
		}
	}
}

// TestStartsOver: a flow is measured anew when the queue dropped for the first
// time, or when slow start overfilled it.
func TestStartsOver(t *testing.T) {
	again := FlowPlan{Again: func() FlowState { return nil }, Overshoot: 40}
	once := []packet.Flow{{Packets: 1000, Overflowed: 480}}
	for _, c := range []struct {
		name          string
		before, after []packet.Flow
		want          bool
	}{
		{"nothing dropped", once, []packet.Flow{{Packets: 1900, Overflowed: 480}}, false},
		{"a few", once, []packet.Flow{{Packets: 1900, Overflowed: 490}}, false},
		{"slow start", once, []packet.Flow{{Packets: 1900, Overflowed: 810}}, true},
		{"many of very many", once, []packet.Flow{{Packets: 9000, Overflowed: 530}}, false},
		{"the first time", []packet.Flow{{Packets: 1000}}, []packet.Flow{{Packets: 1900, Overflowed: 1}}, true},
	} {
		if got := again.startsOver(c.before, c.after); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if (FlowPlan{}).startsOver(once, []packet.Flow{{Packets: 1900, Overflowed: 810}}) {
		t.Error("where nobody knows what slow start loses, it is said to show")
	}
}

// TestBackoff: how far windows go back when the queue drops.
func TestBackoff(t *testing.T) {
	for control, want := range map[string]float64{"reno": 0.5, "cubic": 0.7, "bbr": 0.5, "": 0.5} {
		if got := Backoff(control); got != want {
			t.Errorf("%s goes back to %v, want %v", control, got, want)
		}
	}
}

// TestEndedEarly: a server that does not answer in time, and a transport that gave
// up, are results; another error is one.
func TestEndedEarly(t *testing.T) {
	late := &testbed.DialError{After: 30 * time.Second, Err: os.ErrDeadlineExceeded}
	broken := &BrokenError{Transport: "tcp", Flow: 1, After: 2 * time.Second, Err: syscall.ETIMEDOUT}
	for _, c := range []struct {
		err   error
		after time.Duration
		want  string
	}{
		{fmt.Errorf("tcp flow 1: %w", late), 30 * time.Second, "no connection in 30 s"},
		{broken, 2 * time.Second, "the connection broke after 2 s (" + syscall.ETIMEDOUT.Error() + ")"},
		{&testbed.DialError{Err: syscall.EINVAL}, 0, ""}, {syscall.EINVAL, 0, ""}, {nil, 0, ""},
	} {
		r, ok := EndedEarly(c.err)
		if ok != (c.want != "") || r.Lasted != c.after || r.Ended.String() != c.want {
			t.Errorf("%v: ended early %v, %v, %q; want %v, %q", c.err, ok, r.Lasted, r.Ended, c.after, c.want)
		}
	}
}
