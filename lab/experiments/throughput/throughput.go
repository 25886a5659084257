package throughput

import (
	"context"

	"errors"
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
	ID:       "throughput",
	Title:    "Data transfer rate",
	Question: "How fast does data get across a link that both can fill?",
	Method:   "one flow at a time over the link, and the server only reads; UDP is sent just below the rate; then transfers of three sizes",
	Place:    experiments.OnWire,
	// The bandwidth-delay product is 33 full packets. A queue of a little more
	// keeps the link busy while a sender that halved its window waits
	// (Villamizar, Song 1994), and adds no more than another round trip.
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Rate: 20e6, Limit: 40}),
	Accepts:    []string{"loss", "exact", "burst", "delay", "jitter", "rate", "limit"},
	Long:       true,
	Fills:      true,
	Run:        runThroughput,
	Lesson: packet.Lesson{
		Caption: "TCP: what is under way grows with every acknowledgement that comes back; UDP: datagram " +
			"after datagram, and nothing comes back that would steer them",
	},
	Why: "A link carries so many bits a second, whoever sends them. Once TCP's window is as large as what the link " +
		"holds, it is always busy, " +
		"and both get what the headers leave of it: acknowledgements travel the other way and cost nothing here. " +
		"Until then TCP is slower. It shakes hands first, one round trip, and then begins with ten segments, for it " +
		"does not know the link yet; " +
		"each round trip without loss doubles them. UDP sends at full rate from the first packet, because here " +
		"somebody told it the rate. " +
		"A short transfer is over while TCP still feels its way, so UDP has it sooner; a long one takes as long as the " +
		"link needs for its bytes. " +
		"Not that nothing is confirmed makes UDP faster, but that it does not ask first. Too high a rate, or other " +
		"traffic, and what it sends is lost.",
	Packets: []text.Phrase{
		"nobody answers: the client sends, the server only reads (RFC 863)",
		"TCP: SYN, SYN-ACK, ACK, and then ten segments at once",
		"TCP: each acknowledgement lets two segments go; the link stands idle until the first of a window is acknowledged",
		"TCP: from a window of 34 segments on, the link is always busy, and what more is under way waits in the queue",
		"UDP: datagrams of 1,472 bytes, full packets like TCP's, leave evenly at 98 % of the link's rate, headers counted",
		"a transfer is over when the server has read its last byte, and counts from when the client began to dial",
	},
	Theory: []text.Phrase{
		"goodput: rate * payload / (payload + headers): 1,448 of 1,500 bytes over TCP with timestamps (RFC 9293 3.1, " +
			"RFC 7323 3.2), " +
			"1,472 of 1,500 over UDP (RFC 768), which is sent at 98 % of the rate",
		"a transfer over UDP: one way and size / rate, headers counted",
		"a transfer over TCP: a handshake of one round trip, one way, size / rate, and the idle time of slow start " +
			"from ten segments on, doubled each round trip (RFC 6928, RFC 5681 3.1)",
		"lost: nothing, for TCP waits, and UDP stays below the rate; where chance drops packets, UDP loses as many " +
			"(binomial, 99.9 %)",
		"where packets are lost or overtake each other TCP's rate depends on its congestion control: nothing by number",
	},
	Claims:     rateClaims,
	References: []string{"RFC 5681 3.1", "RFC 6928", "RFC 9293 3.1", "RFC 7323 3.2", "RFC 768", "RFC 863"},
	Try:        "lab compare throughput --delay 100ms --details",
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
