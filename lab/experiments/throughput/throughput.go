// Package throughput is the lesson "Data transfer rate". What it tells is in en.md and ko.md.
package throughput

import (
	"context"
	"embed"

	"errors"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:    "throughput",
	Also:  []string{"goodput", "rate", "bandwidth", "slow start", "bulk transfer", "speed"},
	Prose: experiments.Read(pages),
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

// carried is all that was measured of one transport.
type carried struct {
	transfers [][]transfer // by size, each attempt
	bulk      bulk
}

func runThroughput(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	rate := b.Conditions.Client.Rate
	if rate == 0 {
		return nil, errNoBound
	}
	late := &punctual{}
	b = late.beside(b)
	found, err := testbed.Each(ctx, b, rate > fastLink, func(ctx context.Context, t testbed.Transport) (c carried, err error) {
		if c.transfers, err = transferAll(ctx, b, t); err != nil {
			return c, err
		}
		c.bulk, err = steadyBulk(ctx, b.Attempt(bulkPath), t)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	rows := append(transferRows(b, found), bulkRows(b, found)...)
	if err := blameWire(ctx, b, late, rows); err != nil {
		return nil, err
	}
	goodput, efficiency, lost := rows[4], rows[5], rows[3]
	return result.Rows(4, goodput, rows[0], rows[1], rows[2], lost, efficiency), nil
}

// bulkRows are the rate in the steady state, and what headers leave of it.
func bulkRows(b *testbed.Bench, found map[string]carried) []*result.Measurement {
	goodput := result.Row("goodput", "Goodput", "Mbit/s")
	efficiency := result.Row("efficiency", "Payload share", "%")
	for _, t := range b.Transports {
		f := found[t.Name].bulk
		goodput.Set(t.Name, result.Num(f.goodput/1e6))
		efficiency.Set(t.Name, result.Num(f.efficiency))
		expectGoodput(goodput, t, b.Conditions, f.packets)
		expectShare(efficiency, t, b.Conditions, t.Reliable && f.dropped > 0)
		if f.cut.IsZero() && probe.IsOutside(t.Name, goodput, efficiency) {
			f.cut = f.excuse
		}
		if !f.cut.IsZero() {
			goodput.CutShort(t.Name, f.cut)
			efficiency.CutShort(t.Name, f.cut)
		}
	}
	goodput.Because("rate * payload / (payload + headers); UDP at 98 % of the rate")
	efficiency.Because("payload / (payload + headers) of full packets")
	return []*result.Measurement{goodput, efficiency}
}
