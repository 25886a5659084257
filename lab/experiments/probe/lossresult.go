package probe

import (
	"context"
	"errors"
	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// LossResult is what one transport made of a workload, on a wire that does harm.
type LossResult struct {
	Unreached
	Conditions wire.Options
	Workload   testbed.Workload
	X          *testbed.Exchange // empty if there was no connection
	Packets    []packet.Packet
	Losses     Losses
}

// MeasureLoss runs the workload over a recorded wire and accounts for every loss.
// That a handshake came to nothing is a result, too.
func MeasureLoss(
	ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload,
) (r LossResult, err error) {
	observer := NewLossObserver(w)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, observer.Tap)
	if u, ok := NotReached(ctx, err, b.Conditions, observer.rec.Packets()); ok {
		return LossResult{Unreached: u, Conditions: b.Conditions, Workload: w, X: &testbed.Exchange{}}, nil
	}
	if err != nil {
		return r, err
	}
	defer Close(s, &err)
	x, err := testbed.Echo(ctx, s.Client, w, b.Timeouts(t, w))
	if err != nil {
		return r, err
	}
	r = observer.Account(t, x, s.Network, 0)
	r.Conditions = b.Conditions
	return r, nil
}

// Accounting is the method of an experiment that runs a workload through each
// transport and accounts for every loss.
func Accounting(
	workload func(*testbed.Bench) testbed.Workload, rows ...experiments.Row[LossResult],
) experiments.Method {
	find := func(ctx context.Context, b *testbed.Bench, t testbed.Transport) (LossResult, error) {
		return MeasureLoss(ctx, b, t, workload(b))
	}
	return experiments.SideBySide(find, IfReached(rows...))
}

// EveryMillisecond is the run's workload, one message a millisecond.
func EveryMillisecond(b *testbed.Bench) testbed.Workload { return b.Workload(time.Millisecond) }

// IfReached are rows of what may have had no connection, which is then in every cell
// that concerns the transport.
func IfReached[T interface {
	Reached() bool
	NoConnection() result.Cell
}](rows ...experiments.Row[T]) []experiments.Row[T] {
	rows = slices.Clone(rows)
	for i, row := range rows {
		rows[i].Cell = func(t testbed.Transport, found T) result.Cell {
			c := row.Cell(t, found)
			if c.IsZero() || found.Reached() {
				return c
			}
			return found.NoConnection()
		}
	}
	return rows
}

// Headline is a row that is shown without --details.
func Headline(row experiments.Row[LossResult]) experiments.Row[LossResult] {
	row.Headline = true
	return row
}

// Delivered is the row of the messages that came back.
var Delivered = experiments.Row[LossResult]{
	ID: "delivered", Label: "Delivered", Unit: "%",
	Cell: func(t testbed.Transport, r LossResult) result.Cell {
		c := result.Number(Percent(r.X.Delivered(), r.Workload.Messages))
		return expectDelivery(c, t, r.Conditions, r.Workload).CutShort(r.WhyCut(t))
	},
}

// SentAgain is the row of what the client or its host sent more than once.
var SentAgain = experiments.Row[LossResult]{
	ID: "retransmissions", Label: "Retransmissions", Unit: "packets", Basis: text.Say("nothing in UDP retransmits"),
	Cell: func(t testbed.Transport, r LossResult) result.Cell {
		c := result.Number(packet.Retransmissions(r.Packets) + repeated(r.Workload, r.Packets))
		if t.Reliable {
			return c
		}
		return c.ExpectExactly(0)
	},
}

// Overtaken is the row of the packets that a later one of their side overtook.
var Overtaken = experiments.Row[LossResult]{
	ID: "overtaken", Label: "Overtaken", Unit: "packets",
	Cell: CountOf(func(r LossResult) (n int) {
		for _, by := range packet.Overtaken(r.Packets) {
			if by > 0 {
				n++
			}
		}
		return n
	}),
}

// CountOf makes the cells of a row with a number of which theory says nothing.
func CountOf[T any](count func(T) int) func(testbed.Transport, T) result.Cell {
	return func(_ testbed.Transport, found T) result.Cell { return result.Number(count(found)) }
}

// PacketsThat makes the cells of a row that counts packets.
func PacketsThat(are func(packet.Packet) bool) func(testbed.Transport, LossResult) result.Cell {
	return CountOf(func(r LossResult) int { return Count(r.Packets, are) })
}

// WhyCut says why what hangs on the number of messages that came back is not the
// answer; it is zero where it is. A reliable transport had some under way when the lab
// stopped waiting, or TCP itself gave up: neither is loss.
func (r LossResult) WhyCut(t testbed.Transport) text.Message {
	missing := len(r.X.Observations) - r.X.Delivered()
	switch {
	case !t.Reliable || missing == 0:
		return text.Message{}
	case r.X.Broken != nil:
		return text.Sayf("the connection broke after %s s (%s), %d messages not echoed",
			text.Figure(r.X.Stopped.Seconds()), innermost(r.X.Broken).Error(), missing)
	}
	return text.Sayf("stopped after %s s, %d messages under way", text.Figure(r.X.Stopped.Seconds()), missing)
}

// innermost is what the system said, without the steps around it.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// recordLimit is how many packets to remember of a workload: every message may
// take several packets there and back, and be sent again many times.
func recordLimit(w testbed.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, testbed.DefaultMTU)
}
