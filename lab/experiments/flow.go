package experiments

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var flow = lab.Experiment{
	ID:         "flow",
	Title:      "Flow control",
	Question:   "What happens when the receiver reads more slowly than the sender sends?",
	Method:     "1,024 bytes every 0.2 ms; the server rests 1 ms a read and has a small buffer",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay", "jitter"},
	Long:       true,
	Fills:      true,
	Run:        runFlow,
	Lesson: lab.Lesson{
		Caption: "TCP: the window of the slow reader shrinks until the sender has to stop, and goes on as it opens; " +
			"UDP: the sender never stops",
		Shows: []lab.Sight{lab.WindowClosed, lab.WindowUsedUp},
	},
	Why: "Both send much faster than the server reads, into receive buffers of the same size. TCP's receiver says in every acknowledgement how much room it has; " +
		"when that window is zero the sender stops, and the application's write waits. UDP's receiver has no way to say anything: " +
		"the system drops the datagrams that find the buffer full, and neither side is told. " +
		"A window also bounds the rate of a reader that is quick: no more than one window can be under way in a round trip.",
	Packets: []string{
		"the client sends a message of 1,024 bytes every 0.2 ms; the server takes one at a time and rests a millisecond before each",
		"TCP: the window in the server's acknowledgements shrinks to zero; the client's send buffer fills, and its write waits",
		"TCP: as the server reads, a window update lets the client go on",
		"UDP: the server's receive buffer fills, and every further datagram is dropped by the server's own system",
	},
	Theory: []string{
		"TCP: the sender waits, and nothing is lost (RFC 9293 3.8.6)",
		"UDP: the sender never waits (RFC 768); how much is lost depends on the buffer, and every loss is seen there",
		"TCP: a window of the receiver's is under way in a round trip at most, so window/RTT bounds the rate",
	},
	Claims:     flowClaims,
	References: []string{"RFC 9293 3.8.6", "RFC 768", "RFC 8085 3.1", "udp(7)"},
	Try:        "lab compare flow --details",
}

const (
	flowMessages = 1000
	flowSize     = 1024
	flowEvery    = 200 * time.Microsecond
	flowPause    = time.Millisecond
	flowBuffer   = 64 << 10
	flowDrain    = flowPause * 2 * flowBuffer / flowSize // for a full buffer, which Linux makes twice as long
	// flowNoise is how far behind their due time the last messages may be sent
	// because the machine was busy; it counts as no waiting.
	flowNoise = 25 * time.Millisecond
)

// The two scenarios, each with chances of its own.
const (
	slowReader = iota
	smallWindow
)

// slowRead is what one transport did in front of a slow reader.
type slowRead struct {
	repaired
	waited time.Duration
}

