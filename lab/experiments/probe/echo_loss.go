package probe

import (
	"context"

	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
)

// LossResult is what one transport made of a wire that does harm.
type LossResult struct {
	X         *testbed.Exchange // empty if there was no connection
	Packets   []packet.Packet
	Fates     Losses
	Unreached Unreached
}

// SentAgain is the row about what was sent more than once.
func SentAgain(b *testbed.Bench, w testbed.Workload, found map[string]LossResult) *result.Measurement {
	again := result.Row("retransmissions", "Sent again", "packets")
	for _, t := range b.Transports {
		f := found[t.Name]
		if !t.Reliable {
			again.ExpectExactly(t.Name, 0)
		}
		f.Note(again, t, result.Num(packet.Retransmissions(f.Packets)+repeated(w, f.Packets)))
	}
	again.Because("nothing in UDP sends again")
	return again
}

// Note puts a figure into a transport's cell, or says that it had no connection.
func (r LossResult) Note(row *result.Measurement, t testbed.Transport, v result.Value) {
	if !r.Unreached.Reached() {
		r.Unreached.Note(row, t)
		return
	}
	row.Set(t.Name, v)
}

// CutShort marks what hangs on how many messages came back, where some of them
// were only under way, or their connection broke.
func (r LossResult) CutShort(t testbed.Transport, rows ...*result.Measurement) {
	why := WhyCut(r.X)
	if !t.Reliable || !r.Unreached.Reached() || why.IsZero() {
		return
	}
	for _, row := range rows {
		row.CutShort(t.Name, why)
	}
}

// MeasureLoss runs the workload over a recorded wire and accounts for every loss.
// That a handshake came to nothing is a result, too.
func MeasureLoss(ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload) (r LossResult, err error) {
	v := NewLossObserver(w)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, v.Tap)
	if u, ok := NotReached(ctx, err, b.Conditions, v.rec.Packets()); ok {
		return LossResult{X: &testbed.Exchange{}, Unreached: u}, nil
	}
	if err != nil {
		return r, err
	}
	defer Close(s, &err)
	r.X, err = testbed.Echo(ctx, s.Client, w, b.Timeouts(t, w))
	if err != nil {
		return r, err
	}
	seen := v.Snapshot(s.Network, 0)
	r.Packets = seen.Packets
	r.Fates = ClassifyLosses(t, w, r.X, seen)
	return r, nil
}

// recordLimit is how many packets to remember of a workload: every message may
// take several packets there and back, and be sent again many times.
func recordLimit(w testbed.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, testbed.DefaultMTU)
}
