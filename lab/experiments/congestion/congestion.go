package congestion

import (
	"context"

	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

var Experiment = experiments.Experiment{
	ID:         "congestion",
	Title:      "Congestion control",
	Question:   "What happens when more is offered than the link carries?",
	Method:     "one flow a link: TCP sends all it can, UDP twice the rate; the server discards",
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runCongestion,
	Lesson: packet.Lesson{
		Caption: "the queue before the link is full and drops a packet: TCP sends it again and slows " +
			"down, UDP goes on as before",
		Shows: []packet.Sight{packet.QueueFull},
	},
	Why: "The link carries so many bits a second, and a queue of bounded length stands before it. UDP sends what the application gives it, here twice what fits: " +
		"half is dropped at the full queue, and the sender does not know. TCP takes missing or late acknowledgements as news about the network " +
		"and sends about as much as fits. How exactly depends on its congestion control: Reno and CUBIC fill the queue until it drops, then back off; " +
		"BBR measures the rate and ignores single losses. " +
		"Where no link is full and packets are lost by chance, Reno halves its window at each loss all the same: " +
		"its rate then follows from loss and round trip alone (Mathis; above 2 % loss PFTK, which counts timeouts, 200 ms at least on Linux where RFC 6298 says 1 s). " +
		"Only the loss of data counts: what a lost acknowledgement said, the next one says again.",
	Packets: []text.Phrase{
		"the client offers UDP datagrams at twice the link's rate, evenly; to TCP it offers as much as TCP takes",
		"the queue before the link fills; what finds it full is dropped",
		"TCP: the congestion window grows each round trip while all is acknowledged, and shrinks when the queue drops",
		"UDP: nothing comes back that would slow the sender down",
		"Reno, on a link that is never full but drops one packet in a hundred: each loss halves the window, each round trip adds a segment to it",
	},
	Theory: []text.Phrase{
		"UDP at twice the link's rate: 1 - rate/offered, half of the packets, is dropped at the queue",
		"TCP: the link's rate less headers gets through",
		"Reno on a link that loses by chance: MSS/RTT * sqrt(3/2)/sqrt(p) (Mathis et al. 1997), above 2 % loss the equation of RFC 5348 3.1, which counts timeouts",
	},
	Claims:     CongestionClaims,
	References: []string{"RFC 5681", "RFC 9438", "RFC 8085 3.1", "Mathis et al. 1997", "RFC 5348 3.1"},
	Try:        "lab compare congestion --congestion reno --loss 1% --delay 10ms",
}

// The two paths, each with chances of its own.
const (
	bottleneckPath = iota
	lossyPath
)

func runCongestion(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	var reno *result.Measurement
	var found map[string]probe.FlowResult
	g, ctx := probe.NewGroup(ctx)
	g.Go(func() (err error) {
		reno, err = bulkReno(ctx, b.Attempt(lossyPath))
		return err
	})
	g.Go(func() (err error) {
		found, err = testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (probe.FlowResult, error) {
			return oneFlow(ctx, b.Attempt(bottleneckPath), t)
		})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	rows := bottleneckRows(b, found)
	headlines := 2
	if b.Options.Congestion == "reno" {
		headlines = 3 // who asks for Reno wants to see it
	}
	return result.Rows(headlines, slices.Insert(rows, 2, reno)...), nil
}

// oneFlow pours alone over the bottleneck.
func oneFlow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (probe.FlowResult, error) {
	all, err := probe.RunFlows(ctx, b, probe.BottleneckOf(b.Conditions).Course(b, t), t)
	if p, ok := endedEarly(err); ok {
		return p, nil
	}
	if err != nil {
		return probe.FlowResult{}, err
	}
	return all[0], nil
}

// bottleneckRows are goodput, what the queue dropped, what was sent and what
// data is lost.
func bottleneckRows(b *testbed.Bench, found map[string]probe.FlowResult) []*result.Measurement {
	n := probe.BottleneckOf(b.Conditions)
	goodput := result.Row("goodput", "Goodput", "Mbit/s")
	queue := result.Row("queue_loss", "Dropped at the full queue", "%")
	sent := result.Row("sent", "Sent", "Mbit/s")
	start := result.Row("queue_loss_start", "Dropped before that, in slow start", "packets")
	data := result.Row("data_lost", "Data lost", "%")
	rows := []*result.Measurement{goodput, queue, sent, start, data}
	for _, t := range b.Transports {
		p := found[t.Name]
		goodput.Set(t.Name, result.Num(p.Goodput()/1e6))
		queue.Set(t.Name, result.Num(probe.Percent(p.Overflowed, p.Packets)))
		sent.Set(t.Name, result.Num(p.Sent()/1e6))
		n.ExpectGoodput(goodput, b, t)
		if t.Reliable {
			start.Set(t.Name, result.Num(p.Before.Overflowed))
			data.Set(t.Name, result.Num(probe.Percent(p.Missing(), p.Before.Distinct)))
			data.ExpectExactly(t.Name, 0)
		} else {
			data.Set(t.Name, result.Num(probe.Percent(p.Overflowed+p.Lost, p.Packets)))
			n.ExpectOverflow(queue, data, t, p)
		}
		n.Cut(t, p, goodput, queue, sent, data)
		if why := probe.StartedOver(p); !why.IsZero() { // theory says nothing of these, but claims look at them
			queue.CutShort(t.Name, why)
			sent.CutShort(t.Name, why)
		}
	}
	data.Because("what a reliable transport's packets lose is sent again (RFC 9293 3.8)")
	return rows
}
