package overrun

import (
	"context"

	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

var Experiment = experiments.Experiment{
	ID:       "overrun",
	Title:    "Overrun: send as fast as you can",
	Question: "What becomes of messages that are sent faster than they are read?",
	Method:   "message after message without a pause, and the server only reads",
	Place:    experiments.OnLocalhost,
	Alone:    true,
	Run:      runOverrun,
	Why: "The client writes message after message for a second, and the server only reads. TCP's receiver tells how " +
		"much room it has, and at none " +
		"the client's write waits: it offers as much as is read, and nothing is lost. UDP's write never waits, so the " +
		"client offers what the system takes, " +
		"and a datagram that finds the receive buffer full is dropped without a word. That is no rate of UDP: a sender " +
		"that knew how fast the server reads " +
		"would lose nothing (lab compare capacity), and over a network the link is the narrow place (lab compare " +
		"throughput). " +
		"Loopback is no network: its packets are up to 64 KiB and touch no hardware.",
	Packets: []text.Phrase{
		"the client writes message after message and never waits for an answer; the server reads and discards",
		"TCP: when the server's receive buffer is full its window is zero, and the client's write waits",
		"UDP: when the server's receive buffer is full the system drops the datagram, and nobody is told",
		"when the client stops, the server reads what is left; what is missing then found no room",
	},
	Theory: []text.Phrase{
		"TCP loses nothing: its sender waits for the receiver's window (RFC 9293 3.8.6)",
		"nothing else by number: how fast this machine writes and reads is its own affair",
	},
	References: []string{"RFC 9293 3.8.6", "RFC 768", "RFC 8085 3.1", "RFC 863"},
	Try:        "lab compare overrun --size 64",
}

func runOverrun(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	lasts := probe.FloodFor
	if b.Options.Quick {
		lasts = probe.FloodForQuick
	}
	found, err := testbed.Each(ctx, b, true, func(ctx context.Context, t testbed.Transport) (probe.Flood, error) {
		return floodOne(ctx, b, t, b.Options.Size, lasts)
	})
	if err != nil {
		return nil, err
	}
	offered := result.Row("offered", "Offered", "Mbit/s")
	arrived := result.Row("arrived", "Arrived", "Mbit/s")
	lost := result.Row("lost_to_full_buffer", "Lost to a full buffer", "%")
	for _, t := range b.Transports {
		f := found[t.Name]
		offered.Set(t.Name, result.Num(f.Offered()/1e6))
		arrived.Set(t.Name, result.Num(f.Arrived()/1e6))
		lost.Set(t.Name, result.Num(probe.Percent(f.Sent-f.Got, f.Sent)))
		if t.Reliable {
			lost.ExpectExactly(t.Name, 0)
		}
		if t.Reliable && f.Got < f.Sent {
			lost.CutShort(t.Name, text.Sayf("stopped after %s s, %d of %d bytes there", text.Figure(probe.EchoTimeout.Seconds()), f.Got, f.Sent))
		}
	}
	lost.Because("a reliable transport waits instead of losing (RFC 9293 3.8.6)")
	return result.Rows(3, offered, arrived, lost), nil
}

// floodOne sends messages of one size without a pause, for so long.
func floodOne(ctx context.Context, b *testbed.Bench, t testbed.Transport, size int, lasts time.Duration) (f probe.Flood, err error) {
	n, err := b.Open(ctx, nil)
	if err != nil {
		return f, err
	}
	w, err := probe.OpenOneWay(ctx, n, t, 0)
	if err != nil {
		return f, err
	}
	defer probe.Close(w, &err)
	return probe.FloodInto(ctx, w, size, lasts, nil)
}
