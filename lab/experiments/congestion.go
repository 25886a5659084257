package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
	"echolab/lab/wire"
)

var congestion = lab.Experiment{
	ID:         "congestion",
	Title:      "Congestion control",
	Question:   "What happens when more is offered than the link carries?",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 10e6, Limit: 64}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Run:        runCongestion,
	Why: "The link carries so many bits a second, and a queue of bounded length stands before it. UDP sends what the application gives it, here twice what fits: " +
		"half is dropped at the full queue, and the sender does not know. TCP takes missing or late acknowledgements as news about the network " +
		"and sends about as much as fits. How exactly depends on its congestion control: Reno and CUBIC fill the queue until it drops, then back off; " +
		"BBR measures the rate and ignores single losses.",
	Packets: []string{
		"the client offers UDP datagrams at twice the link's rate, evenly; to TCP it offers as much as TCP takes",
		"the queue before the link fills; what finds it full is dropped",
		"TCP: the congestion window grows each round trip while all is acknowledged, and shrinks when the queue drops",
		"UDP: nothing comes back that would slow the sender down",
	},
	Claims:     congestionClaims,
	References: []string{"RFC 5681", "RFC 9438", "RFC 8085 3.1", "Mathis et al. 1997", "RFC 5348 3.1"},
	Try:        "lab compare congestion --network kernel --congestion reno --loss 1% --rate 100mbit --details",
}

// bulkFor is how long a flow lasts, and bulkQuick with --quick.
const (
	bulkFor   = 2500 * time.Millisecond
	bulkQuick = 1200 * time.Millisecond
	bulkSize  = 1400 // bytes a write: fits one packet with either header
)

// bulk is how long this bench's flows last.
func bulk(b *lab.Bench) time.Duration {
	if b.Options.Quick {
		return bulkQuick
	}
	return bulkFor
}

func runCongestion(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	rate := b.Conditions.Client.Rate
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (flowRates, error) {
		rates, err := flows(ctx, b, []lab.Transport{t})
		if err != nil {
			return flowRates{}, err
		}
		return rates[0], nil
	})
	if err != nil {
		return nil, err
	}
	sent := lab.Row("sent", "Sent", "Mbit/s")
	goodput := lab.Row("goodput", "Goodput", "Mbit/s")
	queue := lab.Row("queue_loss", "Lost at the queue", "%")
	for _, t := range b.Transports {
		f := found[t.Name]
		sent.Set(t.Name, lab.Num(f.sent/1e6))
		goodput.Set(t.Name, lab.Num(f.goodput/1e6))
		queue.Set(t.Name, lab.Num(f.queueLoss))
		expectRate(goodput, b, t, rate)
		if !t.Reliable && rate > 0 && lostTo(b.Conditions.Client) == 0 {
			over := 100 * (1 - 1/overload)
			queue.Expect(t.Name, over, over-10, over+10)
			queue.Because("1 - rate/offered")
		}
	}
	return lab.Rows(2, goodput, queue, sent), nil
}

// expectRate says how fast one flow can be. A lossy link without a bottleneck
// of its own is a case for the formulas of Reno; else the link's rate counts.
func expectRate(row *lab.Measurement, b *lab.Bench, t lab.Transport, rate float64) {
	p := lostTo(b.Conditions.Client)
	if model, basis, ok := renoRate(b, p); ok && t.Reliable && (rate == 0 || model < rate) {
		row.Expect(t.Name, model/1e6, model/1e6/1.5, model/1e6*1.5)
		row.Basis = basis
		return
	}
	if rate == 0 {
		return
	}
	payload := rate * bulkSize / (bulkSize + theory.UDPHeader + theory.IPv4Header)
	if t.Reliable && p == 0 {
		payload = rate * segmentSize / (segmentSize + tcpHeaders)
		row.Expect(t.Name, payload/1e6, 0.8*rate/1e6, rate/1e6)
	} else if !t.Reliable {
		row.Expect(t.Name, payload*(1-p)/1e6, 0.8*payload*(1-p)/1e6, rate/1e6)
	}
	row.Because("the link's rate less headers")
}

const (
	tcpHeaders  = theory.IPv4Header + theory.TCPHeader + theory.TimestampOption
	segmentSize = lab.DefaultMTU - tcpHeaders
	leastRTO    = 200 * time.Millisecond // Linux and gVisor; RFC 6298 says 1 s
)

// renoRate is what Mathis (below 2 % loss) or PFTK (above) expects, if the
// congestion control is one that the formulas describe.
func renoRate(b *lab.Bench, p float64) (rate float64, basis lab.Text, ok bool) {
	rtt := b.Conditions.Client.Delay + b.Conditions.Server.Delay
	if b.Options.Congestion != "reno" || p == 0 || rtt == 0 {
		return 0, lab.Text{}, false
	}
	if p < 0.02 {
		return theory.Mathis(segmentSize, rtt, p, theory.MathisEverySegment), lab.Say("Mathis: MSS/RTT * 1.22/sqrt(p)"), true
	}
	return theory.PFTK(segmentSize, rtt, leastRTO, p, 1), lab.Say("PFTK, RTO = 200 ms"), true
}

// flowRates is what one flow over a bottleneck achieved, in bits per second
// of payload, counted on the wire.
type flowRates struct {
	sent, goodput float64
	queueLoss     float64 // percent of its packets
}

// flows sends one flow per transport over the same wire at the same time, and
// reads from the wire what each achieved.
func flows(ctx context.Context, b *lab.Bench, transports []lab.Transport) (rates []flowRates, err error) {
	meter := trace.NewMeter()
	n, err := b.Open(ctx, func(e wire.Event) { meter.Tap(e) })
	if err != nil {
		return nil, err
	}
	defer end(n, &err)
	sources, err := pourAll(ctx, b, n, transports)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		f := meter.Flow(source)
		seconds := bulk(b).Seconds()
		rates = append(rates, flowRates{
			sent:      float64(f.Offered) * 8 / seconds,
			goodput:   float64(f.Fresh) * 8 / max(f.Last-f.First, time.Millisecond).Seconds(),
			queueLoss: percent(f.Overflowed, f.Packets),
		})
	}
	return rates, nil
}

// pourAll pours all flows side by side and returns the client's ports.
func pourAll(ctx context.Context, b *lab.Bench, n lab.Network, transports []lab.Transport) ([]uint16, error) {
	ports := make([]uint16, len(transports))
	g, ctx := newGroup(ctx)
	for i, t := range transports {
		g.Go(func() (err error) {
			ports[i], err = pour(ctx, b, n, t)
			if err != nil {
				return fmt.Errorf("%s flow %d: %w", t.Name, i+1, err)
			}
			return nil
		})
	}
	return ports, g.Wait()
}
