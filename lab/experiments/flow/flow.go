// Package flow is the lesson "Flow control". What it tells is in en.md and ko.md.
package flow

import (
	"context"
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

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "flow",
	Also:       []string{"window", "receive window", "zero window", "slow reader", "backpressure"},
	Prose:      experiments.Read("flow"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay", "jitter"},
	Long:       true,
	Fills:      true,
	Run:        runFlow,
	Lesson:     packet.Lesson{Shows: []packet.Sight{packet.WindowClosed, packet.WindowUsedUp}},
	Claims:     flowClaims,
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

// found is what was measured of one transport.
type found struct {
	probe.LossResult
	delivered, waited, lost, told, least, windowRate result.Cell
}

func runFlow(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	rest := restFor(b.Conditions)
	w := b.Workload(rest / flowHaste)
	w.Messages, w.Size = flowMessages, flowSize // fewer would fit into the buffers
	all, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (found, error) {
		windowRate, f, err := probe.Both(ctx,
			func(ctx context.Context) (result.Cell, error) { return rateOfWindow(ctx, b.Attempt(smallWindow), t) },
			func(ctx context.Context) (found, error) { return readSlowly(ctx, b.Attempt(slowReader), t, w, rest) })
		f.windowRate = windowRate
		return f, err
	})
	if err != nil {
		return nil, err
	}
	losses := map[string]probe.LossResult{}
	for name, f := range all {
		losses[name] = f.LossResult
	}
	measured := experiments.Measure(b.Transports, all, rows...)
	measured = append(measured, experiments.Measure(b.Transports, losses, probe.LossRows...)...)
	return append(measured, experiments.Measure(b.Transports, all, windowRow)...), nil
}

// rows are what the lesson measures with a slow reader.
var rows = []experiments.Row[found]{
	{ID: "delivered", Label: "Delivered", Unit: "%", Headline: true,
		Basis: text.Say("a closed window stops the sender before anything is lost (RFC 9293 3.8.6)"),
		Cell:  func(_ testbed.Transport, f found) result.Cell { return f.delivered }},
	{ID: "sender_waited", Label: "Sender waited", Unit: "ms", Headline: true,
		Basis: text.Say("TCP: until the server had read all that both buffers could not hold; " +
			"UDP cannot be told to wait (RFC 768)"),
		Cell: func(_ testbed.Transport, f found) result.Cell { return f.waited }},
	{ID: "lost", Label: "Lost", Unit: "messages",
		Basis: text.Say("UDP: what the server had neither read nor room for; a reliable transport loses nothing"),
		Cell:  func(_ testbed.Transport, f found) result.Cell { return f.lost }},
	{ID: "zero_windows", Label: "Sender told to stop", Unit: "packets",
		Basis: text.Say("nothing in UDP tells of a full buffer (RFC 768)"),
		Cell:  func(_ testbed.Transport, f found) result.Cell { return f.told }},
	{ID: "least_window", Label: "Smallest window", Unit: "bytes",
		Basis: text.Say("less room than a segment makes the sender wait (RFC 9293 3.8.6.2.1)"),
		Cell:  func(_ testbed.Transport, f found) result.Cell { return f.least }},
}

// measure makes the cells of one transport.
func (f *found) measure(t testbed.Transport, w testbed.Workload, rest time.Duration) {
	f.delivered = result.Number(probe.Percent(f.X.Delivered(), w.Messages))
	f.waited = result.Number(probe.Milliseconds(behind(f.X)))
	f.lost = result.Number(w.Messages - f.X.Delivered())
	f.told = result.Number(toldToStop(t, w, f.Packets))
	if t.Stream {
		room := leastRoom(f.Packets)
		f.least = result.Number(room).Expect(0, 0, probe.SegmentSize)
		if again := packet.Retransmissions(f.Packets); room > probe.SegmentSize && again > 0 {
			f.least = f.least.CutShort(text.Sayf(
				"%d segments were retransmitted, so the congestion window held TCP back first", again))
		}
	}
	if !t.Reliable {
		f.waited, f.told = f.waited.ExpectExactly(0), f.told.ExpectExactly(0)
		f.lost = expectOverrun(f.lost, w, f.X, rest)
		return
	}
	f.delivered, f.lost = f.delivered.ExpectExactly(100), f.lost.ExpectExactly(0)
	f.waited = expectWaiting(f.waited, w, f.X, rest)
	why := f.WhyCut(t)
	for _, c := range []*result.Cell{&f.delivered, &f.waited, &f.lost, &f.told, &f.least} {
		*c = c.CutShort(why)
	}
}

// expectWaiting says how far behind a sender is that has to wait: the server
// takes no message before its turn, and no more of them than both buffers hold
// can be ahead of it. The reader is never quicker than its rests. The last
// message was sent before its echo came.
func expectWaiting(c result.Cell, w testbed.Workload, x *testbed.Exchange, rest time.Duration) result.Cell {
	first := lastTenth(w.Messages)
	behind := func(held int) float64 { return probe.Milliseconds(time.Duration(first-held)*rest - w.Due(first)) }
	most := probe.Milliseconds(x.Elapsed - w.Due(first))
	return c.Expect(min(behind(flowHeld/2), most), behind(flowHeld), most)
}

// expectOverrun says how many messages are lost whose sender was not told to
// wait: all but those that the server could take until the last one was sent,
// and those that its buffer held then. It takes at least the first one.
func expectOverrun(c result.Cell, w testbed.Workload, x *testbed.Exchange, rest time.Duration) result.Cell {
	taken := w.Messages/flowHaste + 1
	sent := x.Observations[w.Messages-1].Sent
	least := w.Messages - int(sent/rest) - 1 - 2*flowBuffer/flowSize
	return c.Expect(float64(w.Messages-taken-flowBuffer/flowSize), float64(max(least, 0)), float64(w.Messages-1))
}

// readSlowly floods a server that rests before every read. The reply is no
// part of the question, but shows which messages were read.
func readSlowly(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload, rest time.Duration,
) (f found, err error) {
	v := probe.NewLossObserver(w)
	small := smallBuffers(b.Driver, flowBuffer, flowBuffer)
	o := testbed.ServerOptions{Pause: rest, Buffer: w.Size}
	s, err := b.On(small).Start(ctx, t, o, testbed.ClientOptions{}, v.Tap)
	if err != nil {
		return f, err
	}
	defer probe.Close(s, &err)
	x, err := testbed.Echo(ctx, s.Client, w, slowTimeouts(b, t, w, rest))
	if err != nil {
		return f, err
	}
	f.LossResult = v.Account(t, x, s.Network, rest*2*flowBuffer/flowSize)
	f.measure(t, w, rest)
	return f, nil
}

// smallBuffers opens networks whose sockets have room for that many bytes,
// for both transports; 0 leaves the system's own.
func smallBuffers(d testbed.Driver, receive, send int) testbed.Driver {
	open := d.Open
	d.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		s.ReceiveBuffer, s.SendBuffer = receive, send
		return open(ctx, s)
	}
	return d
}

// slowTimeouts adds the slow reader's own time, and a busy machine's, to what
// the conditions need.
func slowTimeouts(b *testbed.Bench, t testbed.Transport, w testbed.Workload, rest time.Duration) testbed.Timeouts {
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

// lastTenth is the first of the last tenth of n.
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
