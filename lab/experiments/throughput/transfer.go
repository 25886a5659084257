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

// transferOne sends so many bytes and waits until the receiver has them. What
// theory says to take too long is not begun.
func transferOne(ctx context.Context, b *testbed.Bench, t testbed.Transport, bytes int) (x transfer, err error) {
	bound := b.Longest() / patienceShare
	if least := transferTime(t, b.Conditions, bytes); least > bound {
		x.cut = text.Sayf("takes %s s at least, and the lab waits %s s", text.Figure(least.Seconds()), text.Figure(bound.Seconds()))
		return x, nil
	}
	meter := packet.NewMeter()
	n, err := b.Open(ctx, meter.Tap)
	if err != nil {
		return x, err
	}
	began := time.Now()
	within, cancel := context.WithDeadline(ctx, began.Add(bound))
	defer cancel()
	w, err := probe.OpenOneWay(within, n, t, bytes)
	if probe.IsTimeout(err) && ctx.Err() == nil {
		x.cut = probe.NoConnection(time.Since(began))
		return x, nil
	}
	if err != nil {
		return x, err
	}
	defer probe.Close(w, &err)
	x.sent, err = w.Out.Send(within, chunkOf(t), bytes, paced(t, b))
	if err != nil && ctx.Err() == nil { // the transport gave up
		x.cut = probe.BrokeAfter(time.Since(began), err)
		return x, nil
	}
	w.In.Await(within, bytes, x.silence(b, t, bound))
	x.arrived(w.In, t, bytes, w.Dialed)
	x.excuse = probe.BottleneckOf(b.Conditions).Uncounted(t, meter.Flow(probe.PortOf(w.Out.Conn.LocalAddr())))
	return x, context.Cause(ctx)
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
func (x *transfer) arrived(in *probe.Sink, t testbed.Transport, bytes int, began time.Time) {
	x.got, x.took = in.Got(), probe.Never
	switch {
	case x.got >= bytes:
		x.took = in.Since(began)
	case t.Reliable || x.sent < bytes:
		x.cut = text.Sayf("stopped after %s s, %d of %d bytes there", text.Figure(time.Since(began).Seconds()), x.got, bytes)
	}
}

// transferRows are how long the transfers took, and what was lost of them.
func transferRows(b *testbed.Bench, found map[string]carried) []*result.Measurement {
	rows := []*result.Measurement{
		result.Row("transfer_10k", "10 KB there", "ms"),
		result.Row("transfer_100k", "100 KB there", "ms"),
		result.Row("transfer_1m", "1 MB there", "ms"),
	}
	lost := result.Row("lost", "Lost", "%")
	for _, t := range b.Transports {
		for i, row := range rows {
			noteTransfers(row, t, b, found[t.Name].transfers[i])
			expectTransfer(row, t, b.Conditions, sizes[i].bytes)
			excuse(row, t, found[t.Name].transfers[i])
			row.Because("UDP: one way and size / rate; TCP: also a handshake, and slow start from 10 segments (RFC 6928)")
		}
		noteLost(lost, t, b, slices.Concat(found[t.Name].transfers...))
	}
	lost.Because("TCP waits and sends again; UDP below the link's rate loses what chance drops")
	return append(rows, lost)
}

// excuse cuts off what is not as theory expects where a transfer knows why.
func excuse(row *result.Measurement, t testbed.Transport, all []transfer) {
	for _, x := range all {
		if !x.excuse.IsZero() && probe.IsOutside(t.Name, row) {
			row.CutShort(t.Name, x.excuse)
		}
	}
}

// noteTransfers writes down how long the transfers of one size took: the least
// where only a busy machine makes a difference, which only ever adds, else the
// median.
func noteTransfers(row *result.Measurement, t testbed.Transport, b *testbed.Bench, all []transfer) {
	var took []float64
	for _, x := range all {
		if !x.cut.IsZero() {
			row.Set(t.Name, result.Word("unknown"))
			row.CutShort(t.Name, x.cut)
			return
		}
		took = append(took, probe.Milliseconds(x.took))
	}
	value := theory.Percentile(took, 0.5)
	if calm(b.Conditions) {
		value = slices.Min(took)
	}
	row.Set(t.Name, result.Num(value))
	if value == probe.Milliseconds(probe.Never) {
		row.Set(t.Name, result.Word("never complete"))
	}
}

// noteLost writes down the share of the data that the receiver never got.
func noteLost(row *result.Measurement, t testbed.Transport, b *testbed.Bench, all []transfer) {
	sent, got, packets := 0, 0, 0
	for _, x := range all {
		if !x.cut.IsZero() {
			row.CutShort(t.Name, x.cut)
		}
		sent, got = sent+x.sent, got+x.got
		packets += packetsOf(t, x.sent)
	}
	row.Set(t.Name, result.Num(probe.Percent(sent-got, sent)))
	expectLost(row, t, b.Conditions, packets)
	excuse(row, t, all)
}
