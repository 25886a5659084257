package registry

import (
	"context"

	"slices"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

var congestion = experiments.Experiment{
	ID:         "congestion",
	Title:      "Congestion control",
	Question:   "What happens when more is offered than the link carries?",
	Method:     "one flow a link: TCP sends all it can, UDP twice the rate; the server discards",
	Place:      experiments.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
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
	Claims:     congestionClaims,
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
	var found map[string]passed
	g, ctx := newGroup(ctx)
	g.Go(func() (err error) {
		reno, err = bulkReno(ctx, b.Attempt(lossyPath))
		return err
	})
	g.Go(func() (err error) {
		found, err = testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (passed, error) {
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
func oneFlow(ctx context.Context, b *testbed.Bench, t testbed.Transport) (passed, error) {
	all, err := flows(ctx, b, bottleneckOf(b.Conditions).course(b, t), t)
	if p, ok := endedEarly(err); ok {
		return p, nil
	}
	if err != nil {
		return passed{}, err
	}
	return all[0], nil
}

// bottleneckRows are goodput, what the queue dropped, what was sent and what
// data is lost.
func bottleneckRows(b *testbed.Bench, found map[string]passed) []*result.Measurement {
	n := bottleneckOf(b.Conditions)
	goodput := result.Row("goodput", "Goodput", "Mbit/s")
	queue := result.Row("queue_loss", "Dropped at the full queue", "%")
	sent := result.Row("sent", "Sent", "Mbit/s")
	start := result.Row("queue_loss_start", "Dropped before that, in slow start", "packets")
	data := result.Row("data_lost", "Data lost", "%")
	rows := []*result.Measurement{goodput, queue, sent, start, data}
	for _, t := range b.Transports {
		p := found[t.Name]
		goodput.Set(t.Name, result.Num(p.goodput()/1e6))
		queue.Set(t.Name, result.Num(percent(p.Overflowed, p.Packets)))
		sent.Set(t.Name, result.Num(p.sent()/1e6))
		n.expectGoodput(goodput, b, t)
		if t.Reliable {
			start.Set(t.Name, result.Num(p.before.Overflowed))
			data.Set(t.Name, result.Num(percent(p.missing(), p.before.Distinct)))
			data.ExpectExactly(t.Name, 0)
		} else {
			data.Set(t.Name, result.Num(percent(p.Overflowed+p.Lost, p.Packets)))
			n.expectOverflow(queue, data, t, p)
		}
		n.cut(t, p, goodput, queue, sent, data)
		if why := startedOver(p); !why.IsZero() { // theory says nothing of these, but claims look at them
			queue.CutShort(t.Name, why)
			sent.CutShort(t.Name, why)
		}
	}
	data.Because("what a reliable transport's packets lose is sent again (RFC 9293 3.8)")
	return rows
}

// missing is how many bytes of those that the flow had sent before it was
// measured had not come when that ended.
func (p passed) missing() int { return max(p.before.Distinct-p.before.Whole-p.Whole, 0) }

// cut notes in the rows of a flow why they do not show the state that was asked
// for, if they do not. What the machine did, and whether a timeout, of which
// theory knows nothing, stopped the flow, is only asked where something is not as
// expected.
func (n bottleneck) cut(t testbed.Transport, p passed, rows ...*result.Measurement) {
	why := n.unready(t, p)
	if why.IsZero() && t.Reliable && p.missing() > 0 {
		why = text.Sayf("the lab stopped while %d bytes waited to be sent again", p.missing())
	}
	if why.IsZero() && isOutside(t.Name, rows...) {
		why = firstOf(n.disturbance(p), startedOver(p))
		if why.IsZero() && t.Reliable {
			why = n.timeout(p)
		}
	}
	for _, r := range rows {
		if !why.IsZero() {
			r.CutShort(t.Name, why)
		}
	}
}

// isOutside reports whether one of the rows is not as expected.
func isOutside(transport string, rows ...*result.Measurement) bool {
	return slices.ContainsFunc(rows, func(r *result.Measurement) bool {
		_, expected := r.Expected[transport]
		got := r.Values[transport].Number
		return expected && (got < r.Low[transport] || got > r.High[transport])
	})
}

// unready says why a flow was not in the state that was asked for; it is zero
// where it was.
func (n bottleneck) unready(t testbed.Transport, p passed) text.Message {
	after := round(p.started.Seconds())
	switch {
	case !p.ended.IsZero():
		return p.ended
	case p.ready:
		return text.Message{}
	case p.restarted:
		return startedOver(p)
	case !t.Reliable:
		return text.Sayf("the queue was not full after %s s: the lab offered %s Mbit/s, the link carries %s",
			after, round(p.sent()/1e6), round(n.rate/1e6))
	case p.before.Repairs == 0:
		return text.Sayf("slow start was not over after %s s", after)
	}
	return text.Sayf("the window had not filled path and queue after %s s", after)
}

// expectGoodput says how fast one flow can be behind the bottleneck. TCP that
// packets are lost to by chance, or overtake each other, is held back by them: how
// fast it then is depends on its congestion control, and what Reno makes of it has
// its own row.
// UDP fills the link as long as enough comes to the queue.
func (n bottleneck) expectGoodput(row *result.Measurement, b *testbed.Bench, t testbed.Transport) {
	switch beta := backoff(controlOf(b)); {
	case n.rate == 0 || t.Reliable && (n.drop > 0 || n.jitter > 0 || n.limit < leastQueue):
	case t.Reliable:
		full := n.rate * tcpShare / 1e6
		row.Expect(t.Name, full*n.meanUse(beta), full*n.leastUse(beta)*(1-resentShare), full*(1+n.edges))
		row.Becausef("the link's rate less headers; TCP's window goes back to %s of what path and queue hold (Appenzeller 2004)",
			round(beta))
	case n.overfilled() >= surplus && n.bridged():
		full := n.rate * udpShare / 1e6
		row.Expect(t.Name, full, full*(1-n.edges), full*(1+n.edges))
	}
}

// leastQueue is how many packets a queue must hold so that TCP drops because
// its window has grown, and not because two acknowledgements came together: a
// delayed acknowledgement lets go of two segments, three while the window grows
// (RFC 5681 3.1, 4.2).
const leastQueue = 4

// resentShare is the part of the link that may carry segments for the second time:
// a window's worth of those that were sent again in vain, once in a cycle.
const resentShare = 0.05

// expectOverflow says how much of what a transport that never waits offers finds
// the queue full: all that the link does not carry, of what was really offered.
func (n bottleneck) expectOverflow(queue, data *result.Measurement, t testbed.Transport, p passed) {
	full, empty := n.overfilled() >= surplus && n.bridged(), n.overfilled() <= 1/surplus
	if n.rate == 0 || p.Packets == 0 || !full && !empty {
		return
	}
	offered, arrived := float64(p.Packets), float64(p.Packets-p.Lost)
	dropped := max(arrived-n.rate*p.lasted.Seconds()/(8*datagramPacket), 0)
	cut := 2 + n.rate*p.Pause.Seconds()/(8*datagramPacket) // packets at the ends of the interval, and in the longest pause
	share, lost, off := 100*dropped/offered, 100*(dropped+float64(p.Lost))/offered, 100*cut/offered
	queue.Expect(t.Name, share, max(share-off, 0), share+off)
	data.Expect(t.Name, lost, max(lost-off, 0), lost+off)
	queue.Becausef("UDP: 1 - rate/offered, to a few packets; %s Mbit/s of packets came to the queue",
		round(arrived*8*datagramPacket/p.lasted.Seconds()/1e6))
}

// controlOf is the congestion control of the bench's network: what was asked
// for, or the default of the lab's own stack; "" where the system decides.
func controlOf(b *testbed.Bench) string {
	if b.Options.Congestion == "" && slices.Contains([]string{"virtual", "simulated"}, b.Driver.Name) {
		return "cubic"
	}
	return b.Options.Congestion
}
