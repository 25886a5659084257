// Package corruption is the lesson "Checksum". What it tells is in en.md and ko.md.
package corruption

import (
	"context"
	"embed"

	"math"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "corruption",
	Also:       []string{"corrupt", "bit errors", "damage"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond, Corrupt: 0.05}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Run:        runCorruption,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDamaged},
		Messages: 100,
	},
}

func runCorruption(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.LossResult, error) {
		return probe.MeasureLoss(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	damaged := result.Row("damaged", "Delivered damaged", "messages")
	discarded := result.Row("discarded", "Damaged, discarded", "packets")
	delivered := result.Row("delivered", "Messages echoed", "%")
	for _, t := range b.Transports {
		f := found[t.Name]
		expectDamaged(damaged, t, b.Conditions, w)
		f.Note(damaged, t, result.Num(f.X.Damaged))
		f.Note(discarded, t, result.Num(probe.WithFate(f.Packets, link.Corrupted)))
		probe.ExpectDelivery(delivered, t, b.Conditions, w)
		f.Note(delivered, t, result.Num(probe.Percent(f.X.Delivered(), w.Messages)))
		f.CutShort(t, delivered)
	}
	damaged.Because("one flipped bit always changes a ones' complement sum (RFC 1071); of two in one datagram one pair in 32 does not")
	rows := []*result.Measurement{damaged, delivered, discarded, probe.SentAgain(b, w, found)}
	return result.Rows(2, append(rows, probe.LossRows(b, found)...)...), nil
}

// expectDamaged says how many messages come damaged: none whose checksum covers one
// packet, of which the wire flips one bit. Of a datagram in fragments several bits
// may be flipped, and two cancel out where both are in one of the sum's 16 columns,
// and one goes up as the other goes down.
func expectDamaged(row *result.Measurement, t testbed.Transport, c wire.Options, w testbed.Workload) {
	packets := theory.Fragments(w.Size, testbed.DefaultMTU)
	if t.Stream || packets == 1 {
		row.ExpectExactly(t.Name, 0)
		return
	}
	const columns, opposite = 1 / 16.0, 1 / 2.0
	twice := flippedTwice(c.Client.Corrupt, packets) + flippedTwice(c.Server.Corrupt, packets)
	// In data that is not random the two bits may always be opposite.
	_, most := theory.Interval(w.Messages, min(1, twice*columns), probe.Confidence)
	row.Expect(t.Name, float64(w.Messages)*twice*columns*opposite, 0, float64(most))
}

// flippedTwice is the chance that two or more of so many packets are damaged.
func flippedTwice(p float64, packets int) float64 {
	n := float64(packets)
	return 1 - math.Pow(1-p, n) - n*p*math.Pow(1-p, n-1)
}
