// Package nagle is the lesson "Small writes". What it tells is in en.md and ko.md.
package nagle

import (
	"context"
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
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "nagle",
	Also:       []string{"Nagle's algorithm", "TCP_NODELAY", "nodelay", "delayed ACK", "small packets"},
	Prose:      experiments.Read("nagle"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        experiments.SideBySide(writeBoth, rows),
	Lesson:     packet.Lesson{Shows: []packet.Sight{packet.WritesGathered}},
}

const (
	burstWrites = 20
	burstSize   = 10
	// burstTries bounds how often a burst is written on a busy machine.
	burstTries = 3
)

// burstPackets is how many packets a burst makes that is written before the
// first acknowledgement comes. With Nagle's algorithm nothing follows the
// first write until then (RFC 9293 section 3.7.4); without it, nothing
// follows the initial window: Linux and gVisor count segments, however short,
// and Linux paces none of them, not even under BBR. What waits leaves in one segment.
func burstPackets(t testbed.Transport, noDelay bool) int {
	switch {
	case !t.Stream:
		return burstWrites
	case noDelay:
		return theory.InitialWindow + 1
	}
	return 1 + 1
}

// burst is what became of one burst of writes.
type burst struct {
	packets int           // with data
	took    time.Duration // writing
	trip    time.Duration // what passes before the first acknowledgement, at least
}

// writeBoth writes a burst with TCP_NODELAY and one without, which are found by that.
func writeBoth(ctx context.Context, b *testbed.Bench, t testbed.Transport) (map[bool]burst, error) {
	all := map[bool]burst{}
	for i, noDelay := range []bool{true, false} {
		f, err := burstInTime(ctx, b.Attempt(i), t, noDelay)
		if err != nil {
			return nil, err
		}
		all[noDelay] = f
	}
	return all, nil
}

var rows = []experiments.Row[map[bool]burst]{
	{
		ID: "packets", Label: "Nagle off", Unit: "packets", Headline: true, Cell: packets(true),
		Basis: text.Say("a datagram a write; the initial window of 10 segments (RFC 6928), then the rest in one"),
	},
	{
		ID: "packets_nagle", Label: "Nagle on", Unit: "packets", Headline: true, Cell: packets(false),
		Basis: text.Say("a datagram a write; " +
			"the first at once, the rest together after its acknowledgement (RFC 9293 3.7.4)"),
	},
}

// packets are those that a burst made, and those that it should make.
func packets(noDelay bool) func(testbed.Transport, map[bool]burst) result.Cell {
	return func(t testbed.Transport, all map[bool]burst) result.Cell {
		f := all[noDelay]
		c := result.Number(f.packets)
		if t.Stream && f.trip == 0 {
			return c // acknowledgements come between the writes
		}
		c = c.ExpectExactly(float64(burstPackets(t, noDelay)))
		if !t.Stream || f.took < f.trip {
			return c
		}
		return c.CutShort(text.Sayf("this machine wrote for %s ms, and acknowledgements came after %s ms",
			text.Figure(probe.Milliseconds(f.took)), text.Figure(probe.Milliseconds(f.trip))))
	}
}

// burstInTime writes bursts until one is written before the first
// acknowledgement can have come: a busy machine may take longer.
func burstInTime(ctx context.Context, b *testbed.Bench, t testbed.Transport, noDelay bool) (f burst, err error) {
	for try := range burstTries {
		f, err = writeBurst(ctx, b.Attempt(try), t, noDelay)
		if err != nil || !t.Stream || f.took < f.trip {
			break
		}
	}
	return f, err
}

// writeBurst writes a burst to a server that discards it, and counts the packets
// with data that it became. Retransmissions do not count.
func writeBurst(ctx context.Context, b *testbed.Bench, t testbed.Transport, noDelay bool) (f burst, err error) {
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
	f.trip = probe.RoundTrip(b.Conditions)
	f.packets, err = dataOnWire(ctx, rec, probe.PortOf(conn.LocalAddr()), probe.EchoTimeout+2*f.trip)
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
func dataOnWire(
	ctx context.Context, rec *capture.Recorder, port uint16, longest time.Duration,
) (packets int, err error) {
	payload := 0
	err = probe.AwaitOnWire(ctx, rec, longest, func(all []packet.Packet) bool {
		packets, payload = 0, 0
		for _, p := range all {
			if p.From == wire.Client && p.SourcePort() == port && p.Payload > 0 && !p.Retransmission {
				packets++
				payload += p.Payload
			}
		}
		return payload >= burstWrites*burstSize
	})
	if err == nil && payload < burstWrites*burstSize {
		err = fmt.Errorf("the burst did not pass the wire within %v", longest)
	}
	return packets, err
}
