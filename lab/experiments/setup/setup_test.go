package setup

import (
	"context"
	"math"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// lossySetup runs setup through one transport over wires that lose a tenth.
func lossySetup(t *testing.T, transport testbed.Transport, o testbed.Driver) (*result.Result, error) {
	b := &testbed.Bench{
		Options: result.Options{Messages: 1, Size: 64}, Transports: []testbed.Transport{transport}, Driver: o,
		Conditions: wire.BothWays(link.Conditions{Delay: 10 * probetest.Tick, Loss: 0.1}),
	}
	b.Conditions.Seed = 7
	rows, err := runSetup(t.Context(), b)
	return &result.Result{Measurements: rows}, err
}

// TestLostAttempts: all attempts count, and what the links lost is what had no
// reply.
func TestLostAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &probetest.Opened{}
		r, err := lossySetup(t, transports.UDP, o.Memory())
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, w := range o.Wires {
			there, back := link.New(w.Client, w.Seed, "client"), link.New(w.Server, w.Seed, "server")
			if there.Offer(0, []byte{0}).Fate == link.Lost || back.Offer(0, []byte{0}).Fate == link.Lost {
				lost++
			}
		}
		got := r.Find("unanswered").Values["udp"].Number
		if len(o.Wires) != attempts || lost == 0 || got != float64(lost) {
			t.Errorf("%v of %d attempts had no reply, of %d the message or the reply was lost", got, len(o.Wires), lost)
		}
		reply := r.Find("first_reply_rtts")
		want := result.Spread{Min: 1, Max: 1, Runs: attempts - lost}
		if reply.Values["udp"].Number != 1 || reply.Spread["udp"] != want {
			t.Errorf("the first reply took %v RTT, %v; want 1, %v", reply.Values["udp"], reply.Spread["udp"], want)
		}
	})
}

// deaf is a network whose client's packets all get lost.
type deaf struct{ testbed.Network }

func (d deaf) Client() testbed.Host { return probetest.DeafHost{Host: d.Network.Client()} }

// TestNoConnection: an attempt without a connection is one without a reply, and
// where none has one, the cells say so and why.
func TestNoConnection(t *testing.T) {
	for _, c := range []struct{ every, want int }{{5, attempts / 5}, {1, attempts}} {
		synctest.Test(t, func(t *testing.T) {
			o := &probetest.Opened{}
			some := o.Memory()
			some.Open = func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
				if o.Note(s)%c.every == 0 {
					return deaf{labtest.Memory(s)}, nil
				}
				return labtest.Memory(s), nil
			}
			r, err := lossySetup(t, transports.TCP, some)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == attempts {
				for _, id := range []string{"connect", "connect_rtts", "first_reply_rtts", "packets_before_data", "syn_windows"} {
					m := r.Find(id)
					why := "no connection in 30 s, SYN sent 0 times (with 10 % lost there and 10 % back, at most 100 % of all attempts)"
					if m.Values["tcp"] != result.Word("no connection") || m.CutOff["tcp"].String() != why {
						t.Errorf("%s is %v, cut off: %v", id, m.Values["tcp"], m.CutOff["tcp"])
					}
				}
				return
			}
			got, n := r.Find("unanswered").Values["tcp"].Number, r.Find("connect").Spread["tcp"].Runs
			if got != float64(c.want) || n != attempts-c.want {
				t.Errorf("%v attempts without a reply, %d with a connection; want %d, all others", got, n, c.want)
			}
		})
	}
}

// TestExpectUnanswered: 0.19 of UDP's attempts, and of TCP's those of which
// five SYNs in a row are lost, one in 4,000.
func TestExpectUnanswered(t *testing.T) {
	for _, c := range []struct {
		t         testbed.Transport
		c         link.Conditions
		want      float64 // < 0: nothing is expected
		low, high float64
	}{
		{transports.UDP, link.Conditions{Loss: 0.1}, 4.75, 0, 12},
		{transports.UDP, link.Conditions{Loss: 0.5}, 18.75, 11, 25},
		{transports.UDP, link.Conditions{Jitter: probetest.Tick}, 0, 0, 0},
		{transports.TCP, link.Conditions{Loss: 0.1}, 0, 0, 1},
		{transports.TCP, link.Conditions{Jitter: probetest.Tick}, 0, 0, 0},
		{transports.UDP, link.Conditions{Loss: 1}, 25, 25, 25},
		{transports.TCP, link.Conditions{Loss: 1}, 25, 25, 25},
		// the first packet of a wire is dropped with the share of the long run
		{transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}}, 4.75, 0, 12},
		{transports.UDP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 2}}, 18.75, 11, 25},
		{transports.UDP, link.Conditions{Loss: 0.2, Duplicate: 1}, 25 * (1 - 0.768), 0, 13},
		{transports.UDP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}, Duplicate: 0.1}, -1, 0, 0},
		{transports.UDP, link.Conditions{Rate: 1e6}, -1, 0, 0},
		{transports.TCP, link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 3}}, -1, 0, 0},
		{transports.TCP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 2}}, -1, 0, 0},
	} {
		row := result.Row("unanswered", "", "count")
		row.Put(c.t.Name, expectUnanswered(result.Cell{}, c.t, wire.BothWays(c.c), 512))
		got, ok := row.Expected[c.t.Name]
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		same := math.Abs(got.Number-c.want) < 1e-9 && low == c.low && high == c.high
		if ok != (c.want >= 0) || ok && !same {
			t.Errorf("%s, %+v: %v (%v to %v), want %v (%v to %v)", c.t.Name, c.c, got, low, high, c.want, c.low, c.high)
		}
	}
}

// TestAttemptsDiffer: every handshake has fates of its own.
func TestAttemptsDiffer(t *testing.T) {
	for loss, networks := range map[float64]int{0: leastSamples + 1, 0.1: attempts} {
		synctest.Test(t, func(t *testing.T) {
			probetest.Attempts(t, Experiment, networks, (*probetest.Opened).Memory, func(c *link.Conditions) { c.Loss = loss })
		})
	}
}
