package testbed

import (
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// TestTimeouts: an exchange waits as long as its conditions can need, and no
// conditions make it wait for ever.
func TestTimeouts(t *testing.T) {
	w := Workload{Messages: 100, Size: 500}
	both := func(c link.Conditions) wire.Options { return wire.Options{Client: c, Server: c} }
	const second = time.Second
	for _, c := range []struct {
		name  string
		t     Transport
		c     link.Conditions
		least Timeouts
		most  Timeouts
	}{
		{"UDP, clean", Transport{Name: "udp"}, link.Conditions{}, Timeouts{Silence: slack}, Timeouts{Silence: slack, Total: longest}},
		{"UDP, delay and jitter", Transport{Name: "udp"}, link.Conditions{Delay: second, Jitter: second / 2}, Timeouts{Silence: 3*second + slack}, Timeouts{Silence: 3*second + slack, Total: longest}},
		{"UDP, a full queue", Transport{Name: "udp"}, link.Conditions{Rate: 12e6, Limit: 999}, Timeouts{Silence: 2*second + slack}, Timeouts{Silence: 2*second + slack, Total: longest}},
		{"UDP, copies", Transport{Name: "udp"}, link.Conditions{Delay: second, Duplicate: 0.1}, Timeouts{Linger: 2 * second}, Timeouts{Silence: longest, Linger: 3 * second, Total: longest}},
		// 100 packets in windows that grow by one take 14 round trips
		{"TCP, clean", Transport{Name: "tcp", Reliable: true}, link.Conditions{Delay: second}, Timeouts{Total: 28*second + slack}, Timeouts{Total: 45 * second}},
		{"TCP, one loss and its resends", Transport{Name: "tcp", Reliable: true}, link.Conditions{Drop: []int{1}}, Timeouts{Total: second}, Timeouts{Total: 5 * second}},
		{"TCP, a slow link", Transport{Name: "tcp", Reliable: true}, link.Conditions{Rate: 50e3}, Timeouts{Total: 8 * second}, Timeouts{Total: longest}},
		{"TCP, much loss", Transport{Name: "tcp", Reliable: true}, link.Conditions{Loss: 0.3}, Timeouts{Total: longest}, Timeouts{Total: longest}},
		{"TCP, everything lost", Transport{Name: "tcp", Reliable: true}, link.Conditions{Loss: 1}, Timeouts{Total: longest}, Timeouts{Total: longest}},
		{"TCP, half of them by count", Transport{Name: "tcp", Reliable: true}, link.Conditions{Exact: link.Exact{Drop: 1, Of: 2}}, Timeouts{Total: longest}, Timeouts{Total: longest}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := timeoutsFor(c.t, both(c.c), w, longest)
			for what, d := range map[string][3]time.Duration{
				"total": {c.least.Total, p.Total, c.most.Total}, "silence": {c.least.Silence, p.Silence, c.most.Silence}, "linger": {c.least.Linger, p.Linger, c.most.Linger},
			} {
				if d[1] < d[0] || d[1] > d[2] {
					t.Errorf("%s is %v, want %v to %v", what, d[1], d[0], d[2])
				}
			}
		})
	}
}

// TestTimeoutsWhereWaitingIsFree: an exchange over two seconds of delay and a
// lossy wire gets the hours that it needs, and no less under worse conditions.
func TestTimeoutsWhereWaitingIsFree(t *testing.T) {
	const bound = 6 * time.Hour
	w := Workload{Messages: 1000, Size: 512, Every: time.Millisecond}
	last := time.Duration(0)
	for _, loss := range []float64{0, 0.01, 0.1, 0.3, 0.5} {
		c := link.Conditions{Delay: 2 * time.Second, Loss: loss}
		p := timeoutsFor(Transport{Name: "tcp", Reliable: true}, wire.Options{Client: c, Server: c}, w, bound)
		if p.Total < last || p.Total > bound {
			t.Errorf("loss %v: an exchange waits %v, want at least %v and at most %v", loss, p.Total, last, bound)
		}
		last = p.Total
	}
	// 1000 packets in windows of 1.22/sqrt(0.19) = 2.8 take 357 round trips of 4 s.
	c := link.Conditions{Delay: 2 * time.Second, Loss: 0.1}
	if p := timeoutsFor(Transport{Name: "tcp", Reliable: true}, wire.Options{Client: c, Server: c}, w, bound); p.Total < 357*4*time.Second {
		t.Errorf("an exchange waits %v, want at least 357 round trips", p.Total)
	}
}
