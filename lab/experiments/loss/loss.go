// Package loss is the lesson "Reliable data transfer". What it tells is in en.md and ko.md.
package loss

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
	ID:         "loss",
	Also:       []string{"reliability", "retransmission", "retransmissions", "packet loss", "timeout", "RTO"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Loss: 0.10, Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit"},
	Run:        runLoss,
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataDropped},
		Messages: 50,
	},
	Claims: LossClaims,
}

func runLoss(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.LossResult, error) {
		return probe.MeasureLoss(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	rows := append(echoRows(b, w, found), wireRows(b, w, found)...)
	return result.Rows(2, append(rows, probe.LossRows(b, found)...)...), nil
}

// echoRows are what the application sees, and the price of it.
func echoRows(b *testbed.Bench, w testbed.Workload, found map[string]probe.LossResult) []*result.Measurement {
	delivered := result.Row("delivered", "Messages echoed", "%")
	p50 := result.Row("rtt_p50", "Round trip, p50", "ms")
	p99 := result.Row("rtt_p99", "Round trip, p99", "ms")
	for _, t := range b.Transports {
		f := found[t.Name]
		probe.ExpectDelivery(delivered, t, b.Conditions, w)
		f.Note(delivered, t, result.Num(probe.Percent(f.X.Delivered(), w.Messages)))
		f.Note(p50, t, quantile(f.X, 0.50))
		f.Note(p99, t, quantile(f.X, 0.99))
		f.CutShort(t, delivered, p50, p99)
	}
	return []*result.Measurement{delivered, probe.SentAgain(b, w, found), p99, p50}
}

// quantile is that of the round trips in milliseconds, if there are any.
func quantile(x *testbed.Exchange, q float64) result.Value {
	rtts := x.RTTs()
	if len(rtts) == 0 {
		return result.Word("no reply")
	}
	return result.Num(probe.Milliseconds(theory.Percentile(rtts, q)))
}

// wireRows are what passed the wire: what it did to packets, and what it shows
// of how the loss was noticed.
func wireRows(b *testbed.Bench, w testbed.Workload, found map[string]probe.LossResult) []*result.Measurement {
	injected := result.Row("injected", "Dropped by the wire", "packets")
	undelivered := result.Row("undelivered", "Did not arrive whole", "packets")
	overtaken := result.Row("overtaken", "Overtaken", "packets")
	gaps := result.Row("gaps", "Gaps in the stream", "count")
	sacks := result.Row("sack_packets", "Gaps named (SACK)", "packets")
	told := result.Row("told", "Sender told of a loss", "count")
	for _, t := range b.Transports {
		f := found[t.Name]
		f.Note(injected, t, result.Num(probe.WithFate(f.Packets, link.Lost)))
		f.Note(undelivered, t, result.Num(probe.Count(f.Packets, arrivedNot)))
		f.Note(overtaken, t, result.Num(probe.OvertakenOf(f.Packets)))
		f.Note(sacks, t, result.Num(probe.Count(f.Packets, packet.Packet.NamesGap)))
		if t.Stream {
			f.Note(gaps, t, result.Num(visibleGaps(f.Packets)))
		}
		if !t.Reliable {
			told.Expect(t.Name, 0, 0, float64(unassembled(w, f.Packets)))
			f.Note(told, t, result.Num(toldOf(f)))
		}
	}
	told.Because("UDP acknowledges nothing (RFC 768); a host may tell that fragments never made a datagram (RFC 1122 3.3.2)")
	return []*result.Measurement{injected, undelivered, overtaken, gaps, sacks, told}
}

// toldOf counts what told the client of a transport that something was lost:
// ICMP messages from the server's host, and the end of the conversation.
func toldOf(f probe.LossResult) int {
	n := probe.Count(f.Packets, func(p packet.Packet) bool { return p.From == probe.FromServer && p.ICMP != nil })
	if f.X.Broken != nil {
		n++
	}
	return n
}
