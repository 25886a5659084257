package registry

import (
	"context"

	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

var loss = experiments.Experiment{
	ID:         "loss",
	Title:      "Reliable data transfer",
	Question:   "What becomes of messages when packets are lost?",
	Method:     "one message a millisecond, each echoed; the client does not wait for echoes",
	Place:      experiments.OnWire,
	Conditions: bothWays(link.Conditions{Loss: 0.10, Delay: 10 * time.Millisecond}),
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
	Claims:     lossClaims,
	References: []string{"RFC 9293 3.8", "RFC 6298", "RFC 5681 3.2", "RFC 2018", "RFC 768"},
	Try:        "lab compare loss --loss 20% --messages 200 --details",
}

// repaired is what one transport made of a wire that does harm.
type repaired struct {
	x         *testbed.Exchange // empty if there was no connection
	packets   []packet.Packet
	fates     fates
	unreached unreached
}

func runLoss(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	w := b.Workload(time.Millisecond)
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (repaired, error) {
		return lossy(ctx, b, t, w)
	})
	if err != nil {
		return nil, err
	}
	rows := append(echoRows(b, w, found), wireRows(b, w, found)...)
	return result.Rows(2, append(rows, fateRows(b, found)...)...), nil
}

// echoRows are what the application sees, and the price of it.
func echoRows(b *testbed.Bench, w testbed.Workload, found map[string]repaired) []*result.Measurement {
	delivered := result.Row("delivered", "Messages echoed", "%")
	p50 := result.Row("rtt_p50", "Round trip, p50", "ms")
	p99 := result.Row("rtt_p99", "Round trip, p99", "ms")
	for _, t := range b.Transports {
		f := found[t.Name]
		expectDelivery(delivered, t, b.Conditions, w)
		f.note(delivered, t, result.Num(percent(f.x.Delivered(), w.Messages)))
		f.note(p50, t, quantile(f.x, 0.50))
		f.note(p99, t, quantile(f.x, 0.99))
		f.cutShort(t, delivered, p50, p99)
	}
	return []*result.Measurement{delivered, sentAgain(b, w, found), p99, p50}
}

// quantile is that of the round trips in milliseconds, if there are any.
func quantile(x *testbed.Exchange, q float64) result.Value {
	rtts := x.RTTs()
	if len(rtts) == 0 {
		return result.Word("no reply")
	}
	return result.Num(milliseconds(theory.Percentile(rtts, q)))
}

// wireRows are what passed the wire: what it did to packets, and what it shows
// of how the loss was noticed.
func wireRows(b *testbed.Bench, w testbed.Workload, found map[string]repaired) []*result.Measurement {
	injected := result.Row("injected", "Dropped by the wire", "packets")
	undelivered := result.Row("undelivered", "Did not arrive whole", "packets")
	overtaken := result.Row("overtaken", "Overtaken", "packets")
	gaps := result.Row("gaps", "Gaps in the stream", "count")
	sacks := result.Row("sack_packets", "Gaps named (SACK)", "packets")
	told := result.Row("told", "Sender told of a loss", "count")
	for _, t := range b.Transports {
		f := found[t.Name]
		f.note(injected, t, result.Num(withFate(f.packets, link.Lost)))
		f.note(undelivered, t, result.Num(count(f.packets, arrivedNot)))
		f.note(overtaken, t, result.Num(overtakenOf(f.packets)))
		f.note(sacks, t, result.Num(count(f.packets, packet.Packet.NamesGap)))
		if t.Stream {
			f.note(gaps, t, result.Num(visibleGaps(f.packets)))
		}
		if !t.Reliable {
			told.Expect(t.Name, 0, 0, float64(unassembled(w, f.packets)))
			f.note(told, t, result.Num(toldOf(f)))
		}
	}
	told.Because("UDP acknowledges nothing (RFC 768); a host may tell that fragments never made a datagram (RFC 1122 3.3.2)")
	return []*result.Measurement{injected, undelivered, overtaken, gaps, sacks, told}
}

// toldOf counts what told the client of a transport that something was lost:
// ICMP messages from the server's host, and the end of the conversation.
func toldOf(f repaired) int {
	n := count(f.packets, func(p packet.Packet) bool { return p.From == fromServer && p.ICMP != nil })
	if f.x.Broken != nil {
		n++
	}
	return n
}

// sentAgain is the row about what was sent more than once.
func sentAgain(b *testbed.Bench, w testbed.Workload, found map[string]repaired) *result.Measurement {
	again := result.Row("retransmissions", "Sent again", "packets")
	for _, t := range b.Transports {
		f := found[t.Name]
		if !t.Reliable {
			again.ExpectExactly(t.Name, 0)
		}
		f.note(again, t, result.Num(packet.Retransmissions(f.packets)+repeated(w, f.packets)))
	}
	again.Because("nothing in UDP sends again")
	return again
}

// note puts a figure into a transport's cell, or says that it had no connection.
func (r repaired) note(row *result.Measurement, t testbed.Transport, v result.Value) {
	if !r.unreached.reached() {
		r.unreached.note(row, t)
		return
	}
	row.Set(t.Name, v)
}

// cutShort marks what hangs on how many messages came back, where some of them
// were only under way, or their connection broke.
func (r repaired) cutShort(t testbed.Transport, rows ...*result.Measurement) {
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
func lossy(ctx context.Context, b *testbed.Bench, t testbed.Transport, w testbed.Workload) (r repaired, err error) {
	v := newWitness(w)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, v.tap)
	if u, ok := notReached(ctx, err, b.Conditions, v.rec.Packets()); ok {
		return repaired{x: &testbed.Exchange{}, unreached: u}, nil
	}
	if err != nil {
		return r, err
	}
	defer end(s, &err)
	r.x, err = testbed.Echo(ctx, s.Client, w, b.Timeouts(t, w))
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
func recordLimit(w testbed.Workload) int {
	return 1000 + 20*w.Messages*theory.Fragments(w.Size, testbed.DefaultMTU)
}
