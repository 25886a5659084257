package experiments

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var setup = lab.Experiment{
	ID:         "setup",
	Title:      "Connection set-up",
	Question:   "How long does it take before data may flow?",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "duplicate", "corrupt", "rate", "limit"},
	Run:        runSetup,
	Why: "TCP first makes sure that the peer is there and willing: SYN, SYN-ACK, ACK. Only then may data follow, so the first reply takes two round trips. " +
		"UDP just sends; its first datagram is the first packet, and the first reply takes one. On a long path this is where UDP is faster, " +
		"and all that TCP's handshake can be accused of: it is paid once a connection. " +
		"A lost SYN costs a whole second, for nobody knows the round trip yet. RFC 6298 then doubles the wait each time; " +
		"Linux since 6.5 first tries every second, four more times, and doubles only then.",
	Packets: []string{
		"TCP: the client sends SYN with its first sequence number, its window and its options",
		"TCP: the server answers SYN-ACK with its own; the client's connect returns when this arrives, after one round trip",
		"TCP: the client sends ACK, and may send data with or right behind it",
		"UDP: connect only notes the address; nothing is sent, so it takes no time",
		"both: the first message and its echo take one more round trip",
		"TCP: where the SYN is lost, nothing happens for a second; then the client sends it again",
	},
	Theory: []string{
		"connect takes one round trip over TCP, for SYN and SYN-ACK (RFC 9293 3.5), and none over UDP",
		"the first reply takes one round trip more, for the message and its echo: two over TCP, one over UDP",
		"a lost SYN costs the first timeout, 1 s (RFC 6298 2.1), before that",
	},
	Claims:     setupClaims,
	References: []string{"RFC 9293 3.5", "RFC 6298 2.1", "RFC 768"},
	Try:        "lab compare setup --delay 100ms",
}

// greeting is what one transport did before its first reply.
type greeting struct {
	connect, firstReply time.Duration
	// What the packets of the greeting took on the wire, there and back: of
	// the handshake, and of all that carried something. A busy machine makes a
	// wire late, too.
	handshakeRTT, rtt time.Duration
	packets           int // before the first one with data
	windows, acked    int // SYNs that told a window, and whose number was acknowledged
}

// connectRTTs and replyRTTs are the times in round trips of this very wire.
func (g greeting) connectRTTs() float64 { return float64(g.connect) / float64(g.handshakeRTT) }
func (g greeting) replyRTTs() float64   { return float64(g.firstReply) / float64(g.rtt) }

// leastGreetings and mostGreetings are how many connections are opened, those
// whose first message or reply is lost not counted, of which mostLost may be.
const (
	leastGreetings = 3
	mostGreetings  = 12
	mostLost       = 12
)

