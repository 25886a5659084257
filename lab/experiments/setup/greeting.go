package setup

import (
	"context"

	"fmt"
	"math"
	"slices"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// handshakeSample is what one transport did before its first reply.
type handshakeSample struct {
	connected, answered bool
	unreached           probe.Unreached // why there is no connection
	broken              error           // what ended the connection early; nil where nothing did
	connect, firstReply time.Duration
	// What the packets of the greeting took on the wire, there and back: of
	// the handshake, and of all that carried something. A busy machine makes a
	// wire late, too.
	handshakeRTT, rtt time.Duration
	packets           int // before the first one with data, that told something new
	windows, acked    int // SYNs that told a window, and whose number was acknowledged
}

// connectRTTs and replyRTTs are the times in round trips of this very wire.
func (g handshakeSample) connectRTTs() float64 { return float64(g.connect) / float64(g.handshakeRTT) }

func (g handshakeSample) replyRTTs() float64 { return float64(g.firstReply) / float64(g.rtt) }

// leastGreetings and mostGreetings are how many connections are opened on a
// wire that only delays, those whose reply does not come in time not counted;
// mostTries are all of them.
const (
	leastGreetings = 3
	mostGreetings  = 12
	mostTries      = 24
)

// attempts is how many connections are opened where chance, or a script, rules
// the wire: an odd number, so that the median is one of them, and so many that
// with a tenth of the packets lost hardly ever all fare alike.
const attempts = 25

// synLost is the attempt whose first packet is lost by script. It comes behind
// all others.
const synLost = mostTries

// openingPackets is all that was measured of one transport.
type openingPackets struct {
	greetings []handshakeSample // one an attempt
	lostSYN   time.Duration     // connecting, when the first packet is lost
}

func (o openingPackets) connected() []handshakeSample {
	return those(o.greetings, func(g handshakeSample) bool { return g.connected })
}

// unreached is why no attempt had a connection; zero if one had.
func (o openingPackets) unreached() probe.Unreached {
	if len(o.greetings) == 0 || len(o.connected()) > 0 {
		return probe.Unreached{}
	}
	return o.greetings[0].unreached
}

func (o openingPackets) answered() []handshakeSample {
	return those(o.greetings, func(g handshakeSample) bool { return g.answered })
}

func those(all []handshakeSample, are func(handshakeSample) bool) []handshakeSample {
	return slices.DeleteFunc(slices.Clone(all), func(g handshakeSample) bool { return !are(g) })
}

// note writes down a time of those greetings that have it: the least where only
// a busy machine makes a difference, which only ever adds; else the median, and
// how far they lie apart.
func note(row *result.Measurement, b *testbed.Bench, t testbed.Transport, all []handshakeSample, f func(handshakeSample) float64) {
	switch {
	case len(all) == 0:
	case plain(b.Conditions):
		row.Set(t.Name, result.Num(leastOf(all, f)))
	default:
		noteSpread(row, t, all, f)
	}
}

func noteSpread(row *result.Measurement, t testbed.Transport, all []handshakeSample, f func(handshakeSample) float64) {
	xs := make([]float64, len(all))
	for i, g := range all {
		xs[i] = f(g)
	}
	if row.Spread == nil {
		row.Spread = map[string]result.Spread{}
	}
	row.Set(t.Name, result.Num(theory.Median(xs)))
	row.Spread[t.Name] = result.Spread{Min: slices.Min(xs), Max: slices.Max(xs), Runs: len(xs)}
}

// leastOf is the least of what all greetings took: a busy machine only ever
// adds to a time, so the least is nearest to what the protocol needs.
func leastOf(all []handshakeSample, f func(handshakeSample) float64) float64 {
	least := math.Inf(1)
	for _, g := range all {
		least = min(least, f(g))
	}
	return least
}

// open opens connections, each over a fresh network, so that packet numbers
// start anew and no cached route or metric helps the second.
func open(ctx context.Context, b *testbed.Bench, t testbed.Transport) (o openingPackets, err error) {
	if !plain(b.Conditions) {
		o.greetings, err = openConnections(ctx, b, t)
		return o, err
	}
	for i := 0; i < mostTries && !settled(o.answered()); i++ {
		g, err := openConnection(ctx, b.Attempt(i), t)
		if err == nil {
			err = g.broken
		}
		if err == nil && !g.connected { // on a wire that only delays
			err = fmt.Errorf("greet the server: %v", g.unreached.Why)
		}
		if err != nil {
			return o, err
		}
		o.greetings = append(o.greetings, g)
	}
	o.lostSYN, err = withoutSYN(ctx, b, t)
	return o, err
}

// openConnections makes all attempts, and counts those that fail, too: on such a
// wire that is an answer.
func openConnections(ctx context.Context, b *testbed.Bench, t testbed.Transport) ([]handshakeSample, error) {
	all := make([]handshakeSample, attempts)
	g, ctx := probe.NewGroup(ctx)
	for i := range all {
		ended := make(chan struct{})
		g.Go(func() (err error) {
			defer close(ended)
			all[i], err = openConnection(ctx, b.Attempt(i), t)
			return err
		})
		waitAtMost(headStart(b.Conditions), ended)
	}
	return all, g.Wait()
}

// headStart is how long an attempt has the machine to itself, since opening the
// next network would blur its times. It is enough where nothing is lost; what
// takes longer waits for a timer, and on a path so long that it does not end by
// then, what another takes of the machine is no share of it worth a word.
func headStart(c wire.Options) time.Duration {
	return min(3*probe.RoundTrip(c)+50*time.Millisecond, 150*time.Millisecond)
}

// waitAtMost waits until something has ended, or so long.
func waitAtMost(d time.Duration, ended <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
}

// withoutSYN is how long connecting takes when the first packet is lost.
func withoutSYN(ctx context.Context, b *testbed.Bench, t testbed.Transport) (time.Duration, error) {
	script := b.Attempt(synLost)
	script.Conditions.Client.Drop = []int{1}
	s, err := script.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		return 0, fmt.Errorf("with the first packet lost: %w", err)
	}
	return s.Connect, s.Close()
}

