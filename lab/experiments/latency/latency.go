package latency

import (
	"context"

	"fmt"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

var Experiment = experiments.Experiment{
	ID:       "latency",
	Title:    "Latency",
	Question: "How long does one message take there and back?",
	Method:   "one message at a time, the next one after the echo; the first 50 do not count",
	Place:    experiments.OnLocalhost,
	Alone:    true,
	Run:      runLatency,
	Lesson: packet.Lesson{
		Caption:  "one message at a time: the next one leaves when the echo of the one before has come",
		Messages: 20,
	},
	Why: "On an open connection a TCP echo costs the same two packets as a UDP echo. What differs on one machine is only how long " +
		"the two protocols keep the processor busy, a few microseconds; the handshake, which TCP paid before, is not part of it. " +
		"Go switches Nagle's algorithm off, so small messages do not wait for acknowledgements.",
	Packets: []text.Phrase{
		"the client writes one message and waits",
		"the server reads it and writes it back",
		"the client reads the echo: that is one round trip; then comes the next message",
	},
	Theory: []text.Phrase{
		"nothing by number: how long an echo takes on one machine is the machine's affair; the two should differ by little",
	},
	References: []string{"RFC 862", "RFC 9293 3.8.6.3", "RFC 768"},
	Try:        "lab compare latency --size 16 --details",
}

// warmUp is how many messages go before those that count.
const warmUp = 50

// runLatency measures a closed loop on purpose: one message at a time, so that
// no message waits behind another.
func runLatency(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	rtts, err := testbed.Each(ctx, b, true, func(ctx context.Context, t testbed.Transport) ([]time.Duration, error) {
		return pingPong(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	p50 := result.Row("rtt_p50", "Round trip, p50", "µs")
	p99 := result.Row("rtt_p99", "Round trip, p99", "µs")
	for t, all := range rtts {
		p50.Set(t, result.Num(probe.Microseconds(theory.Percentile(all, 0.50))))
		p99.Set(t, result.Num(probe.Microseconds(theory.Percentile(all, 0.99))))
	}
	return result.Rows(1, p50, p99), nil
}

// pingPong measures the round trips of the workload, one after the other.
func pingPong(ctx context.Context, b *testbed.Bench, t testbed.Transport) (rtts []time.Duration, err error) {
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{}, nil)
	if err != nil {
		return nil, err
	}
	defer probe.Close(s, &err)
	w := b.Workload(0)
	message, echo := make([]byte, w.Size), make([]byte, w.Size)
	for i := range warmUp + w.Messages {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		began := time.Now()
		if err := probe.EchoOnce(s.Client, w.Fill(message, i%w.Messages), echo); err != nil {
			return nil, fmt.Errorf("echo %d: %w", i+1, err)
		}
		if i >= warmUp {
			rtts = append(rtts, time.Since(began))
		}
	}
	return rtts, nil
}
