// Package duplication is the lesson "Duplicates". What it tells is in en.md and ko.md.
package duplication

import (
	"context"
	"embed"

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
	ID:         "duplication",
	Also:       []string{"duplicate"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond, Duplicate: 0.20}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Run:        runDuplication,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataCopied},
		Messages: 50,
	},
}

func runDuplication(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.LossResult, error) {
		return probe.MeasureLoss(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	duplicates := result.Row("duplicates", "Echoed again", "messages")
	delivered := result.Row("delivered", "Messages echoed", "%")
	made := result.Row("copied", "Copied by the wire", "packets")
	for _, t := range b.Transports {
		f := found[t.Name]
		ExpectDuplicates(duplicates, t, b.Conditions, w)
		f.Note(duplicates, t, result.Num(f.X.Duplicates()))
		probe.ExpectDelivery(delivered, t, b.Conditions, w)
		f.Note(delivered, t, result.Num(probe.Percent(f.X.Delivered(), w.Messages)))
		f.Note(made, t, result.Num(probe.Count(f.Packets, func(p packet.Packet) bool { return p.Copy })))
		f.CutShort(t, delivered)
	}
	return result.Rows(1, duplicates, delivered, made), nil
}

// ExpectDuplicates says how many echoes should come behind the first of their
// message.
func ExpectDuplicates(row *result.Measurement, t testbed.Transport, c wire.Options, w testbed.Workload) {
	alone := probe.Independent(c.Client) && probe.Independent(c.Server)
	switch cut := theory.Fragments(w.Size, testbed.DefaultMTU) > 1; {
	case t.Reliable:
		row.ExpectExactly(t.Name, 0)
	case cut && oneDatagram(c):
		row.ExpectExactly(t.Name, 0)
		row.Because("the copy of a fragment makes no second datagram (RFC 791 3.2)")
	case alone && !cut:
		d := theory.Sum(theory.Beyond(theory.Echoes(probe.Chances(c.Client), probe.Chances(c.Server))), w.Messages)
		low, high := d.Interval(probe.Confidence)
		row.Expect(t.Name, d.Mean(), float64(low), float64(high))
		row.Because("(1+p)(1+q)-1 more echoes a message, less what is lost, 99.9 %")
	}
}

// oneDatagram reports whether the copies of a datagram's fragments make no
// second datagram of it: each comes right behind its original, so that only the
// copy of the last one is left when the datagram has been put together. It is
// not so where an original overtakes copies, or may be damaged.
func oneDatagram(c wire.Options) bool {
	return c.Client.Reorder == 0 && c.Server.Reorder == 0 && c.Client.Corrupt == 0 && c.Server.Corrupt == 0
}
