package setup

import (
	"context"

	"math"
	"slices"
	"time"

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

var Experiment = experiments.Experiment{
	ID:         "setup",
	Title:      "Connection set-up",
	Question:   "How long does it take before data may flow?",
	Method:     "connect, one message, its echo; on a clean wire also without the first packet",
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "duplicate", "corrupt", "rate", "limit"},
	Times:      true,
	Run:        runSetup,
	Lesson: packet.Lesson{
		Caption: "TCP: SYN, SYN-ACK and ACK pass before the first data, so the first echo takes two round " +
			"trips; UDP: the first packet is data",
	},
	Why: "TCP first makes sure that the peer is there and willing: SYN, SYN-ACK, ACK. Only then may data follow, so the first reply takes two round trips. " +
		"UDP just sends; its first datagram is the first packet, and the first reply takes one. On a long path this is where UDP is faster, " +
		"and all that TCP's handshake can be accused of: it is paid once a connection. " +
		"A lost SYN costs a whole second, for nobody knows the round trip yet. RFC 6298 then doubles the wait each time; " +
		"Linux since 6.5 first tries every second, four more times, and doubles only then.",
	Packets: []text.Phrase{
		"TCP: the client sends SYN with its first sequence number, its window and its options",
		"TCP: the server answers SYN-ACK with its own; the client's connect returns when this arrives, after one round trip",
		"TCP: the client sends ACK, and may send data with or right behind it",
		"UDP: connect only notes the address; nothing is sent, so it takes no time",
		"both: the first message and its echo take one more round trip",
		"TCP: where the SYN is lost, nothing happens for a second; then the client sends it again",
	},
	Theory: []text.Phrase{
		"connect takes one round trip over TCP, for SYN and SYN-ACK (RFC 9293 3.5), and none over UDP",
		"the first reply takes one round trip more, for the message and its echo: two over TCP, one over UDP",
		"a lost SYN costs the first timeout, 1 s (RFC 6298 2.1), before that",
		"where packets are lost, 1-(1-p)(1-q) of UDP's first messages stay unanswered, where p and q are the shares " +
			"lost there and back; the range is the binomial distribution's, 99.9 % wide",
		"where packets are lost, TCP sends again: no first message stays unanswered, " +
			"unless all SYNs of half a minute are lost",
	},
	Claims:     setupClaims,
	References: []string{"RFC 9293 3.5", "RFC 6298 2.1", "RFC 768"},
	Try:        "lab compare setup --delay 100ms",
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
		o.unreached().Note(row, t)
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
