package experiments

import (
	"context"
	"fmt"
	"math"
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
		"and all that TCP's handshake can be accused of: it is paid once a connection.",
	Packets: []string{
		"TCP: the client sends SYN with its first sequence number, its window and its options",
		"TCP: the server answers SYN-ACK with its own; the client's connect returns when this arrives, after one round trip",
		"TCP: the client sends ACK, and may send data with or right behind it",
		"UDP: connect only notes the address; nothing is sent, so it takes no time",
		"both: the first message and its echo take one more round trip",
	},
	Claims:     setupClaims,
	References: []string{"RFC 9293 3.5", "RFC 6298 2.1", "RFC 768"},
	Try:        "lab compare setup --delay 100ms",
}

// greeting is what one transport did before its first reply.
type greeting struct {
	connect, firstReply time.Duration
	packets             int // before the first one with data
	windows, acked      int // SYNs that told a window, and whose number was acknowledged
}

// greetings is how many connections are opened.
const greetings = 9

func runSetup(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	rtt := b.Conditions.Client.Delay + b.Conditions.Server.Delay
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) ([]greeting, error) {
		return greetOften(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	connect := lab.Row("connect", "Connect", "ms")
	connectRTTs := lab.Row("connect_rtts", "Connect", "RTT")
	replyRTTs := lab.Row("first_reply_rtts", "First reply", "RTT")
	packets := lab.Row("packets_before_data", "Before data", "packets")
	windows := lab.Row("syn_windows", "Windows announced", "packets")
	acked := lab.Row("syn_acknowledged", "First numbers known", "count")
	for _, t := range b.Transports {
		handshake := 0.0 // round trips (RFC 9293 3.5)
		if t.Connected {
			handshake = 1
		}
		opening := leastOf(found[t.Name], func(g greeting) float64 { return milliseconds(g.connect) })
		reply := leastOf(found[t.Name], func(g greeting) float64 { return milliseconds(g.firstReply) })
		connect.Set(t.Name, lab.Num(opening))
		packets.Set(t.Name, lab.Num(leastOf(found[t.Name], func(g greeting) float64 { return float64(g.packets) })))
		windows.Set(t.Name, lab.Num(leastOf(found[t.Name], func(g greeting) float64 { return float64(g.windows) })))
		acked.Set(t.Name, lab.Num(leastOf(found[t.Name], func(g greeting) float64 { return float64(g.acked) })))
		windows.ExpectExactly(t.Name, 2*handshake)
		acked.ExpectExactly(t.Name, 2*handshake)
		packets.Expect(t.Name, 3*handshake, 2*handshake, 3*handshake)
		if rtt == 0 {
			continue // nothing to count in round trips of no length
		}
		connectRTTs.Set(t.Name, lab.Num(opening/milliseconds(rtt)))
		replyRTTs.Set(t.Name, lab.Num(reply/milliseconds(rtt)))
		if plain(b.Conditions) {
			connectRTTs.Expect(t.Name, handshake, handshake-nearRTT*handshake, handshake+nearRTT)
			replyRTTs.Expect(t.Name, handshake+1, (handshake+1)*(1-nearRTT), (handshake+1)*(1+nearRTT))
		}
	}
	connectRTTs.Because("SYN and SYN-ACK are one round trip (RFC 9293 3.5), RTT = %v", rtt)
	replyRTTs.Because("handshake + one echo")
	windows.Because("each side's SYN (RFC 9293 3.5)")
	acked.Because("each side's first number plus one")
	packets.Because("SYN, SYN-ACK, ACK; the last may carry the data")
	return lab.Rows(2, connectRTTs, replyRTTs, packets, connect, windows, acked), nil
}

// nearRTT is how far, as a share, a time may lie from a whole number of round
// trips: the two hosts need a moment, too.
const nearRTT = 0.15

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

// greetOften opens several connections, each over a fresh network, so that
// packet numbers start anew and no cached route or metric helps the second.
func greetOften(ctx context.Context, b *lab.Bench, t lab.Transport) ([]greeting, error) {
	var all []greeting
	for range greetings {
		g, err := greet(ctx, b, t)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// greet dials, sends one message and waits for its echo.
func greet(ctx context.Context, b *lab.Bench, t lab.Transport) (g greeting, err error) {
	rec := trace.NewRecorder(1000)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, rec.Tap)
	if err != nil {
		return g, err
	}
	defer end(s, &err)
	w := b.Workload(0)
	w.Messages = 1
	began := time.Now()
	x, err := lab.Echo(ctx, s.Client, w, lab.PatienceFor(t, b.Conditions, w, lab.DefaultMTU))
	if err != nil {
		return g, err
	}
	if x.Delivered() == 0 && t.Reliable {
		return g, fmt.Errorf("no reply to the first message: %w", x.Broken)
	}
	g.connect = s.Connect
	g.firstReply = s.Connect + time.Since(began)
	g.packets = trace.PacketsBeforeData(rec.Packets())
	g.windows, g.acked = introductions(trace.Handshake(rec.Packets()))
	return g, nil
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
