// Package nagle is the lesson "Small writes". What it tells is in en.md and ko.md.
package nagle

import (
	"context"
	"embed"

	"fmt"
	"net"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "nagle",
	Also:       []string{"Nagle's algorithm", "TCP_NODELAY", "nodelay", "delayed ACK", "small packets"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runNagle,
	Lesson: packet.Lesson{
		Shows: []packet.Sight{packet.WritesGathered},
	},
}

const (
	burstWrites = 20
	burstSize   = 10
	// initialWindow is how many segments may leave before the first
	// acknowledgement (RFC 6928). Linux and gVisor count segments, however short,
	// and Linux paces none of them, not even under BBR.
	initialWindow = 10
	// burstTries bounds how often a burst is written on a busy machine.
	burstTries = 3
)

// burstPackets is how many packets a burst makes that is written before the
// first acknowledgement comes. With Nagle's algorithm nothing follows the
// first write until then (RFC 9293 section 3.7.4); without it, nothing
// follows the initial window. What waits leaves in one segment.
func burstPackets(t testbed.Transport, noDelay bool) int {
	switch {
	case !t.Stream:
		return burstWrites
	case noDelay:
		return initialWindow + 1
	}
	return 1 + 1
}

// flurry is what became of one burst.
type flurry struct {
	packets int           // with data
	took    time.Duration // writing
}

func runNagle(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	at := result.Row("packets", "Nagle off", "packets")
	gathered := result.Row("packets_nagle", "Nagle on", "packets")
	trip := probe.RoundTrip(b.Conditions)
	for i, row := range []*result.Measurement{at, gathered} {
		noDelay := row == at
		found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (flurry, error) {
			return burstInTime(ctx, b.Attempt(i), t, noDelay, trip)
		})
		if err != nil {
			return nil, err
		}
		for _, t := range b.Transports {
			f := found[t.Name]
			row.Set(t.Name, result.Num(f.packets))
			if t.Stream && trip == 0 {
				continue // acknowledgements come between the writes
			}
			row.ExpectExactly(t.Name, float64(burstPackets(t, noDelay)))
			if t.Stream && f.took >= trip {
				row.CutShort(t.Name, text.Sayf("this machine wrote for %s ms, and acknowledgements came after %s ms", text.Figure(probe.Milliseconds(f.took)), text.Figure(probe.Milliseconds(trip))))
			}
		}
	}
	at.Because("a datagram a write; the initial window of 10 segments (RFC 6928), then the rest in one")
	gathered.Because("a datagram a write; the first at once, the rest together after its acknowledgement (RFC 9293 3.7.4)")
	return result.Rows(2, at, gathered), nil
}

// burstInTime writes bursts until one is written before the first
// acknowledgement can have come: a busy machine may take longer.
func burstInTime(ctx context.Context, b *testbed.Bench, t testbed.Transport, noDelay bool, trip time.Duration) (f flurry, err error) {
	for try := range burstTries {
		f, err = burst(ctx, b.Attempt(try), t, noDelay)
		if err != nil || !t.Stream || f.took < trip {
			break
		}
	}
	return f, err
}

// burst writes a burst to a server that discards it, and counts the packets
// with data that it became. Retransmissions do not count.
func burst(ctx context.Context, b *testbed.Bench, t testbed.Transport, noDelay bool) (f flurry, err error) {
	rec := capture.NewRecorder(100 * burstWrites)
	s, err := b.Start(ctx, t, testbed.ServerOptions{Service: "discard"}, testbed.ClientOptions{Raw: true}, rec.Tap)
	if err != nil {
		return f, err
	}
	defer probe.Close(s, &err)
	conn, err := s.Network.Client().DialContext(ctx, t.Network, s.Server.Addr().String())
	if err != nil {
		return f, fmt.Errorf("dial %s: %w", s.Server.Addr(), err)
	}
	defer probe.Close(conn, &err)
	if err := setNoDelay(conn, noDelay); err != nil {
		return f, err
	}
	began := time.Now()
	for range burstWrites {
		if _, err := conn.Write(make([]byte, burstSize)); err != nil {
			return f, fmt.Errorf("write: %w", err)
		}
	}
	f.took = time.Since(began)
	f.packets, err = dataOnWire(ctx, rec, probe.PortOf(conn.LocalAddr()), probe.EchoTimeout+2*probe.RoundTrip(b.Conditions))
	return f, err
}

// setNoDelay switches Nagle's algorithm where there is one.
func setNoDelay(conn net.Conn, on bool) error {
	c, ok := conn.(interface{ SetNoDelay(bool) error })
	if !ok {
		return nil
	}
	if err := c.SetNoDelay(on); err != nil {
		return fmt.Errorf("set TCP_NODELAY: %w", err)
	}
	return nil
}

// dataOnWire waits until the whole burst has passed the wire, and counts its packets.
func dataOnWire(ctx context.Context, rec *capture.Recorder, port uint16, longest time.Duration) (packets int, err error) {
	for deadline := time.Now().Add(longest); time.Now().Before(deadline); {
		packets, payload := 0, 0
		for _, p := range rec.Packets() {
			if p.From == wire.Client && p.SourcePort() == port && p.Payload > 0 && !p.Retransmission {
				packets++
				payload += p.Payload
			}
		}
		if payload >= burstWrites*burstSize {
			return packets, nil
		}
		if err := probe.Pause(ctx, 2*time.Millisecond); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("the burst did not pass the wire within %v", longest)
}
