// Package throughput is the lesson "Data transfer rate". What it tells is in en.md and ko.md.
package throughput

import (
	"context"
	"errors"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "throughput",
	Also:  []string{"goodput", "rate", "bandwidth", "slow start", "bulk transfer", "speed"},
	Prose: experiments.Read("throughput"),
	Place: experiments.OnWire,
	// The bandwidth-delay product is 33 full packets. A queue of a little more
	// keeps the link busy while a sender that halved its window waits
	// (Villamizar, Song 1994), and adds no more than another round trip.
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 20e6, Limit: 40}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runThroughput,
	Claims:     rateClaims,
}

// The networks of the experiment, each with chances of its own.
const (
	bulkPath     = iota // where the rate is measured, last of all
	firstAttempt        // of the transfers
)

// fastLink is the rate from which two flows side by side would take the
// processor from each other.
const fastLink = 50e6

var errNoBound = errors.New("a link without a rate carries as much as this machine can: set one")

// found is what was measured of one transport.
type found struct {
	transfers [][]transfer // by size, each attempt
	bulk      bulk
}

func runThroughput(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	rate := b.Conditions.Client.Rate
	if rate == 0 {
		return nil, errNoBound
	}
	late := &wire.LateCounter{}
	b = b.On(b.Driver)
	b.Taps = append(b.Taps, func(wire.Options) wire.Tap { return late.Tap })
	find := func(ctx context.Context, t testbed.Transport) (f found, err error) {
		if f.transfers, err = transferAll(ctx, b, t); err != nil {
			return f, err
		}
		f.bulk, err = bulkFlow(ctx, b.Attempt(bulkPath), t)
		return f, err
	}
	all, err := testbed.Each(ctx, b, rate > fastLink, find)
	if err != nil {
		return nil, err
	}
	measured := experiments.Measure(b.Transports, all, rows(b)...)
	return measured, blameMachine(ctx, b, late.Lateness(), measured)
}

func rows(b *testbed.Bench) []experiments.Row[found] {
	return []experiments.Row[found]{
		{ID: "goodput", Label: "Goodput", Unit: "Mbit/s", Headline: true,
			Basis: text.Say("rate * payload / (payload + headers); UDP at 98 % of the rate"),
			Cell:  func(_ testbed.Transport, f found) result.Cell { return f.bulk.goodput }},
		transferRow(b, 0, "transfer_10k", "10 KB there"),
		transferRow(b, 1, "transfer_100k", "100 KB there"),
		transferRow(b, 2, "transfer_1m", "1 MB there"),
		{ID: "lost", Label: "Lost", Unit: "%",
			Basis: text.Say("TCP waits and sends again; UDP below the link's rate loses what chance drops"),
			Cell:  func(t testbed.Transport, f found) result.Cell { return lostCell(b, t, f.transfers) }},
		{ID: "efficiency", Label: "Payload share", Unit: "%",
			Basis: text.Say("payload / (payload + headers) of full packets"),
			Cell:  func(_ testbed.Transport, f found) result.Cell { return f.bulk.efficiency }},
	}
}

// transferRow is how long the transfers of the size with an index took.
func transferRow(b *testbed.Bench, size int, id string, label text.Phrase) experiments.Row[found] {
	return experiments.Row[found]{
		ID: id, Label: label, Unit: "ms", Headline: true,
		Basis: text.Say("UDP: one way and size / rate; " +
			"TCP: also a handshake, and slow start from 10 segments (RFC 6928)"),
		Cell: func(t testbed.Transport, f found) result.Cell {
			return transferCell(b, t, sizes[size].bytes, f.transfers[size])
		},
	}
}
