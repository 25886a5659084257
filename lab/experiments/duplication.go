package experiments

import (
	"context"
	"math"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/wire"
)

var duplication = lab.Experiment{
	ID:         "duplication",
	Title:      "Duplicates",
	Question:   "Does a message arrive once, when packets are copied on the way?",
	Method:     "one message a millisecond, each echoed; the client counts repeated echoes",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: 5 * time.Millisecond, Duplicate: 0.20}),
	Accepts:    []string{"loss", "exact", "burst", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Run:        runDuplication,
	Why: "The wire hands some packets over twice. UDP has no memory of what came before, so the server echoes both copies and the client reads them all. " +
		"TCP knows from the sequence number that it has those bytes already; it drops the copy and acknowledges again.",
	Packets: []string{
		"the wire copies one packet in five, in both directions",
		"UDP: the server sees two requests and answers both, and either answer may be copied again",
		"TCP: the second copy lies left of what is expected next; it is dropped and answered with a duplicate acknowledgement",
	},
	Theory: []string{
		"TCP: no message comes twice (RFC 9293 3.4)",
		"UDP: (1+p)(1+q)-1 more echoes a message, where p and q are the shares copied there and back",
	},
	References: []string{"RFC 9293 3.4", "RFC 9293 3.10.7.4", "RFC 768"},
	Try:        "lab compare duplication --duplicate 100%",
}

func runDuplication(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	w := b.Workload(time.Millisecond)
	exchanges, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (*lab.Exchange, error) {
		return exchange(ctx, b, t, w, nil)
	})
	if err != nil {
		return nil, err
	}
	duplicates := lab.Row("duplicates", "Echoed again", "messages")
	delivered := lab.Row("delivered", "Messages echoed", "%")
	for _, t := range b.Transports {
		x := exchanges[t.Name]
		duplicates.Set(t.Name, lab.Num(x.Duplicates()))
		delivered.Set(t.Name, lab.Num(percent(x.Delivered(), w.Messages)))
		expectDelivery(delivered, t, b.Conditions, w)
		switch mean, margin, ok := copies(b.Conditions, w); {
		case t.Reliable:
			duplicates.ExpectExactly(t.Name, 0)
		case ok:
			duplicates.Expect(t.Name, mean, max(mean-margin, 0), mean+margin)
		}
	}
	duplicates.Because("(1+p)(1+q)-1 more echoes a message, normal 99.9 %")
	return lab.Rows(1, duplicates, delivered), nil
}

// copies is how many more echoes than messages should come when each packet
// is copied with chance p on the way there and q on the way back: a message
// becomes K = 1 or 2 requests, and each of them 1 or 2 echoes, so the mean of
// all is (1+p)(1+q), and its variance E[K]q(1-q) + (1+q)^2 p(1-p).
func copies(c wire.Options, w lab.Workload) (mean, margin float64, ok bool) {
	if lostTo(c.Client) > 0 || lostTo(c.Server) > 0 || !independent(c.Client) || !independent(c.Server) {
		return 0, 0, false
	}
	p, q, n := c.Client.Duplicate, c.Server.Duplicate, float64(w.Messages)
	variance := (1+p)*q*(1-q) + (1+q)*(1+q)*p*(1-p)
	return n * ((1+p)*(1+q) - 1), 3.29 * math.Sqrt(n*variance), true
}
