package probe

import (
	"context"
	"slices"

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

// MeasureRows runs the workload through each transport and fills the rows.
func MeasureRows(
	ctx context.Context, b *testbed.Bench, w testbed.Workload, rows ...experiments.Row[LossResult],
) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (LossResult, error) {
		return MeasureLoss(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	return Measure(b.Transports, found, rows...), nil
}

// attempt is what was found of a transport that may have had no connection.
type attempt interface {
	Reached() bool
	NoConnection() result.Cell
}

// Measure is experiments.Measure where a handshake may come to nothing: a
// transport that had no connection has this in every row that concerns it.
func Measure[T attempt](
	transports []testbed.Transport, found map[string]T, rows ...experiments.Row[T],
) []result.Measurement {
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
	return experiments.Measure(transports, found, rows...)
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
		c := result.Measured(result.Num(Percent(r.X.Delivered(), r.Workload.Messages)))
		return expectDelivery(c, t, r.Conditions, r.Workload).CutShort(r.WhyCut(t))
	},
}

// SentAgain is the row of what the client or its host sent more than once.
var SentAgain = experiments.Row[LossResult]{
	ID: "retransmissions", Label: "Retransmissions", Unit: "packets", Basis: text.Say("nothing in UDP retransmits"),
	Cell: func(t testbed.Transport, r LossResult) result.Cell {
		c := result.Measured(result.Num(packet.Retransmissions(r.Packets) + repeated(r.Workload, r.Packets)))
		if t.Reliable {
			return c
		}
		return c.ExpectExactly(0)
	},
}

// Overtaken is the row of the packets that a later one of their side overtook.
var Overtaken = experiments.Row[LossResult]{
	ID: "overtaken", Label: "Overtaken", Unit: "packets",
	Cell: CellOf(func(r LossResult) result.Value { return result.Num(OvertakenOf(r.Packets)) }),
}

// CellOf makes the cells of a row of which theory says nothing.
func CellOf[T any](value func(T) result.Value) func(testbed.Transport, T) result.Cell {
	return func(_ testbed.Transport, found T) result.Cell { return result.Measured(value(found)) }
}

// WhyCut says why what hangs on the number of messages that came back is not the
// answer: a reliable transport had some under way, or its connection broke.
func (r LossResult) WhyCut(t testbed.Transport) text.Message {
	if !t.Reliable {
		return text.Message{}
	}
	return WhyCut(r.X)
}

// recordLimit is how many packets to remember of a workload: every message may
// take several packets there and back, and be sent again many times.
func recordLimit(w testbed.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, testbed.DefaultMTU)
}
