package experiments

import (
	"context"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
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
	Lesson: lab.Lesson{
		Caption: "TCP: the dropped segment is sent again; UDP: the dropped datagram is gone, and nobody " +
			"is told",
		Shows:    []lab.Sight{lab.DataDropped},
		Messages: 50,
	},
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
		"UDP, where packets are copied, too: a message comes back if one of its requests arrives and one of the answers to them",
		"TCP, where so much is lost that no handshake comes through: (1-(1-p)(1-q))^n of all attempts at most, with n SYNs",
		"UDP sends nothing again (RFC 768)",
		"every message that did not come back has a cause: no loss is unexplained",
	},
	Claims:     lossClaims,
	References: []string{"RFC 9293 3.8", "RFC 6298", "RFC 5681 3.2", "RFC 2018", "RFC 768"},
	Try:        "lab compare loss --loss 20% --messages 200 --details",
}

// repaired is what one transport made of a wire that does harm.
type repaired struct {
	x         *lab.Exchange // empty if there was no connection
	packets   []trace.Packet
	fates     fates
	unreached unreached
}

func runLoss(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (repaired, error) {
		return lossy(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	rows := append(echoRows(b, w, found), wireRows(b, w, found)...)
	return lab.Rows(2, append(rows, fateRows(b, found)...)...), nil
}

// echoRows are what the application sees, and the price of it.
func echoRows(b *lab.Bench, w lab.Workload, found map[string]repaired) []*lab.Measurement {
	delivered := lab.Row("delivered", "Messages echoed", "%")
	p50 := lab.Row("rtt_p50", "Round trip, p50", "ms")
	p99 := lab.Row("rtt_p99", "Round trip, p99", "ms")
	for _, t := range b.Transports {
		f := found[t.Name]
		expectDelivery(delivered, t, b.Conditions, w)
		f.note(delivered, t, lab.Num(percent(f.x.Delivered(), w.Messages)))
		f.note(p50, t, quantile(f.x, 0.50))
		f.note(p99, t, quantile(f.x, 0.99))
		f.cutShort(t, delivered, p50, p99)
	}
	return []*lab.Measurement{delivered, sentAgain(b, w, found), p99, p50}
}

// quantile is that of the round trips in milliseconds, if there are any.
func quantile(x *lab.Exchange, q float64) lab.Value {
	rtts := x.RTTs()
	if len(rtts) == 0 {
		return lab.Word("no reply")
	}
	return lab.Num(milliseconds(theory.Percentile(rtts, q)))
}

// wireRows are what passed the wire: what it did to packets, and what it shows
// of how the loss was noticed.
func wireRows(b *lab.Bench, w lab.Workload, found map[string]repaired) []*lab.Measurement {
	injected := lab.Row("injected", "Dropped by the wire", "packets")
	undelivered := lab.Row("undelivered", "Did not arrive whole", "packets")
	overtaken := lab.Row("overtaken", "Overtaken", "packets")
	gaps := lab.Row("gaps", "Gaps in the stream", "count")
	sacks := lab.Row("sack_packets", "Gaps named (SACK)", "packets")
	told := lab.Row("told", "Sender told of a loss", "count")
	for _, t := range b.Transports {
		f := found[t.Name]
		f.note(injected, t, lab.Num(withFate(f.packets, link.Lost)))
		f.note(undelivered, t, lab.Num(count(f.packets, arrivedNot)))
		f.note(overtaken, t, lab.Num(overtakenOf(f.packets)))
		f.note(sacks, t, lab.Num(count(f.packets, trace.Packet.NamesGap)))
		if t.Stream {
			f.note(gaps, t, lab.Num(visibleGaps(f.packets)))
		}
		if !t.Reliable {
			told.Expect(t.Name, 0, 0, float64(unassembled(w, f.packets)))
			f.note(told, t, lab.Num(toldOf(f)))
		}
	}
	told.Because("UDP acknowledges nothing (RFC 768); a host may tell that fragments never made a datagram (RFC 1122 3.3.2)")
	return []*lab.Measurement{injected, undelivered, overtaken, gaps, sacks, told}
}

// toldOf counts what told the client of a transport that something was lost:
// ICMP messages from the server's host, and the end of the conversation.
func toldOf(f repaired) int {
	n := count(f.packets, func(p trace.Packet) bool { return p.From == fromServer && p.ICMP != nil })
	if f.x.Broken != nil {
		n++
	}
	return n
}

// sentAgain is the row about what was sent more than once.
func sentAgain(b *lab.Bench, w lab.Workload, found map[string]repaired) *lab.Measurement {
	again := lab.Row("retransmissions", "Sent again", "packets")
	for _, t := range b.Transports {
		f := found[t.Name]
		if !t.Reliable {
			again.ExpectExactly(t.Name, 0)
		}
		f.note(again, t, lab.Num(trace.Retransmissions(f.packets)+repeated(w, f.packets)))
	}
	again.Because("nothing in UDP sends again")
	return again
}

// note puts a figure into a transport's cell, or says that it had no connection.
func (r repaired) note(row *lab.Measurement, t lab.Transport, v lab.Value) {
	if !r.unreached.reached() {
		r.unreached.note(row, t)
		return
	}
	row.Set(t.Name, v)
}

// cutShort marks what hangs on how many messages came back, where some of them
// were only under way, or their connection broke.
func (r repaired) cutShort(t lab.Transport, rows ...*lab.Measurement) {
	why := incomplete(r.x)
	if !t.Reliable || !r.unreached.reached() || why.IsZero() {
		return
	}
	for _, row := range rows {
		row.CutShort(t.Name, why)
	}
}

// lossy runs the workload over a recorded wire and accounts for every loss.
// That a handshake came to nothing is a result, too.
func lossy(ctx context.Context, b *lab.Bench, t lab.Transport, w lab.Workload) (r repaired, err error) {
	v := newWitness(w)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, v.tap)
	if u, ok := notReached(ctx, err, b.Conditions, v.rec.Packets()); ok {
		return repaired{x: &lab.Exchange{}, unreached: u}, nil
	}
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
	r.fates = account(t, w, r.x, seen)
	return r, nil
}

// recordLimit is how many packets to remember of a workload: every message may
// take several packets there and back, and be sent again many times.
func recordLimit(w lab.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, lab.DefaultMTU)
}