func runSetup(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (opening, error) {
		return open(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	connect := lab.Row("connect", "Connect", "ms")
	connectRTTs := lab.Row("connect_rtts", "Connect", "RTT")
	replyRTTs := lab.Row("first_reply_rtts", "First reply", "RTT")
	packets := lab.Row("packets_before_data", "Packets before data", "packets")
	windows := lab.Row("syn_windows", "Windows announced", "packets")
	acked := lab.Row("syn_acknowledged", "First numbers known", "count")
	rows := []*lab.Measurement{connectRTTs, replyRTTs, packets, connect, windows, acked}
	for _, t := range b.Transports {
		all := found[t.Name].greetings
		handshake := 0.0 // round trips (RFC 9293 3.5)
		if t.Connected {
			handshake = 1
		}
		connect.Set(t.Name, lab.Num(leastOf(all, func(g greeting) float64 { return milliseconds(g.connect) })))
		packets.Set(t.Name, lab.Num(leastOf(all, func(g greeting) float64 { return float64(g.packets) })))
		windows.Set(t.Name, lab.Num(leastOf(all, func(g greeting) float64 { return float64(g.windows) })))
		acked.Set(t.Name, lab.Num(leastOf(all, func(g greeting) float64 { return float64(g.acked) })))
		if plain(b.Conditions) { // else some are sent again
			windows.ExpectExactly(t.Name, 2*handshake)
			acked.ExpectExactly(t.Name, 2*handshake)
			packets.Expect(t.Name, 3*handshake, 2*handshake, 3*handshake)
		}
		if rtt := roundTrip(b.Conditions); rtt > 0 {
			connectRTTs.Set(t.Name, lab.Num(leastOf(all, greeting.connectRTTs)))
			replyRTTs.Set(t.Name, lab.Num(leastOf(all, greeting.replyRTTs)))
		}
		if found[t.Name].silent {
			replyRTTs.Set(t.Name, lab.Word("no reply"))
		}
		if plain(b.Conditions) && roundTrip(b.Conditions) >= longEnough {
			connectRTTs.Expect(t.Name, handshake, handshake*(1-nearRTT), handshake+nearRTT)
			replyRTTs.Expect(t.Name, handshake+1, (handshake+1)*(1-nearRTT), (handshake+1)*(1+nearRTT))
		}
	}
	connectRTTs.Because("SYN and SYN-ACK are one round trip (RFC 9293 3.5), RTT = %v", roundTrip(b.Conditions))
	replyRTTs.Because("handshake + one echo")
	windows.Because("each side's SYN (RFC 9293 3.5)")
	acked.Because("each side's first number plus one")
	packets.Because("SYN, SYN-ACK, ACK; the last may carry the data")
	if plain(b.Conditions) {
		rows = append(rows, lostSYN(b, found))
	}
	return lab.Rows(2, rows...), nil
}

// lostSYN is the row about connecting when the first packet is lost. One
// timeout passes, and no second one: after the first second Linux waits
// another, others two.
func lostSYN(b *lab.Bench, found map[string]opening) *lab.Measurement {
	row := lab.Row("connect_lost_syn", "Connect, SYN lost", "ms")
	for _, t := range b.Transports {
		row.Set(t.Name, lab.Num(milliseconds(found[t.Name].lostSYN)))
		if t.Connected {
			rtt := milliseconds(roundTrip(b.Conditions))
			first := milliseconds(firstTimeout)
			row.Expect(t.Name, first+rtt, first+rtt-milliseconds(tick), 2*first+rtt)
		} else {
			row.Expect(t.Name, 0, 0, milliseconds(firstTimeout))
		}
	}
	row.Because("the first timeout is 1 s (RFC 6298 2.1), then one round trip")
	return row
}

// tick is how much a system's timer may be early, which counts in clock ticks
// of 10 ms at most.
const tick = 10 * time.Millisecond

// roundTrip is what the conditions make of a round trip.
func roundTrip(c wire.Options) time.Duration { return c.Client.Delay + c.Server.Delay }

// nearRTT is how far, as a share, a time may lie from a whole number of round
// trips: the two hosts need a moment, too. On paths shorter than longEnough
// that moment is no small share of it.
const (
	nearRTT    = 0.15
	longEnough = 5 * time.Millisecond
)

// plain reports whether the wire only delays, so that times can be predicted.
func plain(c wire.Options) bool {
	only := func(l link.Conditions) bool {
		return l.Loss == 0 && l.Burst == link.Burst{} && l.Exact == link.Exact{} && len(l.Drop) == 0 &&
			l.Jitter == 0 && l.Corrupt == 0 && l.Duplicate == 0 && l.Rate == 0
	}
	return only(c.Client) && only(c.Server)
}

// leastOf is the least of what all greetings took: a busy machine only ever
// adds to a time, so the least is nearest to what the protocol needs.
func leastOf(all []greeting, f func(greeting) float64) float64 {
	least := math.Inf(1)
	for _, g := range all {
		least = min(least, f(g))
	}
	return least
}

// opening is all that was measured of one transport.
type opening struct {
	greetings []greeting
	silent    bool          // none of them got a reply
	lostSYN   time.Duration // connecting, when the first packet is lost
}

// open opens connections, each over a fresh network, so that packet numbers
// start anew and no cached route or metric helps the second.
func open(ctx context.Context, b *lab.Bench, t lab.Transport) (o opening, err error) {
	var unanswered []greeting
	for !settled(o.greetings) && len(unanswered) < mostLost {
		g, answered, err := greet(ctx, b, t)
		switch {
		case err != nil:
			return o, err
		case answered:
			o.greetings = append(o.greetings, g)
		default:
			unanswered = append(unanswered, g)
		}
	}
	if len(o.greetings) == 0 {
		o.greetings, o.silent = unanswered, true
	}
	if !plain(b.Conditions) {
		return o, nil
	}
	script := b.On(b.Opener)
	script.Conditions.Client.Drop = []int{1}
	s, err := script.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, nil)
	if err != nil {
		return o, fmt.Errorf("with the first packet lost: %w", err)
	}
	o.lostSYN = s.Connect
	return o, s.Close()
}

// settled reports whether more greetings would tell nothing new: the two that
// took the fewest round trips agree, or there were enough. A machine that is
// busy only ever adds to a time, and seldom twice the same.
func settled(all []greeting) bool {
	if len(all) < leastGreetings {
		return false
	}
	counts := make([]float64, len(all))
	for i, g := range all {
		counts[i] = g.replyRTTs() + g.connectRTTs()
	}
	slices.Sort(counts)
	return counts[1] <= 1.05*counts[0] || len(all) >= mostGreetings
}

// greet dials, sends one message and waits for its echo.
func greet(ctx context.Context, b *lab.Bench, t lab.Transport) (g greeting, answered bool, err error) {
	rec := trace.NewRecorder(1000)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, rec.Tap)
	if err != nil {
		return g, false, err
	}
	defer end(s, &err)
	w := b.Workload(0)
	w.Messages = 1
	began := time.Now()
	x, err := lab.Echo(ctx, s.Client, w, lab.PatienceFor(t, b.Conditions, w, lab.DefaultMTU))
	if err != nil {
		return g, false, err
	}
	g.connect = s.Connect
	g.firstReply = s.Connect + time.Since(began)
	packets := rec.Packets()
	g.packets = trace.PacketsBeforeData(packets)
	g.windows, g.acked = introductions(trace.Handshake(packets))
	g.rtt = onWire(packets, roundTrip(b.Conditions))
	g.handshakeRTT = onWire(trace.Handshake(packets), roundTrip(b.Conditions))
	if x.Delivered() == 0 {
		return g, false, x.Broken
	}
	return g, true, nil
}

