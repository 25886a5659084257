// Package loss is the lesson "Reliable data transfer". What it tells is in en.md and ko.md.
package loss

import (
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
	ID:         "loss",
	Also:       []string{"reliability", "retransmission", "retransmissions", "packet loss", "timeout", "RTO", "ARQ"},
	Prose:      experiments.Read("loss"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Loss: 0.10, Delay: 10 * time.Millisecond}),
	Accepts: []string{
		"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit",
	},
	Long:    true,
	Options: []string{"messages", "size"},
	Run:     probe.Accounting(probe.EveryMillisecond, rows...),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDropped},
		Messages: 50,
	},
	Claims: claims,
}

// rows are what the application sees, what it costs, what passed the wire, and what
// became of the messages that did not come back.
var rows = slices.Concat([]row{
	probe.Headline(probe.Delivered),
	probe.Headline(probe.SentAgain),
	{ID: "rtt_p99", Label: "Round trip, p99", Unit: "ms", Cell: percentile(0.99)},
	{ID: "rtt_p50", Label: "Round trip, p50", Unit: "ms", Cell: percentile(0.50)},
	{ID: "injected", Label: "Dropped by the wire", Unit: "packets", Cell: probe.PacketsThat(isLost)},
	{ID: "undelivered", Label: "Did not arrive whole", Unit: "packets", Cell: probe.PacketsThat(isUndelivered)},
	probe.Overtaken,
	{
		ID: "gaps", Label: "Gaps in the stream", Unit: "count",
		Cell: func(t testbed.Transport, r probe.LossResult) result.Cell {
			if !t.Stream {
				return result.Cell{}
			}
			return result.Number(visibleGaps(r.Packets))
		},
	},
	{ID: "sack_packets", Label: "Gaps named (SACK)", Unit: "packets", Cell: probe.PacketsThat(packet.Packet.NamesGap)},
	{
		ID: "told", Label: "Sender told of a loss", Unit: "count",
		Basis: text.Say("UDP acknowledges nothing (RFC 768); " +
			"a host may tell that fragments never made a datagram (RFC 1122 3.3.2)"),
		Cell: func(t testbed.Transport, r probe.LossResult) result.Cell {
			if t.Reliable {
				return result.Cell{}
			}
			return result.Number(toldOf(r)).Expect(0, 0, float64(probe.Unassembled(r.Workload, r.Packets)))
		},
	},
}, probe.LossRows)

type row = experiments.Row[probe.LossResult]

// percentile is the round trip, in milliseconds, that a share of all is no longer
// than.
func percentile(share float64) func(testbed.Transport, probe.LossResult) result.Cell {
	return func(t testbed.Transport, r probe.LossResult) result.Cell {
		value := result.Word("no reply")
		if rtts := r.X.RTTs(); len(rtts) > 0 {
			value = result.Num(probe.Milliseconds(theory.Percentile(rtts, share)))
		}
		return result.Measured(value).CutShort(r.WhyCut(t))
	}
}

// toldOf counts what told the client of a transport that something was lost:
// ICMP messages from the server's host, and the end of the conversation.
func toldOf(r probe.LossResult) int {
	n := probe.Count(r.Packets, func(p packet.Packet) bool { return p.From == wire.Server && p.ICMP != nil })
	if r.X.Broken != nil {
		n++
	}
	return n
}
