// Package overhead is the lesson "Overhead". What it tells is in en.md and ko.md.
package overhead

import (
	"context"
	"fmt"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "overhead",
	Also:       []string{"headers", "efficiency"},
	Prose:      experiments.Read("overhead"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Options:    []string{"size"},
	Run:        experiments.SideBySide(priceEchoes, rows),
	Claims:     claims,
}

// cost is what the echoes of one transport took on the wire, the handshake
// and the teardown left out.
type cost struct {
	size            int // bytes of a message
	echoes, payload int
	packets         int
	headers         int // bytes of all packets
	ip              int // of headers: bytes of IP's

	agreed    negotiated // by the SYNs
	agreedOn  int        // bytes of TCP headers that follow from that
	riding    int        // acknowledgements that came with data
	sentAgain int        // segments, those of the handshake too
}

// manyEchoes is how many echoes the figures are averaged over, on a path that is
// not too long for them; fewEchoes are made on any.
const (
	manyEchoes = 20
	fewEchoes  = 3
)

// echoesOver is how many echoes take no more than a quarter of what an
// experiment may wait.
func echoesOver(trip, longest time.Duration) int {
	if trip == 0 {
		return manyEchoes
	}
	return max(fewEchoes, min(manyEchoes, int(longest/4/trip)))
}

var rows = []experiments.Row[cost]{
	{
		ID: "header_bytes", Label: "Headers a packet", Unit: "bytes", Headline: true,
		Basis: text.Say("IPv4 20 + UDP 8, or + TCP 20 + timestamps 12 if both SYNs had them (RFC 7323 3.2)"),
		Cell: func(t testbed.Transport, c cost) result.Cell {
			transport, packets := c.expectedHeaders(t)
			return measured(c.headers, c.packets).ExpectExactly(ratio(packets*theory.IPv4Header+transport, packets))
		},
	},
	{
		ID: "packets_per_echo", Label: "Packets an echo", Unit: "packets", Headline: true,
		Basis: text.Say("message and echo; TCP also acknowledges both, with a packet of its own " +
			"where no data goes that way (RFC 9293 3.8.6.3)"),
		Cell: func(t testbed.Transport, c cost) result.Cell {
			cell := measured(c.packets, c.echoes)
			if packets, _, ok := c.expectedPackets(t); ok {
				return cell.ExpectExactly(ratio(packets, c.echoes))
			}
			return cell
		},
	},
	{
		ID: "efficiency", Label: "Payload share", Unit: "%", Basis: text.Say("payload / (payload + headers)"),
		Cell: func(t testbed.Transport, c cost) result.Cell {
			cell := result.Number(theory.Efficiency(c.payload, 1, c.headers))
			if _, headers, ok := c.expectedPackets(t); ok {
				const rounding = 1e-9
				e := theory.Efficiency(2*c.echoes*c.size, 1, headers)
				return cell.Expect(e, e-rounding, e+rounding)
			}
			return cell
		},
	},
	{
		ID: "ip_header", Label: "IP header", Unit: "bytes", Basis: text.Say("the same for both (RFC 791 3.1)"),
		Cell: func(_ testbed.Transport, c cost) result.Cell {
			return measured(c.ip, c.packets).ExpectExactly(theory.IPv4Header)
		},
	},
	{
		ID: "transport_header", Label: "TCP or UDP header", Unit: "bytes",
		Basis: text.Say("UDP 8 (RFC 768), or TCP 20 (RFC 9293 3.1) + timestamps 12 if both SYNs had them (RFC 7323 3.2)"),
		Cell: func(t testbed.Transport, c cost) result.Cell {
			return measured(c.headers-c.ip, c.packets).ExpectExactly(ratio(c.expectedHeaders(t)))
		},
	},
}

func ratio(part, whole int) float64 { return float64(part) / float64(whole) }

func measured(part, whole int) result.Cell { return result.Number(ratio(part, whole)) }

// priceEchoes counts what passes the wire while messages go there and back,
// one at a time.
func priceEchoes(ctx context.Context, b *testbed.Bench, t testbed.Transport) (c cost, err error) {
	rec := capture.NewRecorder(100 * manyEchoes)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{Raw: true}, rec.Tap)
	if err != nil {
		return c, err
	}
	defer probe.Close(s, &err)
	w, trip := b.Workload(0), probe.RoundTrip(b.Conditions)
	w.Messages = echoesOver(trip, b.Longest())
	c.size = w.Size
	message, echo := make([]byte, w.Size), make([]byte, w.Size)
	for i := range w.Messages {
		if err := probe.EchoOnceWithin(s.Client, w.Fill(message, i), echo, probe.EchoTimeout+2*trip); err != nil {
			return c, fmt.Errorf("echo %d: %w", i+1, err)
		}
		c.echoes++
	}
	// The last acknowledgement may be delayed by up to half a second (RFC 9293 3.8.6.3).
	if err := probe.AwaitOnWire(ctx, rec, time.Second, probe.Acknowledged); err != nil {
		return c, err
	}
	c.count(rec.Packets())
	return c, nil
}

// count adds up what passed since the first message. On a path that is longer
// than TCP's first timeout a SYN that was sent again may follow it.
func (c *cost) count(packets []packet.Packet) {
	c.agreed, c.riding, c.sentAgain = negotiate(packets), riding(packets), packet.Retransmissions(packets)
	for _, p := range packet.AfterHandshake(packets) {
		if p.TCP != nil && p.TCP.Flags.Has(packet.SYN) {
			continue
		}
		c.packets++
		if p.TCP != nil {
			c.agreedOn += c.agreed.header(len(p.TCP.Options.SACK))
		}
		c.headers += p.Length - p.Payload
		c.ip += p.Length - p.Payload - p.TransportHeader()
		c.payload += p.Payload
	}
}