func runFlow(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	w := b.Workload(flowEvery)
	w.Messages, w.Size = flowMessages, flowSize // fewer would fit into the buffers
	var window *lab.Measurement
	var found map[string]slowRead
	g, ctx := newGroup(ctx)
	g.Go(func() (err error) {
		window, err = windowRate(ctx, b.Attempt(smallWindow))
		return err
	})
	g.Go(func() (err error) {
		found, err = lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (slowRead, error) {
			return readSlowly(ctx, b.Attempt(slowReader), t, w)
		})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return lab.Rows(2, append(flowRows(b, w, found), window)...), nil
}

// flowRows are the rows about the slow reader.
func flowRows(b *lab.Bench, w lab.Workload, found map[string]slowRead) []*lab.Measurement {
	delivered := lab.Row("delivered", "Messages echoed", "%")
	lost := lab.Row("lost", "Lost", "messages")
	waited := lab.Row("sender_waited", "Sender waited", "ms")
	zero := lab.Row("zero_windows", "Window closed", "packets")
	least := lab.Row("least_window", "Smallest window", "bytes")
	accounts := map[string]repaired{}
	for _, t := range b.Transports {
		f := found[t.Name]
		accounts[t.Name] = f.repaired
		delivered.Set(t.Name, lab.Num(percent(f.x.Delivered(), w.Messages)))
		lost.Set(t.Name, lab.Num(w.Messages-f.x.Delivered()))
		waited.Set(t.Name, lab.Num(milliseconds(f.waited)))
		zero.Set(t.Name, lab.Num(trace.ZeroWindows(f.packets)))
		if t.Stream {
			least.Set(t.Name, lab.Num(leastRoom(f.packets)))
			least.Expect(t.Name, 0, 0, segmentSize)
		}
		if t.Reliable {
			delivered.ExpectExactly(t.Name, 100)
			lost.ExpectExactly(t.Name, 0)
		} else {
			waited.ExpectExactly(t.Name, 0)
			zero.ExpectExactly(t.Name, 0)
		}
	}
	delivered.Because("a closed window stops the sender before anything is lost (RFC 9293 3.8.6)")
	lost.Because("a reliable transport loses nothing")
	waited.Because("UDP cannot be told to wait (RFC 768)")
	zero.Because("UDP has no window")
	least.Because("less room than a segment makes the sender wait (RFC 9293 3.8.6.2.1)")
	rows := []*lab.Measurement{delivered, waited, lost, zero, least}
	return append(rows, fateRows(b, accounts)...)
}

// readSlowly floods a server that rests before every read. The reply is no
// part of the question, but shows which messages were read.
func readSlowly(ctx context.Context, b *lab.Bench, t lab.Transport, w lab.Workload) (r slowRead, err error) {
	v := newWitness(w)
	small := smallBuffers(b.Opener, flowBuffer, flowBuffer)
	o := lab.ServerOptions{Pause: flowPause, Buffer: w.Size}
	s, err := b.On(small).Stage(ctx, t, o, lab.ClientOptions{}, v.tap)
	if err != nil {
		return r, err
	}
	defer end(s, &err)
	p := b.Patience(t, w)
	p.Total += 4 * time.Duration(w.Messages) * flowPause // the slow reader's own time, and a busy machine's
	r.x, err = lab.Echo(ctx, s.Client, w, p)
	if err != nil {
		return r, err
	}
	r.waited = behind(r.x)
	seen := v.see(s.Network, flowDrain)
	r.packets = seen.packets
	r.fates = account(t, w, r.x, seen)
	return r, nil
}

// behind is how far behind its time the sender was at the end: the least of
// the last tenth of its messages. A sender that only was without a processor
// for a while catches up, one that has to wait does not.
func behind(x *lab.Exchange) time.Duration {
	least := never
	for _, o := range x.Observations[len(x.Observations)*9/10:] {
		least = min(least, o.Sent-o.Due)
	}
	if least <= flowNoise {
		return 0
	}
	return least
}

// leastRoom is the least room, in bytes, that the client ever had: up to the
// end of the window that it had been told of, less what it had sent already
// (the usable window of RFC 9293 section 3.8.6.2.1).
func leastRoom(packets []trace.Packet) int {
	told := windowEnds(packets)
	least, end := math.MaxInt, 0
	for _, p := range packets {
		if p.From != wire.Client || p.TCP == nil || p.Payload == 0 {
			continue
		}
		for ; len(told) > 0 && told[0].Delivered <= p.Time; told = told[1:] {
			end = max(end, int(told[0].TCP.RelativeAck)+told[0].TCP.ScaledWindow)
		}
		least = min(least, end-int(p.TCP.RelativeSeq)-p.Payload)
	}
	return max(least, 0) // a probe may go beyond the end
}

// windowEnds are the packets that told the client of a window, in the order in
// which it was handed them.
func windowEnds(packets []trace.Packet) []trace.Packet {
	var told []trace.Packet
	for _, p := range packets {
		if p.From == wire.Server && p.TCP != nil && !p.TCP.Flags.Has(trace.RST) && p.Fate == link.Delivered {
			told = append(told, p)
		}
	}
	slices.SortStableFunc(told, func(a, b trace.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	return told
}
