// Package duplication is the lesson "Duplicates". What it tells is in en.md and ko.md.
package duplication

import (
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
	ID:         "duplication",
	Also:       []string{"duplicate"},
	Prose:      experiments.Read("duplication"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond, Duplicate: 0.20}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Long:       true,
	Options:    []string{"messages", "size"},
	Run:        probe.Accounting(probe.EveryMillisecond, probe.Headline(Duplicates), probe.Delivered, copied),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataCopied},
		Messages: 50,
	},
}

// Duplicates is the row of the echoes that came behind the first of their message.
var Duplicates = experiments.Row[probe.LossResult]{
	ID: "duplicates", Label: "Duplicates", Unit: "messages",
	Cell: func(t testbed.Transport, r probe.LossResult) result.Cell {
		return expectDuplicates(result.Number(r.X.Duplicates()), t, r.Conditions, r.Workload)
	},
}

var copied = experiments.Row[probe.LossResult]{
	ID: "copied", Label: "Copied by the wire", Unit: "packets",
	Cell: probe.PacketsThat(func(p packet.Packet) bool { return p.Copy }),
}

// expectDuplicates says how many echoes should come behind the first of their
// message.
func expectDuplicates(cell result.Cell, t testbed.Transport, c wire.Options, w testbed.Workload) result.Cell {
	alone := probe.Independent(c.Client) && probe.Independent(c.Server)
	switch cut := theory.Fragments(w.Size, testbed.DefaultMTU) > 1; {
	case t.Reliable:
		return cell.ExpectExactly(0)
	case cut && oneDatagram(c):
		return cell.ExpectExactly(0).
			Because(text.Say("the copy of a fragment makes no second datagram (RFC 791 3.2)"))
	case alone && !cut:
		d := theory.Sum(theory.Beyond(theory.Echoes(probe.Chances(c.Client), probe.Chances(c.Server))), w.Messages)
		low, high := d.Interval(probe.Confidence)
		return cell.Expect(d.Mean(), float64(low), float64(high)).
			Because(text.Say("(1+p)(1+q)-1 more echoes a message, less what is lost, 99.9 %"))
	}
	return cell
}

// oneDatagram reports whether the copies of a datagram's fragments make no
// second datagram of it: each comes right behind its original, so that only the
// copy of the last one is left when the datagram has been put together. It is
// not so where an original overtakes copies, or may be damaged.
func oneDatagram(c wire.Options) bool {
	return c.Client.Reorder == 0 && c.Server.Reorder == 0 && c.Client.Corrupt == 0 && c.Server.Corrupt == 0
}