// settled reports whether more greetings would tell nothing new: the two that
// took the fewest round trips agree, or there were enough. A machine that is
// busy only ever adds to a time, and seldom twice the same.
func settled(all []handshakeSample) bool {
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

// openConnection dials, sends one message and waits for its echo.
func openConnection(ctx context.Context, b *testbed.Bench, t testbed.Transport) (g handshakeSample, err error) {
	rec := capture.NewRecorder(1000)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, rec.Tap)
	if u, ok := probe.NotReached(ctx, err, b.Conditions, rec.Packets()); ok {
		return handshakeSample{unreached: u}, nil
	}
	if err != nil {
		return g, err
	}
	defer probe.Close(s, &err)
	w := b.Workload(0)
	w.Messages = 1
	x, err := testbed.Echo(ctx, s.Client, w, b.Timeouts(t, w))
	if err != nil {
		return g, err
	}
	g.connect, g.firstReply = s.Connect, s.Connect+x.Elapsed
	g.connected, g.answered, g.broken = true, x.Delivered() > 0, x.Broken
	g.look(rec.Packets(), probe.RoundTrip(b.Conditions))
	return g, nil
}

// look reads the rest of a greeting from the wire. Its round trips are
// otherwise where nothing came through.
func (g *handshakeSample) look(packets []packet.Packet, otherwise time.Duration) {
	handshake := packet.Handshake(packets)
	g.packets = newsIn(handshake)
	g.windows, g.acked = introductions(handshake)
	g.rtt, g.handshakeRTT = onWire(packets, otherwise), onWire(handshake, otherwise)
}

// firstSent reports whether a host sent a packet, and not again.
func firstSent(p packet.Packet) bool { return !p.Copy && !p.Retransmission }

// newsIn counts the packets of a handshake, but for those that tell nothing new:
// copies, what is sent again, and an acknowledgement of what its side has
// acknowledged already, which is how a host answers a SYN that comes again.
func newsIn(handshake []packet.Packet) int {
	n := 0
	acked := map[wire.Side]uint32{}
	for _, p := range handshake {
		if !firstSent(p) {
			continue
		}
		if p.TCP != nil && p.TCP.Flags.Has(packet.ACK) {
			if ack, ok := acked[p.From]; ok && ack == p.TCP.Ack {
				continue
			}
			acked[p.From] = p.TCP.Ack
		}
		n++
	}
	return n
}

// onWire is what those packets that the other side waits for, SYNs and data,
// took on the wire, there and back: the means of both directions. Where a
// direction has none, otherwise counts.
func onWire(packets []packet.Packet, otherwise time.Duration) time.Duration {
	var took, n [2]time.Duration
	for _, p := range packets {
		if (p.Payload > 0 || p.TCP != nil && p.TCP.Flags.Has(packet.SYN)) && p.Delivered > 0 && !p.Copy {
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
func introductions(handshake []packet.Packet) (windows, acked int) {
	first := map[wire.Side]uint32{}
	for _, p := range handshake {
		if p.TCP == nil || !firstSent(p) {
			continue
		}
		if number, ok := first[1-p.From]; ok && p.TCP.Flags.Has(packet.ACK) && p.TCP.Ack == number+1 {
			acked++
			delete(first, 1-p.From)
		}
		if p.TCP.Flags.Has(packet.SYN) {
			first[p.From] = p.TCP.Seq
			if p.TCP.Window > 0 {
				windows++
			}
		}
	}
	return windows, acked
}
