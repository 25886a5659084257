package setup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/capture"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// sample is what one connection did before its first reply.
type sample struct {
	connected, answered bool
	unreached           probe.Unreached // why there is no connection
	broken              error           // what ended the connection early; nil where nothing did
	connect, firstReply time.Duration
	// What packets took on the wire, there and back: those of the handshake, and
	// all that carried something. A busy machine makes a wire late, too.
	handshakeRTT, rtt time.Duration
	packets           int // before the first one with data, that told something new
	windows, acked    int // SYNs that told a window, and whose number was acknowledged
}

// connectRTTs and replyRTTs are the times in round trips of this very wire.
func (s sample) connectRTTs() float64 { return float64(s.connect) / float64(s.handshakeRTT) }

func (s sample) replyRTTs() float64 { return float64(s.firstReply) / float64(s.rtt) }

// leastSamples and mostSamples are how many connections are opened on a wire that
// only delays, those whose reply does not come in time not counted; mostTries are
// all of them.
const (
	leastSamples = 3
	mostSamples  = 12
	mostTries    = 24
)

// attempts is how many connections are opened where chance, or a script, rules
// the wire: an odd number, so that the median is one of them, and enough that with a
// tenth of the packets lost hardly ever all fare alike.
const attempts = 25

// synLost is the attempt whose first packet is lost by script. It comes behind
// all others.
const synLost = mostTries

// found is all that was measured of one transport.
type found struct {
	samples []sample      // one an attempt
	lostSYN time.Duration // connecting, when the first packet is lost
}

func (f found) connected() []sample {
	return slices.DeleteFunc(slices.Clone(f.samples), func(s sample) bool { return !s.connected })
}

func (f found) answered() []sample {
	return slices.DeleteFunc(slices.Clone(f.samples), func(s sample) bool { return !s.answered })
}

// unreached is why no attempt had a connection; zero if one had.
func (f found) unreached() probe.Unreached {
	if len(f.samples) == 0 || len(f.connected()) > 0 {
		return probe.Unreached{}
	}
	return f.samples[0].unreached
}

// values are what the samples have of something.
func values(all []sample, of func(sample) float64) []float64 {
	xs := make([]float64, len(all))
	for i, s := range all {
		xs[i] = of(s)
	}
	return xs
}

// openAll opens connections, each over a fresh network, so that packet numbers
// start anew and no cached route or metric helps the second.
func openAll(b *testbed.Bench) func(context.Context, testbed.Transport) (found, error) {
	return func(ctx context.Context, t testbed.Transport) (f found, err error) {
		if !plain(b.Conditions) {
			f.samples, err = openConnections(ctx, b, t)
			return f, err
		}
		for i := 0; i < mostTries && !enough(f.answered()); i++ {
			s, err := openConnection(ctx, b.Attempt(i), t)
			if err == nil {
				err = s.broken
			}
			if err == nil && !s.connected { // on a wire that only delays
				err = fmt.Errorf("connect to the server: %v", s.unreached.Why)
			}
			if err != nil {
				return f, err
			}
			f.samples = append(f.samples, s)
		}
		return f, nil
	}
}

// openConnections makes all attempts, and counts those that fail, too: on such a
// wire that is an answer.
func openConnections(ctx context.Context, b *testbed.Bench, t testbed.Transport) ([]sample, error) {
	all := make([]sample, attempts)
	g, ctx := errgroup.WithContext(ctx)
	for i := range all {
		ended := make(chan struct{})
		g.Go(func() (err error) {
			defer close(ended)
			all[i], err = openConnection(ctx, b.Attempt(i), t)
			return err
		})
		_ = probe.WaitFor(ctx, ended, headStart(b.Conditions)) // attempts end with ctx themselves
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

// withoutSYN is how long connecting takes when the first packet is lost.
func withoutSYN(b *testbed.Bench) func(context.Context, testbed.Transport) (time.Duration, error) {
	return func(ctx context.Context, t testbed.Transport) (time.Duration, error) {
		script := b.Attempt(synLost)
		script.Conditions.Client.Drop = []int{1}
		s, err := script.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
		if err != nil {
			return 0, fmt.Errorf("with the first packet lost: %w", err)
		}
		return s.Connect, s.Close()
	}
}

// enough reports whether more samples would tell nothing new: the two that took the
// fewest round trips agree, or there were enough. A machine that is busy only ever
// adds to a time, and seldom twice the same.
func enough(all []sample) bool {
	if len(all) < leastSamples {
		return false
	}
	counts := values(all, func(s sample) float64 { return s.replyRTTs() + s.connectRTTs() })
	slices.Sort(counts)
	return counts[1] <= 1.05*counts[0] || len(all) >= mostSamples
}

// openConnection dials, sends one message and waits for its echo.
func openConnection(ctx context.Context, b *testbed.Bench, t testbed.Transport) (s sample, err error) {
	rec := capture.NewRecorder(1000)
	session, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, rec.Tap)
	if u, ok := probe.NotReached(ctx, err, b.Conditions, rec.Packets()); ok {
		return sample{unreached: u}, nil
	}
	if err != nil {
		return s, err
	}
	defer probe.Close(session, &err)
	w := b.Workload(0)
	w.Messages = 1
	x, err := testbed.Echo(ctx, session.Client, w, b.Timeouts(t, w))
	if err != nil {
		return s, err
	}
	s.connect, s.firstReply = session.Connect, session.Connect+x.Elapsed
	s.connected, s.answered, s.broken = true, x.Delivered() > 0, x.Broken
	s.readWire(rec.Packets(), probe.RoundTrip(b.Conditions))
	return s, nil
}

// readWire reads the rest of a sample from the wire. Its round trips are otherwise
// where nothing came through.
func (s *sample) readWire(packets []packet.Packet, otherwise time.Duration) {
	handshake := packet.Handshake(packets)
	s.packets = newsIn(handshake)
	s.windows, s.acked = introductions(handshake)
	s.rtt, s.handshakeRTT = onWire(packets, otherwise), onWire(handshake, otherwise)
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
