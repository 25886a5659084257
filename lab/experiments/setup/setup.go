// Package setup is the lesson "Connection set-up". What it tells is in en.md and ko.md.
package setup

import (
	"context"
	"embed"

	"math"
	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "setup",
	Also:       []string{"handshake", "three-way handshake", "connect", "connection establishment", "SYN"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "duplicate", "corrupt", "rate", "limit"},
	Times:      true,
	Run:        runSetup,
	Claims:     setupClaims,
}

func runSetup(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, plain(b.Conditions), func(ctx context.Context, t testbed.Transport) (openingPackets, error) {
		return open(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	rows := append(timeRows(b, found), countRows(b, found)...)
	if plain(b.Conditions) {
		return result.Rows(2, append(rows, lostSYN(b, found))...), nil
	}
	return result.Rows(3, slices.Insert(rows, 2, unanswered(b, found))...), nil
}

// timeRows are how long connecting and the first reply took.
func timeRows(b *testbed.Bench, found map[string]openingPackets) []*result.Measurement {
	connectRTTs := result.Row("connect_rtts", "Connect", "RTT")
	replyRTTs := result.Row("first_reply_rtts", "First reply", "RTT")
	connect := result.Row("connect", "Connect", "ms")
	for _, t := range b.Transports {
		o := found[t.Name]
		if !o.unreached().Reached() {
			noteUnreached(o, t, connectRTTs, replyRTTs, connect)
			continue
		}
		note(connect, b, t, o.connected(), func(g handshakeSample) float64 { return probe.Milliseconds(g.connect) })
		if probe.RoundTrip(b.Conditions) > 0 {
			note(connectRTTs, b, t, o.connected(), handshakeSample.connectRTTs)
			note(replyRTTs, b, t, o.answered(), handshakeSample.replyRTTs)
		}
		if len(o.answered()) == 0 {
			replyRTTs.Set(t.Name, result.Word("no reply"))
		}
		if handshake := handshakes(t); plain(b.Conditions) && probe.RoundTrip(b.Conditions) >= probe.LongEnough {
			connectRTTs.Expect(t.Name, handshake, handshake*(1-probe.NearRTT), handshake+probe.NearRTT)
			replyRTTs.Expect(t.Name, handshake+1, (handshake+1)*(1-probe.NearRTT), (handshake+1)*(1+probe.NearRTT))
		}
	}
	connectRTTs.Becausef("SYN and SYN-ACK are one round trip (RFC 9293 3.5), RTT = %v", probe.RoundTrip(b.Conditions))
	replyRTTs.Because("handshake + one echo")
	if !plain(b.Conditions) {
		connectRTTs.Becausef("median of those that connected, of %d attempts; RTT = %v, a SYN lost costs 1 s (RFC 6298 2.1)",
			attempts, probe.RoundTrip(b.Conditions))
		replyRTTs.Becausef("median of those that had one, of %d attempts", attempts)
	}
	return []*result.Measurement{connectRTTs, replyRTTs, connect}
}

// noteUnreached says of a transport that no attempt had a connection.
func noteUnreached(o openingPackets, t testbed.Transport, rows ...*result.Measurement) {
	for _, row := range rows {
		row.Put(t.Name, o.unreached().NoConnection())
	}
}

// handshakes is how many round trips pass before data may flow (RFC 9293 3.5).
func handshakes(t testbed.Transport) float64 {
	if t.Connected {
		return 1
	}
	return 0
}

// countRows are what passed the wire before data and told something new.
func countRows(b *testbed.Bench, found map[string]openingPackets) []*result.Measurement {
	packets := result.Row("packets_before_data", "Packets before data", "packets")
	windows := result.Row("syn_windows", "Windows announced", "packets")
	acked := result.Row("syn_acknowledged", "First numbers known", "count")
	for _, t := range b.Transports {
		if o := found[t.Name]; !o.unreached().Reached() {
			noteUnreached(o, t, packets, windows, acked)
			continue
		}
		all := found[t.Name].connected()
		packets.Set(t.Name, result.Num(leastOf(all, func(g handshakeSample) float64 { return float64(g.packets) })))
		windows.Set(t.Name, result.Num(leastOf(all, func(g handshakeSample) float64 { return float64(g.windows) })))
		acked.Set(t.Name, result.Num(leastOf(all, func(g handshakeSample) float64 { return float64(g.acked) })))
		if handshake := handshakes(t); plain(b.Conditions) {
			windows.ExpectExactly(t.Name, 2*handshake)
			acked.ExpectExactly(t.Name, 2*handshake)
			packets.Expect(t.Name, 3*handshake, 2*handshake, 3*handshake)
		}
	}
	windows.Because("each side's SYN (RFC 9293 3.5)")
	acked.Because("each side's first number plus one")
	packets.Because("SYN, SYN-ACK, ACK; the last may carry the data")
	return []*result.Measurement{packets, windows, acked}
}

// unanswered is the row about attempts that came to nothing: no connection,
// or no reply to the first message.
func unanswered(b *testbed.Bench, found map[string]openingPackets) *result.Measurement {
	row := result.Row("unanswered", "First message unanswered", "count")
	for _, t := range b.Transports {
		row.Set(t.Name, result.Num(attempts-len(found[t.Name].answered())))
		expectUnanswered(row, t, b.Conditions, b.Options.Size)
	}
	return row
}

// leastSYNs is how many SYNs every system sends within the patience to connect:
// after 0, 1, 3, 7 and 15 s (RFC 6298 2.1 and 5.5). Linux since 6.5 sends more.
const leastSYNs = 5

// expectUnanswered says how many of the attempts should come to nothing.
func expectUnanswered(row *result.Measurement, t testbed.Transport, c wire.Options, size int) {
	unanswered, ok := firstUnanswered(c, size)
	if t.Connected {
		unanswered, ok = nobodyThere(c)
	}
	if !ok {
		return
	}
	low, high := theory.Interval(attempts, unanswered, probe.Confidence)
	expected := attempts * unanswered
	if t.Connected && unanswered < 1 { // then it is at most so many: some systems send more SYNs
		low, expected = 0, math.Floor(expected)
	}
	row.Expect(t.Name, expected, float64(low), float64(high))
	row.Becausef("of %d attempts: UDP 1-(1-p)(1-q), binomial 99.9 %%; TCP none, unless %d SYNs are lost",
		attempts, leastSYNs)
}

// firstUnanswered is the chance that no echo of a first message comes back. A
// message of one packet is the first of its wire, and so is its echo, if nothing
// is copied: then all that counts is the share that is dropped in the long run,
// of bursts and exact counts, too.
func firstUnanswered(c wire.Options, size int) (p float64, ok bool) {
	if p, ok := probe.Survival(c, size); ok {
		return 1 - p, true
	}
	only := func(l link.Conditions) bool { return len(l.Drop) == 0 && l.Rate == 0 && l.Duplicate == 0 }
	if !only(c.Client) || !only(c.Server) || theory.Fragments(size, testbed.DefaultMTU) > 1 {
		return 0, false
	}
	return 1 - (1-c.Client.DropChance())*(1-c.Server.DropChance()), true
}

// nobodyThere is the chance that no handshake of leastSYNs comes through. Bursts
// lose several SYNs together, and what is copied has two chances.
func nobodyThere(c wire.Options) (p float64, ok bool) {
	if !probe.Independent(c.Client) || !probe.Independent(c.Server) || probe.Copied(c) {
		return 0, false
	}
	return theory.NoHandshake(probe.LostTo(c.Client), probe.LostTo(c.Server), leastSYNs), true
}

// lostSYN is the row about connecting when the first packet is lost. One
// timeout passes, and no second one: after the first second Linux waits
// another, others two. UDP sends no packet to connect, and waits for nobody.
func lostSYN(b *testbed.Bench, found map[string]openingPackets) *result.Measurement {
	row := result.Row("connect_lost_syn", "Connect, SYN lost", "ms")
	rtt, timeout := probe.Milliseconds(probe.RoundTrip(b.Conditions)), probe.Milliseconds(probe.FirstTimeout)
	for _, t := range b.Transports {
		row.Set(t.Name, result.Num(probe.Milliseconds(found[t.Name].lostSYN)))
		switch {
		case t.Connected:
			row.Expect(t.Name, timeout+rtt, timeout+rtt-probe.Milliseconds(tick), (timeout+rtt)*(1+probe.NearRTT))
		case probe.RoundTrip(b.Conditions) >= probe.LongEnough:
			row.Expect(t.Name, 0, 0, rtt)
		}
	}
	row.Because("TCP: the first timeout is 1 s (RFC 6298 2.1), then one round trip; UDP: less than one round trip")
	return row
}

// tick is how much a system's timer may be early, which counts in clock ticks
// of 10 ms at most.
const tick = 10 * time.Millisecond

// plain reports whether the wire only delays, so that times can be predicted.
func plain(c wire.Options) bool {
	only := func(l link.Conditions) bool {
		return l.Loss == 0 && l.Burst == link.Burst{} && l.Exact == link.Exact{} && len(l.Drop) == 0 &&
			l.Jitter == 0 && l.Corrupt == 0 && l.Duplicate == 0 && l.Rate == 0
	}
	return only(c.Client) && only(c.Server)
}
