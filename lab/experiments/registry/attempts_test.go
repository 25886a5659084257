package registry

import (
	"context"

	"errors"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// opened remembers the wires of the networks that were opened.
type opened struct {
	mu    sync.Mutex
	wires []wire.Options
}

// memory opens networks without packets.
func (o *opened) memory() testbed.Driver {
	return testbed.Driver{Name: "memory", Wired: true, Open: func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		o.note(s)
		return labtest.Memory(s), nil
	}}
}

// nothing opens no network, for experiments that would pour without an end
// where the memory is the only bound.
func (o *opened) nothing() testbed.Driver {
	return testbed.Driver{Name: "nothing", Wired: true, Open: func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		o.note(s)
		return nil, errNoRoom
	}}
}

// few opens so many networks without packets, and no more.
func (o *opened) few(most int) testbed.Driver {
	return testbed.Driver{Name: "few", Wired: true, Open: func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		if o.note(s) > most {
			return nil, errNoRoom
		}
		return labtest.Memory(s), nil
	}}
}

var errNoRoom = errors.New("no room")

// note remembers a wire and tells how many there are.
func (o *opened) note(s testbed.NetworkConfig) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.wires = append(o.wires, s.Wire)
	return len(o.wires)
}

// fates are what chance makes of the first packets of every wire, in order.
func (o *opened) fates() []string {
	var all []string
	for _, w := range o.wires {
		all = append(all, fateOf(w.Seed, "client")+fateOf(w.Seed, "server"))
	}
	slices.Sort(all)
	return all
}

// fateOf is the fate of 32 packets of which half are lost: one of 2^32.
func fateOf(seed uint64, side string) string {
	l, fates := link.New(link.Conditions{Loss: 0.5}, seed, side), []byte(strings.Repeat(".", 32))
	for i := range fates {
		if l.Offer(0, []byte{0}).Fate == link.Lost {
			fates[i] = 'x'
		}
	}
	return string(fates)
}

// fatesIn runs an experiment through one transport and tells the fates of its
// networks.
func fatesIn(t *testing.T, id string, transport testbed.Transport, change func(*link.Conditions)) []string {
	e := All()[slices.IndexFunc(All(), func(e experiments.Experiment) bool { return e.ID == id })]
	change(&e.Conditions.Client)
	change(&e.Conditions.Server)
	o := &opened{}
	b := &testbed.Bench{
		Options:    result.Options{Messages: 50, Size: 64, Quick: true},
		Transports: []testbed.Transport{transport}, Conditions: e.Conditions, Driver: o.memory(),
	}
	switch id {
	case "flow", "congestion":
		b.Driver = o.nothing()
	case "throughput":
		b.Driver = o.few(transferAttempts()) // the last of its networks is for the flow in bulk
	}
	if _, err := e.Run(t.Context(), b); err != nil && !errors.Is(err, errNoRoom) {
		t.Fatal(err)
	}
	return o.fates()
}

// transferAttempts is how many transfers the data transfer rate is judged by.
func transferAttempts() int {
	n := 0
	for _, size := range sizes {
		n += size.attempts
	}
	return n
}

// TestAttemptsDiffer: no two networks of one run share their fates, and what
// UDP meets in an attempt is what TCP meets in the same.
func TestAttemptsDiffer(t *testing.T) {
	asTheyAre := func(*link.Conditions) {}
	for _, c := range []struct {
		id       string
		networks int // of TCP
		change   func(*link.Conditions)
	}{
		{"setup", attempts, func(c *link.Conditions) { c.Loss = 0.1 }},
		{"setup", leastGreetings + 1, asTheyAre}, {"throughput", transferAttempts() + 1, asTheyAre}, {"blocking", 5, asTheyAre},
		{"flow", 2, asTheyAre}, {"congestion", 2, asTheyAre}, {"close", 2, asTheyAre}, {"concurrency", 4, asTheyAre},
		{"sockets", 2, asTheyAre}, {"programs", 4, asTheyAre},
	} {
		synctest.Test(t, func(t *testing.T) {
			tcp, udp := fatesIn(t, c.id, transports.TCP, c.change), fatesIn(t, c.id, transports.UDP, c.change)
			if len(tcp) < c.networks || len(slices.Compact(slices.Clone(tcp))) != len(tcp) {
				t.Errorf("%s: %d networks of TCP, want %d, met the fates %v", c.id, len(tcp), c.networks, tcp)
			}
			if len(udp) == 0 || len(slices.Compact(slices.Clone(udp))) != len(udp) {
				t.Errorf("%s: UDP's networks met the fates %v", c.id, udp)
			}
			for _, fates := range udp {
				if !slices.Contains(tcp, fates) {
					t.Errorf("%s: UDP met the fates %s, TCP did not: %v", c.id, fates, tcp)
				}
			}
		})
	}
}

// lossyGreetings runs setup through one transport over wires that lose a tenth.
func lossyGreetings(t *testing.T, transport testbed.Transport, o testbed.Driver) (*result.Result, error) {
	b := &testbed.Bench{
		Options: result.Options{Messages: 1, Size: 64}, Transports: []testbed.Transport{transport}, Driver: o,
		Conditions: bothWays(link.Conditions{Delay: 10 * ms, Loss: 0.1}),
	}
	b.Conditions.Seed = 7
	rows, err := runSetup(t.Context(), b)
	return &result.Result{Measurements: rows}, err
}

// TestGreetingsLost: all attempts count, and what the links lost is what had no
// reply.
func TestGreetingsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opened{}
		r, err := lossyGreetings(t, transports.UDP, o.memory())
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, w := range o.wires {
			there, back := link.New(w.Client, w.Seed, "client"), link.New(w.Server, w.Seed, "server")
			if there.Offer(0, []byte{0}).Fate == link.Lost || back.Offer(0, []byte{0}).Fate == link.Lost {
				lost++
			}
		}
		got := r.Find("unanswered").Values["udp"].Number
		if len(o.wires) != attempts || lost == 0 || got != float64(lost) {
			t.Errorf("%v of %d attempts had no reply, of %d the message or the reply was lost", got, len(o.wires), lost)
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

func (d deaf) Client() testbed.Host { return deafHost{d.Network.Client()} }

type deafHost struct{ testbed.Host }

func (deafHost) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestNoConnection: an attempt without a connection is one without a reply, and
// where none has one, the cells say so and why.
func TestNoConnection(t *testing.T) {
	for _, c := range []struct{ every, want int }{{5, attempts / 5}, {1, attempts}} {
		synctest.Test(t, func(t *testing.T) {
			o := &opened{}
			some := o.memory()
			some.Open = func(_ context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
				if o.note(s)%c.every == 0 {
					return deaf{labtest.Memory(s)}, nil
				}
				return labtest.Memory(s), nil
			}
			r, err := lossyGreetings(t, transports.TCP, some)
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
		{transports.UDP, link.Conditions{Jitter: ms}, 0, 0, 0},
		{transports.TCP, link.Conditions{Loss: 0.1}, 0, 0, 1},
		{transports.TCP, link.Conditions{Jitter: ms}, 0, 0, 0},
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
		expectUnanswered(row, c.t, bothWays(c.c), 512)
		got, ok := row.Expected[c.t.Name]
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		same := math.Abs(got.Number-c.want) < 1e-9 && low == c.low && high == c.high
		if ok != (c.want >= 0) || ok && !same {
			t.Errorf("%s, %+v: %v (%v to %v), want %v (%v to %v)", c.t.Name, c.c, got, low, high, c.want, c.low, c.high)
		}
	}
}
