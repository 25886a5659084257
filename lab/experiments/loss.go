package experiments

import (
	"context"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var loss = lab.Experiment{
	ID:         "loss",
	Title:      "Reliable data transfer",
	Question:   "What becomes of messages when packets are lost?",
	Method:     "one message a millisecond, each echoed; the client does not wait for echoes",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Loss: 0.10, Delay: 10 * time.Millisecond}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit"},
	Run:        runLoss,
	Why: "The wire drops IP packets, whatever they carry. UDP loses a message when its packet or that of its echo is dropped, so (1-p)^2 of them come back. " +
		"TCP numbers its bytes, learns from missing acknowledgements what was lost and sends it again: everything arrives, and the price is time, " +
		"which the 99th percentile shows. IP itself promises nothing; the repair is TCP's.",
	Packets: []string{
		"the client sends one message a millisecond and does not wait for echoes",
		"the wire drops packets in both directions, each with the same chance",
		"UDP: a message or echo that was dropped never comes, and nobody sends it again",
		"TCP: three duplicate acknowledgements or SACK tell of a gap, and only the missing segment is sent again (fast retransmit)",
		"TCP: where nothing follows the gap, the retransmission timeout sends again: 1 s by RFC 6298, 200 ms at least on Linux",
	},
	Theory: []string{
		"TCP: 100 %, as long as the connection lives",
		"UDP: (1-p)(1-q) of the messages come back, where p and q are the shares lost there and back; the range is the binomial distribution's, 99.9 % wide",
		"UDP sends nothing again (RFC 768)",
		"every message that did not come back has a cause: no loss is unexplained",
	},
	Claims:     lossClaims,
	References: []string{"RFC 9293 3.8", "RFC 6298", "RFC 5681 3.2", "RFC 2018", "RFC 768"},
	Try:        "lab compare loss --loss 20% --messages 200 --details",
}

// repaired is what one transport made of a lossy wire.
type repaired struct {
	x        *lab.Exchange
	packets  []trace.Packet
	injected int
	fates    fates
}

func runLoss(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (repaired, error) {
		return lossy(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	delivered := lab.Row("delivered", "Messages echoed", "%")
	injected := lab.Row("injected", "Dropped by the wire", "packets")
	again := lab.Row("retransmissions", "Sent again", "packets")
	sacks := lab.Row("sack_packets", "Gaps named (SACK)", "packets")
	p50 := lab.Row("rtt_p50", "Round trip, p50", "ms")
	p99 := lab.Row("rtt_p99", "Round trip, p99", "ms")
	for _, t := range b.Transports {
		f := found[t.Name]
		expectDelivery(delivered, t, b.Conditions, w)
		delivered.Set(t.Name, lab.Num(percent(f.x.Delivered(), w.Messages)))
		injected.Set(t.Name, lab.Num(f.injected))
		again.Set(t.Name, lab.Num(trace.Retransmissions(f.packets)))
		sacks.Set(t.Name, lab.Num(count(f.packets, trace.Packet.NamesGap)))
		p50.Set(t.Name, lab.Num(milliseconds(theory.Percentile(f.x.RTTs(), 0.50))))
		p99.Set(t.Name, lab.Num(milliseconds(theory.Percentile(f.x.RTTs(), 0.99))))
		if !t.Reliable {
			again.ExpectExactly(t.Name, 0)
		}
	}
	again.Because("nothing in UDP sends again")
	rows := []*lab.Measurement{delivered, again, p99, p50, injected, sacks}
	return lab.Rows(2, append(rows, fateRows(b, found)...)...), nil
}

// confidence of every interval that chance is granted.
const confidence = 0.999

// expectDelivery says how many messages should come back.
func expectDelivery(row *lab.Measurement, t lab.Transport, c wire.Options, w lab.Workload) {
	if t.Reliable {
		row.ExpectExactly(t.Name, 100)
		return
	}
	if !independent(c.Client) || !independent(c.Server) {
		return
	}
	packets := theory.Fragments(w.Size, lab.DefaultMTU)
	p := theory.EchoSurvival(lostTo(c.Client), lostTo(c.Server), packets)
	low, high := theory.Interval(w.Messages, p, confidence)
	row.Expect(t.Name, 100*p, percent(low, w.Messages), percent(high, w.Messages))
	row.Because("(1-p)^2, binomial 99.9 %")
}

// independent reports whether each packet's fate is its own, as the binomial
// distribution asks: no bursts, no exact counts, no script, no full queue.
func independent(c link.Conditions) bool {
	return c.Burst == link.Burst{} && c.Exact == link.Exact{} && len(c.Drop) == 0 && c.Rate == 0
}

// lostTo is the chance that a packet does not arrive whole. A copy may stand
// in for a dropped original only after the drop, so it does not help.
func lostTo(c link.Conditions) float64 { return 1 - (1-c.Loss)*(1-c.Corrupt) }

// lossy runs the workload over a recorded wire and accounts for every loss.
func lossy(ctx context.Context, b *lab.Bench, t lab.Transport, w lab.Workload) (r repaired, err error) {
	v := newWitness(w)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, v.tap)
	if err != nil {
		return r, err
	}
	defer end(s, &err)
	r.x, err = lab.Echo(ctx, s.Client, w, b.Patience(t, w))
	if err != nil {
		return r, err
	}
	seen := v.see(s.Network, 0)
	r.packets = seen.packets
	r.injected = withFate(r.packets, link.Lost)
	r.fates = account(t, w, r.x, seen)
	return r, nil
}

// recordLimit is how many packets to remember of a workload: every message may
// take several packets there and back, and be sent again many times.
func recordLimit(w lab.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, lab.DefaultMTU)
}
