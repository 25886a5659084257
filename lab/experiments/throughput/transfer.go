package throughput

import (
	"context"
	"fmt"
	"slices"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// sizes are the bytes of the transfers, and how often each is made: a busy
// machine makes the longest of short ones look long.
var sizes = []struct{ bytes, attempts int }{{10_000, 3}, {100_000, 3}, {1_000_000, 1}}

// transfer is what became of one transfer.
type transfer struct {
	sent, got int
	took      time.Duration // from dialing until the receiver had all; never if it never had
	cut       text.Message  // why the lab does not know how it would have ended; zero if it does
	excuse    text.Message  // why it may not be as theory expects
}

// patienceShare is the part of the longest wait that one transfer, or one part
// of the flow in bulk, may take.
const patienceShare = 6

// transferAll makes all transfers of one transport, each over a fresh network.
func transferAll(ctx context.Context, b *testbed.Bench, t testbed.Transport) ([][]transfer, error) {
	all, attempt := make([][]transfer, len(sizes)), firstAttempt
	for i, size := range sizes {
		for range size.attempts {
			x, err := transferOne(ctx, b.Attempt(attempt), t, size.bytes)
			if err != nil {
				return nil, fmt.Errorf("transfer of %d bytes: %w", size.bytes, err)
			}
			all[i] = append(all[i], x)
			attempt++
		}
	}
	return all, nil
}

// transferOne sends bytes and waits until the receiver has them. What takes too long
// by theory is not begun.
func transferOne(ctx context.Context, b *testbed.Bench, t testbed.Transport, bytes int) (x transfer, err error) {
	bound := b.Longest() / patienceShare
	if least := transferTime(t, b.Conditions, bytes); least > bound {
		x.cut = text.Sayf("takes %s s at least, and the lab waits %s s",
			text.Figure(least.Seconds()), text.Figure(bound.Seconds()))
		return x, nil
	}
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return x, err
	}
	defer probe.Close(n, &err)
	began := time.Now()
	within, cancel := context.WithDeadline(ctx, began.Add(bound))
	defer cancel()
	f, err := probe.OpenBulkFlow(within, n, t)
	if probe.IsTimeout(err) && ctx.Err() == nil {
		x.cut = probe.NoConnection(time.Since(began))
		return x, nil
	}
	if err != nil {
		return x, err
	}
	defer probe.Close(f, &err)
	x.sent, err = f.Send(within, chunkOf(t), bytes, paced(t, b))
	if err != nil && ctx.Err() == nil { // the transport gave up
		x.cut = probe.BrokeAfter(time.Since(began), err)
		return x, nil
	}
	f.Sink.Await(within, bytes, x.silence(b, t, bound))
	x.arrived(f, t, bytes)
	x.excuse = probe.BottleneckOf(b.Conditions).Uncounted(t, meter.Flow(f.Port()))
	return x, context.Cause(ctx)
}

// streamChunk is how many bytes a write to a stream takes: the last segment of a
// write, which may be a short one, is one of very many.
const streamChunk = 256 << 10

// chunkOf is how many bytes a write in bulk takes: a full packet, or many.
func chunkOf(t testbed.Transport) int {
	return probe.Either(t.Stream, streamChunk, fullDatagram)
}

// silence is how long to wait for bytes that do not come: a transport that
// sends again may take all the time there is.
func (x *transfer) silence(b *testbed.Bench, t testbed.Transport, bound time.Duration) time.Duration {
	if t.Reliable {
		return bound
	}
	return b.Timeouts(t, testbed.Workload{Messages: 1, Size: fullPayload(t)}).Silence
}

// arrived notes what the receiver has read.
func (x *transfer) arrived(f *probe.BulkFlow, t testbed.Transport, bytes int) {
	x.got, x.took = f.Sink.Got(), probe.Never
	switch {
	case x.got >= bytes:
		x.took = f.Sink.Since(f.Dialed)
	case t.Reliable || x.sent < bytes:
		x.cut = text.Sayf("stopped after %s s, %d of %d bytes there",
			text.Figure(time.Since(f.Dialed).Seconds()), x.got, bytes)
	}
}

// excuse cuts off what is not as theory expects where a transfer knows why.
func excuse(c result.Cell, all []transfer) result.Cell {
	for _, x := range all {
		if c.Outside() {
			c = c.CutShort(x.excuse)
		}
	}
	return c
}

// transferCell is how long the transfers of one size took: the least where only a
// busy machine makes a difference, which only ever adds, else the median.
func transferCell(b *testbed.Bench, t testbed.Transport, bytes int, all []transfer) result.Cell {
	var took []float64
	for _, x := range all {
		if !x.cut.IsZero() {
			return expectTransfer(result.Outcome("unknown"), t, b.Conditions, bytes).CutShort(x.cut)
		}
		took = append(took, probe.Milliseconds(x.took))
	}
	value := theory.Percentile(took, 0.5)
	if calm(b.Conditions) {
		value = slices.Min(took)
	}
	cell := result.Number(value)
	if value == probe.Milliseconds(probe.Never) {
		cell = result.Outcome("never complete")
	}
	return excuse(expectTransfer(cell, t, b.Conditions, bytes), all)
}

// lostCell is the share of the data of all transfers that the receiver never got.
func lostCell(b *testbed.Bench, t testbed.Transport, bySize [][]transfer) result.Cell {
	sent, got, packets, all := 0, 0, 0, slices.Concat(bySize...)
	var cut text.Message
	for _, x := range all {
		cut = probe.FirstOf(x.cut, cut)
		sent, got = sent+x.sent, got+x.got
		packets += packetsOf(t, x.sent)
	}
	cell := result.Number(probe.Percent(sent-got, sent))
	return excuse(expectLost(cell, t, b.Conditions, packets).CutShort(cut), all)
}
