package duplication

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
	ID:         "duplication",
	Title:      "Duplicates",
	Question:   "Does a message arrive once, when packets are copied on the way?",
	Method:     "one message a millisecond, each echoed; the client counts repeated echoes",
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 5 * time.Millisecond, Duplicate: 0.20}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Run:        runDuplication,
	Lesson: packet.Lesson{
		Caption:  "the wire delivers a packet twice: TCP discards the second one, UDP hands over both",
		Shows:    []packet.Sight{packet.DataCopied},
		Messages: 50,
	},
	Why: "The wire hands some packets over twice. UDP has no memory of what came before, so the server echoes both copies and the client reads them all. " +
		"TCP knows from the sequence number that it has those bytes already; it drops the copy and acknowledges again.",
	Packets: []text.Phrase{
		"the wire copies one packet in five, in both directions",
		"UDP: the server sees two requests and answers both, and either answer may be copied again",
		"TCP: the second copy lies left of what is expected next; it is dropped and answered with a duplicate acknowledgement",
	},
	Theory: []text.Phrase{
		"TCP: no message comes twice (RFC 9293 3.4)",
		"UDP: (1+p)(1+q)-1 more echoes a message, where p and q are the shares copied there and back, " +
			"and fewer where packets are lost, too",
		"UDP, messages that are cut into fragments: none, for the copy of a fragment makes no second datagram",
	},
	References: []string{"RFC 9293 3.4", "RFC 9293 3.10.7.4", "RFC 768"},
	Try:        "lab compare duplication --duplicate 100%",
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
