package loss

import (
	"context"

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

var Experiment = experiments.Experiment{
	ID:         "loss",
	Title:      "Reliable data transfer",
	Question:   "What becomes of messages when packets are lost?",
	Method:     "one message a millisecond, each echoed; the client does not wait for echoes",
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Loss: 0.10, Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit"},
	Run:        runLoss,
	Lesson: packet.Lesson{
		Caption: "TCP: the dropped segment is sent again; UDP: the dropped datagram is gone, and nobody " +
			"is told",
		Shows:    []packet.Sight{packet.DataDropped},
		Messages: 50,
	},
	Why: "The wire drops IP packets, whatever they carry. UDP loses a message when its packet or that of its echo is dropped, so (1-p)^2 of them come back. " +
		"TCP numbers its bytes, learns from missing acknowledgements what was lost and sends it again: everything arrives, and the price is time, " +
		"which the 99th percentile shows. IP itself promises nothing; the repair is TCP's.",
	Packets: []text.Phrase{
		"the client sends one message a millisecond and does not wait for echoes",
		"the wire drops packets in both directions, each with the same chance",
		"UDP: a message or echo that was dropped never comes, and nobody sends it again",
		"TCP: three duplicate acknowledgements or SACK tell of a gap, and only the missing segment is sent again (fast retransmit)",
		"TCP: where nothing follows the gap, the retransmission timeout sends again: 1 s by RFC 6298, 200 ms at least on Linux",
	},
	Theory: []text.Phrase{
		"TCP: 100 %, as long as the connection lives",
		"UDP: (1-p)(1-q) of the messages come back, where p and q are the shares lost there and back; the range is the binomial distribution's, 99.9 % wide",
		"UDP, where packets are copied, too: a message comes back if one of its requests arrives and one of the answers to them",
		"TCP, where so much is lost that no handshake comes through: (1-(1-p)(1-q))^n of all attempts at most, with n SYNs",
		"UDP sends nothing again (RFC 768)",
		"every message that did not come back has a cause: no loss is unexplained",
	},
	Claims:     LossClaims,
	References: []string{"RFC 9293 3.8", "RFC 6298", "RFC 5681 3.2", "RFC 2018", "RFC 768"},
	Try:        "lab compare loss --loss 20% --messages 200 --details",
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
