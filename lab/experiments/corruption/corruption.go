// Package corruption is the lesson "Checksum". What it tells is in en.md and ko.md.
package corruption

import (
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
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "corruption",
	Also:       []string{"corrupt", "bit errors", "damage"},
	Prose:      experiments.Read("corruption"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond, Corrupt: 0.05}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Long:       true,
	Options:    []string{"messages", "size"},
	Run:        probe.Accounting(probe.EveryMillisecond, rows...),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDamaged},
		Messages: 100,
	},
}

var rows = slices.Concat([]experiments.Row[probe.LossResult]{
	{
		ID: "damaged", Label: "Delivered damaged", Unit: "messages", Headline: true,
		Basis: text.Say("one flipped bit always changes a ones' complement sum (RFC 1071); " +
			"of two in one datagram one pair in 32 does not"),
		Cell: func(t testbed.Transport, r probe.LossResult) result.Cell {
			return expectDamaged(result.Number(r.X.Damaged), t, r.Conditions, r.Workload)
		},
	},
	probe.Headline(probe.Delivered),
	{
		ID: "discarded", Label: "Damaged, discarded", Unit: "packets",
		Cell: probe.PacketsThat(func(p packet.Packet) bool { return p.Fate == link.Corrupted }),
	},
	probe.SentAgain,
}, probe.LossRows)

// expectDamaged says how many messages come damaged: none whose checksum covers one
// packet, of which the wire flips one bit. Of a datagram in fragments several bits
// may be flipped, and two cancel out where both are in one of the sum's 16 columns,
// and one goes up as the other goes down.
func expectDamaged(cell result.Cell, t testbed.Transport, c wire.Options, w testbed.Workload) result.Cell {
	packets := theory.Fragments(w.Size, testbed.DefaultMTU)
	if t.Stream || packets == 1 {
		return cell.ExpectExactly(0)
	}
	const columns, opposite = 1 / 16.0, 1 / 2.0
	twice := flippedTwice(c.Client.Corrupt, packets) + flippedTwice(c.Server.Corrupt, packets)
	// In data that is not random the two bits may always be opposite.
	_, most := theory.Interval(w.Messages, min(1, twice*columns), probe.Confidence)
	return cell.Expect(float64(w.Messages)*twice*columns*opposite, 0, float64(most))
}

// flippedTwice is the chance that two or more of a number of packets are damaged.
func flippedTwice(p float64, packets int) float64 {
	n := float64(packets)
	return 1 - math.Pow(1-p, n) - n*p*math.Pow(1-p, n-1)
}
