package wire

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"echolab/lab/link"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bubble joins two memory devices in virtual time and sends count packets of
// size bytes from the client, one after each interval.
func bubble(t *testing.T, o Options, count, size int, every time.Duration) (*Wire, *log) {
	t.Helper()
	var l log
	client, server := newMemory(nil), newMemory(nil)
	w := connect(client, server, o, l.tap, newTimer)
	for i := range count {
		client.sent <- ipv4(byte(i+1), size)
		synctest.Wait()
		time.Sleep(every)
	}
	return w, &l
}

func TestHandOverTimes(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		name       string
		conditions link.Conditions
		count      int
		size       int
		every      time.Duration
		want       []time.Duration
	}{
		{"at once", link.Conditions{}, 3, 100, ms, []time.Duration{0, ms, 2 * ms}},
		{"delay", link.Conditions{Delay: 10 * ms}, 3, 100, ms, []time.Duration{10 * ms, 11 * ms, 12 * ms}},
		{"delay of a burst", link.Conditions{Delay: 10 * ms}, 3, 100, 0, []time.Duration{10 * ms, 10 * ms, 10 * ms}},
		{"rate", link.Conditions{Rate: 12e6}, 3, 1500, 0, []time.Duration{ms, 2 * ms, 3 * ms}},
		{"rate and delay", link.Conditions{Rate: 12e6, Delay: 10 * ms}, 2, 1500, 0, []time.Duration{11 * ms, 12 * ms}},
		{"copies", link.Conditions{Duplicate: 1, Delay: ms}, 1, 100, 0, []time.Duration{ms, ms}},
		{"dropped", link.Conditions{Drop: []int{1, 3}}, 3, 100, ms, []time.Duration{ms}},
		{"overtaking", link.Conditions{Reorder: 1, Delay: 10 * ms}, 2, 100, ms, []time.Duration{0, ms}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, l := bubble(t, Options{Client: test.conditions}, test.count, test.size, test.every)
				time.Sleep(time.Second)
				w.Close()
				if got := times(l.handed(Client)); !slices.Equal(got, test.want) {
					t.Errorf("packets were handed over at %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestAsTheLinkSays holds the wire to its link: under any conditions, packets
// are handed over exactly when and as a link alone would hand them over.
func TestAsTheLinkSays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := link.Conditions{
			Loss:      rapid.SampledFrom([]float64{0, 0.2}).Draw(r, "loss"),
			Delay:     rapid.SampledFrom([]time.Duration{1, 10, 30}).Draw(r, "delay") * time.Millisecond,
			Jitter:    rapid.SampledFrom([]time.Duration{0, 5, 40}).Draw(r, "jitter") * time.Millisecond,
			Reorder:   rapid.SampledFrom([]float64{0, 0.3}).Draw(r, "reorder"),
			Duplicate: rapid.SampledFrom([]float64{0, 0.3}).Draw(r, "duplicate"),
			Corrupt:   rapid.SampledFrom([]float64{0, 0.3}).Draw(r, "corrupt"),
			Rate:      rapid.SampledFrom([]float64{0, 1e6}).Draw(r, "rate"),
		}
		seed := rapid.Uint64().Draw(r, "seed")
		const count, size, every = 50, 200, time.Millisecond
		synctest.Test(t, func(t *testing.T) {
			w, l := bubble(t, Options{Client: c, Seed: seed}, count, size, every)
			time.Sleep(time.Second)
			w.Close()
			got, want := l.handed(Client), alone(link.New(c, seed, "client"), count, size, every)
			for i := range want {
				want[i].Joined = w.start
			}
			for i := range got {
				got[i].Queue = 0 // one that comes and one that goes at the same time may count in either order
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%v, seed %d: handed over\n%v\nwant\n%v", c, seed, got, want)
			}
			if queued := l.fates(Client)[link.Queued]; queued != len(got) {
				t.Errorf("%v: %d packets were queued and %d handed over", c, queued, len(got))
			}
		})
	})
}

// alone is what a link without a wire does to the packets of a bubble.
func alone(l *link.Link, count, size int, every time.Duration) []Event {
	var events []Event
	take := func(now time.Duration) {
		for {
			p, ok := l.Take(now)
			if !ok {
				return
			}
			events = append(events, Event{
				Time: now, Number: p.Number, Copy: p.Copy, Fate: p.Fate, Cause: p.Cause, Packet: slices.Clone(p.Bytes),
			})
		}
	}
	for i := range count {
		l.Offer(time.Duration(i)*every, ipv4(byte(i+1), size))
		take(time.Duration(i) * every)
		for due, ok := l.Next(); ok && due < time.Duration(i+1)*every; due, ok = l.Next() {
			take(due)
		}
	}
	for due, ok := l.Next(); ok; due, ok = l.Next() {
		take(due)
	}
	return events
}

func TestEveryPacketMakesItsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := link.Conditions{Loss: 0.2, Duplicate: 0.2, Corrupt: 0.2, Delay: time.Millisecond, Rate: 10e6, Limit: 20}
		w, l := bubble(t, Options{Client: c, Seed: 1}, 200, 500, 200*time.Microsecond)
		time.Sleep(time.Second)
		w.Close()
		type packet struct {
			number int
			copy   bool
		}
		offered, handed := map[packet]int{}, map[packet]int{}
		for _, e := range l.events {
			switch p := (packet{e.Number, e.Copy}); e.Fate {
			case link.Queued:
				offered[p]++
				handed[p]-- // until it comes to its end
			case link.Lost, link.Overflowed:
				offered[p]++
			default:
				handed[p]++
			}
		}
		for number := range 200 {
			if n := offered[packet{number + 1, false}]; n != 1 {
				t.Errorf("packet %d was offered %d times", number+1, n)
			}
		}
		for p, n := range handed {
			if n != 0 || offered[p] != 1 {
				t.Errorf("%+v was offered %d times, and handed over %d times more than queued", p, offered[p], n)
			}
		}
		fates := l.fates(Client)
		for _, fate := range []link.Fate{link.Queued, link.Delivered, link.Lost, link.Overflowed, link.Corrupted} {
			if fates[fate] == 0 {
				t.Errorf("no packet has fate %v: the test shows nothing", fate)
			}
		}
	})
}

