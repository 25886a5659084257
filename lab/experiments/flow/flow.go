// Package flow is the lesson "Flow control". What it tells is in en.md and ko.md.
package flow

import (
	"cmp"
	"context"
	"embed"

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
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "flow",
	Also:       []string{"window", "receive window", "zero window", "slow reader", "backpressure"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay", "jitter"},
	Long:       true,
	Fills:      true,
	Run:        runFlow,
	Lesson: packet.Lesson{
		Shows: []packet.Sight{packet.WindowClosed, packet.WindowUsedUp},
	},
	Claims: flowClaims,
}

const (
	// flowMessages is more than twice what both buffers hold, in the kernel's
	// way of counting, too.
	flowMessages = 600
	flowSize     = 1024
	flowBuffer   = 64 << 10
	// flowHaste is how many messages are sent while the server takes one.
	flowHaste = 5
	// flowPause is how long the server rests before each message, at least.
	flowPause = time.Millisecond
	// flowRound is how many messages the server takes in a round trip, at most: a
	// third of what even the smallest window lets through, three quarters of the
	// buffer. A quicker reader would wait for the sender.
	flowRound = flowBuffer * 3 / 4 / flowSize / 3
	// flowHeld is how many messages both buffers hold at most: Linux makes them
	// twice as long as asked. The server has one in its hands, the client another.
	flowHeld = 2*2*flowBuffer/flowSize + 2
	// flowNoise is how far behind their due time the last messages may be sent
	// because the machine was busy; it counts as no waiting.
	flowNoise = 25 * time.Millisecond
)

// restFor is how long the server rests before each message: so long that it
// reads more slowly than a window a round trip.
func restFor(c wire.Options) time.Duration {
	return max(flowPause, (probe.RoundTrip(c)+c.Client.Jitter+c.Server.Jitter)/flowRound)
}

// The two scenarios, each with chances of its own.
const (
	slowReader = iota
	smallWindow
)

// slowRead is what one transport did in front of a slow reader.
type slowRead struct {
	probe.LossResult
	waited time.Duration
}

func runFlow(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	rest := restFor(b.Conditions)
	w := b.Workload(rest / flowHaste)
	w.Messages, w.Size = flowMessages, flowSize // fewer would fit into the buffers
	var window *result.Measurement
	var found map[string]slowRead
	g, ctx := probe.NewGroup(ctx)
	g.Go(func() (err error) {
		window, err = windowRate(ctx, b.Attempt(smallWindow))
		return err
	})
	g.Go(func() (err error) {
		found, err = testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (slowRead, error) {
			return readSlowly(ctx, b.Attempt(slowReader), t, w, rest)
		})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return result.Rows(2, append(flowRows(b, w, rest, found), window)...), nil
}

// flowRows are the rows about the slow reader.
func flowRows(b *testbed.Bench, w testbed.Workload, rest time.Duration, found map[string]slowRead) []*result.Measurement {
	delivered := result.Row("delivered", "Messages echoed", "%")
	lost := result.Row("lost", "Lost", "messages")
	waited := result.Row("sender_waited", "Sender waited", "ms")
	told := result.Row("zero_windows", "Sender told to stop", "packets")
	least := result.Row("least_window", "Smallest window", "bytes")
	accounts := map[string]probe.LossResult{}
	for _, t := range b.Transports {
		f := found[t.Name]
		accounts[t.Name] = f.LossResult
		delivered.Set(t.Name, result.Num(probe.Percent(f.X.Delivered(), w.Messages)))
		lost.Set(t.Name, result.Num(w.Messages-f.X.Delivered()))
		waited.Set(t.Name, result.Num(probe.Milliseconds(f.waited)))
		told.Set(t.Name, result.Num(toldToStop(t, w, f.Packets)))
		if t.Stream {
			room := leastRoom(f.Packets)
			least.Set(t.Name, result.Num(room))
			least.Expect(t.Name, 0, 0, probe.SegmentSize)
			if again := packet.Retransmissions(f.Packets); room > probe.SegmentSize && again > 0 {
				least.CutShort(t.Name, text.Sayf("%d segments were sent again, so the congestion window held TCP back first", again))
			}
		}
		if !t.Reliable {
			waited.ExpectExactly(t.Name, 0)
			told.ExpectExactly(t.Name, 0)
			expectOverrun(lost, t, w, f.X, rest)
			continue
		}
		delivered.ExpectExactly(t.Name, 100)
		lost.ExpectExactly(t.Name, 0)
		expectWaiting(waited, t, w, f.X, rest)
		if why := probe.WhyCut(f.X); !why.IsZero() {
			for _, row := range []*result.Measurement{delivered, lost, waited, told, least} {
				row.CutShort(t.Name, why)
			}
		}
	}
	delivered.Because("a closed window stops the sender before anything is lost (RFC 9293 3.8.6)")
	lost.Because("UDP: what the server had neither read nor room for; a reliable transport loses nothing")
	waited.Because("TCP: until the server had read all that both buffers could not hold; UDP cannot be told to wait (RFC 768)")
	told.Because("nothing in UDP tells of a full buffer (RFC 768)")
	least.Because("less room than a segment makes the sender wait (RFC 9293 3.8.6.2.1)")
	rows := []*result.Measurement{delivered, waited, lost, told, least}
	for _, row := range probe.Measure(b.Transports, accounts, probe.LossRows...) {
		rows = append(rows, &row)
	}
	return rows
}

// expectWaiting says how far behind a sender is that has to wait: the server
// takes no message before its turn, and no more of them than both buffers hold
// can be ahead of it. The reader is never quicker than its rests. The last
// message was sent before its echo came.
func expectWaiting(row *result.Measurement, t testbed.Transport, w testbed.Workload, x *testbed.Exchange, rest time.Duration) {
	first := lastTenth(w.Messages)
	behind := func(held int) float64 { return probe.Milliseconds(time.Duration(first-held)*rest - w.Due(first)) }
	most := probe.Milliseconds(x.Elapsed - w.Due(first))
	row.Expect(t.Name, min(behind(flowHeld/2), most), behind(flowHeld), most)
}

// expectOverrun says how many messages are lost that nobody was told not to
// send: all but those that the server could take until the last one was sent,
// and those that its buffer held then. It takes at least the first one.
func expectOverrun(row *result.Measurement, t testbed.Transport, w testbed.Workload, x *testbed.Exchange, rest time.Duration) {
	taken := w.Messages/flowHaste + 1
	sent := x.Observations[w.Messages-1].Sent
	least := w.Messages - int(sent/rest) - 1 - 2*flowBuffer/flowSize
	row.Expect(t.Name, float64(w.Messages-taken-flowBuffer/flowSize), float64(max(least, 0)), float64(w.Messages-1))
}

// readSlowly floods a server that rests before every read. The reply is no
// part of the question, but shows which messages were read.
func readSlowly(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload, rest time.Duration,
) (r slowRead, err error) {
	v := probe.NewLossObserver(w)
	small := smallBuffers(b.Driver, flowBuffer, flowBuffer)
	o := testbed.ServerOptions{Pause: rest, Buffer: w.Size}
	s, err := b.On(small).Start(ctx, t, o, testbed.ClientOptions{}, v.Tap)
	if err != nil {
		return r, err
	}
	defer probe.Close(s, &err)
	x, err := testbed.Echo(ctx, s.Client, w, slowPatience(b, t, w, rest))
	if err != nil {
		return r, err
	}
	return slowRead{v.Account(t, x, s.Network, rest*2*flowBuffer/flowSize), behind(x)}, nil
}

// slowPatience adds the slow reader's own time, and a busy machine's, to what
// the conditions need.
func slowPatience(b *testbed.Bench, t testbed.Transport, w testbed.Workload, rest time.Duration) testbed.Timeouts {
	p := b.Timeouts(t, w)
	p.Silence += 2 * rest
	if t.Reliable {
		p.Silence = 0
		p.Total = min(p.Total+4*time.Duration(w.Messages)*rest, max(b.Longest()/3-w.Due(w.Messages), 0))
	}
	return p
}

// toldToStop is how many packets told the client that the server has no room:
// windows of nothing, and over UDP whatever is no echo.
func toldToStop(t testbed.Transport, w testbed.Workload, packets []packet.Packet) int {
	if t.Stream {
		return packet.ZeroWindows(packets)
	}
	return probe.Count(packets, func(p packet.Packet) bool {
		_, echo := w.Sequence(p.Data)
		return p.From == wire.Server && !echo
	})
}

// lastTenth is the first of the last tenth of so many.
func lastTenth(n int) int { return n * 9 / 10 }

// behind is how far behind its time the sender was at the end: the least of
// the last tenth of its messages. A sender that only was without a processor
// for a while catches up, one that has to wait does not.
func behind(x *testbed.Exchange) time.Duration {
	least := probe.Never
	for _, o := range x.Observations[lastTenth(len(x.Observations)):] {
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
func leastRoom(packets []packet.Packet) int {
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
func windowEnds(packets []packet.Packet) []packet.Packet {
	var told []packet.Packet
	for _, p := range packets {
		if p.From == wire.Server && p.TCP != nil && !p.TCP.Flags.Has(packet.RST) && p.Fate == link.Delivered {
			told = append(told, p)
		}
	}
	slices.SortStableFunc(told, func(a, b packet.Packet) int { return cmp.Compare(a.Delivered, b.Delivered) })
	return told
}
