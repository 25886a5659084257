package experiments

import (
	"context"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
)

var congestion = lab.Experiment{
	ID:         "congestion",
	Title:      "Congestion control",
	Question:   "What happens when more is offered than the link carries?",
	Method:     "one flow a link: TCP sends all it can, UDP twice the rate; the server discards",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runCongestion,
	Lesson: lab.Lesson{
		Caption: "the queue before the link is full and drops a packet: TCP sends it again and slows " +
			"down, UDP goes on as before",
		Shows: []lab.Sight{lab.QueueFull},
	},
	Why: "The link carries so many bits a second, and a queue of bounded length stands before it. UDP sends what the application gives it, here twice what fits: " +
		"half is dropped at the full queue, and the sender does not know. TCP takes missing or late acknowledgements as news about the network " +
		"and sends about as much as fits. How exactly depends on its congestion control: Reno and CUBIC fill the queue until it drops, then back off; " +
		"BBR measures the rate and ignores single losses. " +
		"Where no link is full and packets are lost by chance, Reno halves its window at each loss all the same: " +
		"its rate then follows from loss and round trip alone (Mathis; above 2 % loss PFTK, which counts timeouts, 200 ms at least on Linux where RFC 6298 says 1 s). " +
		"Only the loss of data counts: what a lost acknowledgement said, the next one says again.",
	Packets: []string{
		"the client offers UDP datagrams at twice the link's rate, evenly; to TCP it offers as much as TCP takes",
		"the queue before the link fills; what finds it full is dropped",
		"TCP: the congestion window grows each round trip while all is acknowledged, and shrinks when the queue drops",
		"UDP: nothing comes back that would slow the sender down",
		"Reno, on a link that is never full but drops one packet in a hundred: each loss halves the window, each round trip adds a segment to it",
	},
	Theory: []string{
		"UDP at twice the link's rate: 1 - rate/offered, half of the packets, is dropped at the queue",
		"TCP: the link's rate less headers gets through",
		"Reno on a link that loses by chance: MSS/RTT * sqrt(3/2)/sqrt(p) (Mathis et al. 1997), above 2 % loss the equation of RFC 5348 3.1, which counts timeouts",
	},
	Claims:     congestionClaims,
	References: []string{"RFC 5681", "RFC 9438", "RFC 8085 3.1", "Mathis et al. 1997", "RFC 5348 3.1"},
	Try:        "lab compare congestion --congestion reno --loss 1% --delay 10ms",
}

// bulkFor is how long a flow lasts: many round trips behind its slow start.
const bulkFor = 1500 * time.Millisecond

// The two paths, each with chances of its own.
const (
	bottleneckPath = iota
	lossyPath
)

func runCongestion(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	var reno *lab.Measurement
	var found map[string]flowRates
	g, ctx := newGroup(ctx)
	g.Go(func() (err error) {
		reno, err = bulkReno(ctx, b.Attempt(lossyPath))
		return err
	})
	g.Go(func() (err error) {
		found, err = lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (flowRates, error) {
			rates, err := flows(ctx, b.Attempt(bottleneckPath), bulkFor, t)
			if err != nil {
				return flowRates{}, err
			}
			return rates[0], nil
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
	return lab.Rows(headlines, rows[0], rows[1], reno, rows[2]), nil
}

// bottleneckRows are goodput, loss at the queue and what was sent.
func bottleneckRows(b *lab.Bench, found map[string]flowRates) []*lab.Measurement {
	sent := lab.Row("sent", "Sent", "Mbit/s")
	goodput := lab.Row("goodput", "Goodput", "Mbit/s")
	queue := lab.Row("queue_loss", "Lost at the queue", "%")
	for _, t := range b.Transports {
		f := found[t.Name]
		sent.Set(t.Name, lab.Num(f.sent/1e6))
		goodput.Set(t.Name, lab.Num(f.goodput/1e6))
		queue.Set(t.Name, lab.Num(f.queueLoss))
		expectRate(goodput, b, t)
		if !t.Reliable && b.Conditions.Client.Rate > 0 && lostTo(b.Conditions.Client) == 0 {
			over := 100 * (1 - 1/overload)
			queue.Expect(t.Name, over, over-10, over+10)
			queue.Because("1 - rate/offered")
		}
	}
	return []*lab.Measurement{goodput, queue, sent}
}

// expectRate says how fast one flow can be behind the bottleneck. Where loss
// holds TCP back, it only says what is too much: how fast TCP then is depends
// on its congestion control, and what Reno makes of it has its own row.
func expectRate(row *lab.Measurement, b *lab.Bench, t lab.Transport) {
	rate, p := b.Conditions.Client.Rate, lostTo(b.Conditions.Client)
	if rate == 0 {
		return
	}
	payload := rate * datagramSize / (datagramSize + theory.UDPHeader + theory.IPv4Header)
	low := 0.8 * payload * (1 - p)
	if t.Reliable {
		payload, low = rate*segmentSize/(segmentSize+tcpHeaders), 0.8*rate
	}
	if t.Reliable && p > 0 {
		low = 0
	}
	row.Expect(t.Name, payload*(1-p)/1e6, low/1e6, rate/1e6)
	row.Because("the link's rate less headers")
}