func TestDirectionsHaveTheirOwnConditions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		client, server := newMemory(nil), newMemory(nil)
		w := connect(client, server, Options{
			Client: link.Conditions{Delay: 10 * time.Millisecond}, Server: link.Conditions{Drop: []int{1}},
		}, l.tap, newTimer)
		client.sent <- ipv4(1, 100)
		server.sent <- ipv4(2, 100)
		time.Sleep(time.Second)
		w.Close()
		if got := times(l.handed(Client)); !slices.Equal(got, []time.Duration{10 * time.Millisecond}) {
			t.Errorf("the client's packet was handed over at %v, want 10ms", got)
		}
		if got := l.handed(Server); len(got) != 0 || l.fates(Server)[link.Lost] != 1 {
			t.Errorf("the server's packet was handed over (%v), want it lost", got)
		}
	})
}

func TestOnlyIPv4IsOffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		client, server := newMemory(nil), newMemory(nil)
		w := connect(client, server, Options{}, l.tap, newTimer)
		solicitation := make([]byte, 48)
		solicitation[0] = 0x60
		for _, p := range [][]byte{solicitation, ipv4(1, 100), {}, solicitation, ipv4(2, 100)} {
			client.sent <- p
		}
		synctest.Wait()
		w.Close()
		if n := l.fates(Client)[link.Queued]; n != 2 || len(client.sent) != 0 {
			t.Errorf("%d of 5 packets were offered and %d not read, want 2 and 0", n, len(client.sent))
		}
		for i, e := range l.handed(Client) {
			if e.Number != i+1 || e.Packet[1] != byte(i+1) {
				t.Errorf("IPv4 packet %d has number %d", e.Packet[1], e.Number)
			}
		}
	})
}

func TestRefusedPacketsStopNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		refused, taken := 0, 0
		server := newMemory(func(p []byte) error {
			if p[0]>>4 != 4 {
				refused++
				return errRefused
			}
			taken++
			return nil
		})
		client := newMemory(nil)
		// In packets of 2 bytes, a quarter of the flips hit the version.
		w := connect(client, server, Options{Client: link.Conditions{Corrupt: 1}}, l.tap, newTimer)
		for i := range 64 {
			client.sent <- ipv4(byte(i), 2)
		}
		synctest.Wait()
		w.Close()
		if refused == 0 || refused+taken != 64 {
			t.Errorf("refused %d and took %d of 64 packets", refused, taken)
		}
		if n := l.fates(Client)[link.Corrupted]; n != 64 {
			t.Errorf("%d packets were handed over damaged, want 64", n)
		}
	})
}

func TestFaultOfADevicePasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l log
		client, server := newMemory(nil), newMemory(nil)
		w := connect(client, server, Options{}, l.tap, newTimer)
		client.faults <- errors.New("no buffer space available")
		synctest.Wait()
		client.sent <- ipv4(1, 100)
		time.Sleep(2 * pause)
		w.Close()
		if n := l.fates(Client)[link.Delivered]; n != 1 {
			t.Errorf("%d packets were delivered, want the one after the fault", n)
		}
	})
}

func TestCloseForgetsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, l := bubble(t, Options{Client: link.Conditions{Delay: time.Second}}, 5, 100, 0)
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("close again: %v", err)
		}
		if n := l.fates(Client); n[link.Queued] != 5 || len(n) != 1 {
			t.Errorf("packets by fate are %v, want 5 queued", n)
		}
		if now := w.Now(); now != 0 {
			t.Errorf("closing took %v", now)
		}
	})
}

func TestCloseReportsTheDevices(t *testing.T) {
	w := Connect(failing{newMemory(nil)}, newMemory(nil), Options{})
	if err := w.Close(); !errors.Is(err, errRefused) {
		t.Errorf("close: %v, want the device's error", err)
	}
}

type failing struct{ *memory }

func (f failing) Close() error {
	f.memory.Close()
	return errRefused
}

// TestNeverEarly runs in real time: whatever the machine's timers do, no
// packet is handed over before its delay is over.
func TestNeverEarly(t *testing.T) {
	const count, delay = 200, 3 * time.Millisecond
	var l log
	all := make(chan struct{})
	client, server := newMemory(nil), newMemory(func(p []byte) error {
		if p[1] == count {
			close(all)
		}
		return nil
	})
	w := Connect(client, server, Options{Client: link.Conditions{Delay: delay}}, l.tap)
	for i := range count {
		client.sent <- ipv4(byte(i+1), 100)
	}
	select {
	case <-all:
	case <-time.After(30 * time.Second):
		t.Error("not all packets were handed over within 30 s")
	}
	w.Close()
	offered := map[int]time.Duration{}
	for _, e := range l.events {
		if e.Fate == link.Queued {
			offered[e.Number] = e.Time
		} else if took := e.Time - offered[e.Number]; took < delay {
			t.Errorf("packet %d took %v, want %v at least", e.Number, took, delay)
		}
	}
}
