package experiments

import (
	"context"
	"math"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

var ordering = lab.Experiment{
	ID:         "ordering",
	Title:      "Order",
	Question:   "Do messages arrive in the order in which they were sent?",
	Method:     "numbered messages at an even pace, a few under way at once, each echoed",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 10 * time.Millisecond, Reorder: 0.25}),
	Accepts:    []string{"loss", "burst", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Run:        runOrdering,
	Why: "Some packets skip the delay and overtake those before them. UDP hands every datagram to the application when it comes. " +
		"TCP numbers every byte, keeps what came early, and hands over only what is next, so the application never sees the disorder; it pays with waiting.",
	Packets: []string{
		"the client sends numbered messages at an even pace",
		"one packet in four skips the delay of the link and overtakes those before it, in both directions",
		"UDP: the echo of an overtaken message comes after the echoes of later ones",
		"TCP: a segment that came early waits in the receive buffer, acknowledged by SACK, until the gap before it is filled",
	},
	Theory: []string{
		"TCP: nothing is out of order (RFC 9293 3.4)",
		"UDP: the share of messages that a later one overtakes, counted as RFC 4737 3.3 does, which follows from the chance to skip the delay and from the pace",
	},
	Claims:     orderingClaims,
	References: []string{"RFC 4737 3.3", "RFC 9293 3.4", "RFC 2018", "RFC 768"},
	Try:        "lab compare ordering --reorder 50% --delay 20ms",
}

func runOrdering(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	w := b.Workload(pace(b.Conditions))
	exchanges, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (*lab.Exchange, error) {
		return exchange(ctx, b, t, w, nil)
	})
	if err != nil {
		return nil, err
	}
	row := lab.Row("out_of_order", "Out of order", "%")
	delivered := lab.Row("delivered", "Messages echoed", "%")
	for _, t := range b.Transports {
		x := exchanges[t.Name]
		row.Set(t.Name, lab.Num(percent(theory.Reordered(x.Arrivals), x.Delivered())))
		delivered.Set(t.Name, lab.Num(percent(x.Delivered(), w.Messages)))
		if t.Reliable {
			row.ExpectExactly(t.Name, 0)
		} else if share, margin, ok := reorderedShare(b.Conditions, w); ok {
			row.Expect(t.Name, 100*share, 100*max(share-margin, 0), 100*min(share+margin, 1))
			row.Because("share of messages that a later one overtakes (RFC 4737 3.3), 99.9 %")
		}
	}
	return lab.Rows(1, row, delivered), nil
}

// pace is how often messages are sent: about four while one is under way, at
// a distance that keeps overtaking clear of ties.
func pace(c wire.Options) time.Duration {
	delay := max(c.Client.Delay, c.Server.Delay)
	if delay == 0 {
		return time.Millisecond
	}
	return delay * 3 / 13
}

// exchange runs one workload over a fresh network.
func exchange(ctx context.Context, b *lab.Bench, t lab.Transport, w lab.Workload, tap wire.Tap) (x *lab.Exchange, err error) {
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{}, tap)
	if err != nil {
		return nil, err
	}
	defer end(s, &err)
	return lab.Echo(ctx, s.Client, w, b.Patience(t, w))
}

// reorderedShare is the expected share of reordered messages when each packet
// skips its link's delay with the link's chance. Message i comes late if some
// later message j needs less time by more than the head start of i; the times
// that messages need are independent of each other. The margin is 3.29 standard
// errors (99.9 %) of as many groups of messages as do not overlap, since
// neighbours are late together. It says nothing where delays are random.
func reorderedShare(c wire.Options, w lab.Workload) (share, margin float64, ok bool) {
	if c.Client.Jitter > 0 || c.Server.Jitter > 0 || c.Client.Rate > 0 || c.Server.Rate > 0 {
		return 0, 0, false
	}
	times := waysThrough(c)
	longest := c.Client.Delay + c.Server.Delay
	for need, chance := range times {
		inOrder := 1.0
		for lead := w.Every; lead < need; lead += w.Every {
			inOrder *= 1 - chanceBelow(times, need-lead)
		}
		share += chance * (1 - inOrder)
	}
	group := 1 + 2*float64(longest/max(w.Every, 1))
	return share, 3.29 * math.Sqrt(share*(1-share)*group/float64(w.Messages)), true
}

// waysThrough is the distribution of the time that an echo needs.
func waysThrough(c wire.Options) map[time.Duration]float64 {
	p, q := c.Client.Reorder, c.Server.Reorder
	times := map[time.Duration]float64{}
	times[0] += p * q
	times[c.Client.Delay] += (1 - p) * q
	times[c.Server.Delay] += p * (1 - q)
	times[c.Client.Delay+c.Server.Delay] += (1 - p) * (1 - q)
	return times
}

func chanceBelow(times map[time.Duration]float64, limit time.Duration) float64 {
	sum := 0.0
	for t, p := range times {
		if t < limit {
			sum += p
		}
	}
	return sum
}