// onWire is what those packets that the other side waits for, SYNs and data,
// took on the wire, there and back: the means of both directions. Where a
// direction has none, otherwise counts.
func onWire(packets []trace.Packet, otherwise time.Duration) time.Duration {
	var took, n [2]time.Duration
	for _, p := range packets {
		if (p.Payload > 0 || p.TCP != nil && p.TCP.Flags.Has(trace.SYN)) && p.Delivered > 0 && !p.Copy {
			took[p.From] += p.Delivered - p.Time
			n[p.From]++
		}
	}
	if n[wire.Client] == 0 || n[wire.Server] == 0 {
		return otherwise
	}
	return took[wire.Client]/n[wire.Client] + took[wire.Server]/n[wire.Server]
}

// introductions counts the SYNs that told a window, and those whose first
// sequence number the other side acknowledged as that number plus one.
func introductions(handshake []trace.Packet) (windows, acked int) {
	first := map[wire.Side]uint32{}
	for _, p := range handshake {
		if p.TCP == nil {
			continue
		}
		if number, ok := first[1-p.From]; ok && p.TCP.Flags.Has(trace.ACK) && p.TCP.Ack == number+1 {
			acked++
			delete(first, 1-p.From)
		}
		if p.TCP.Flags.Has(trace.SYN) {
			first[p.From] = p.TCP.Seq
			if p.TCP.Window > 0 {
				windows++
			}
		}
	}
	return windows, acked
}
