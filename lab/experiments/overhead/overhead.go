// Package overhead is the lesson "Overhead". What it tells is in en.md and ko.md.
package overhead

import (
	"context"
	"embed"

	"fmt"
	"time"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

//go:embed en.md ko.md
var pages embed.FS

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "overhead",
	Also:       []string{"headers", "efficiency"},
	Prose:      experiments.Read(pages),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runOverhead,
	Claims:     overheadClaims,
}

// cost is what the echoes of one transport took on the wire, the handshake
// and the goodbye left out.
type cost struct {
	echoes, payload int
	packets         int
	headers         int // bytes of all packets
	ip              int // of headers: bytes of IP's

	agreed    negotiated // by the SYNs
	agreedOn  int        // bytes of TCP headers that follow from that
	riding    int        // acknowledgements that came with data
	sentAgain int        // segments, those of the handshake too
}

// overheadEchoes is how many echoes the figures are averaged over, on a path
// that is not too long for so many; fewestEchoes are made on any.
const (
	overheadEchoes = 20
	fewestEchoes   = 3
)

// echoesOver is how many echoes take no more than a quarter of what an
// experiment may wait.
func echoesOver(trip, longest time.Duration) int {
	if trip == 0 {
		return overheadEchoes
	}
	return max(fewestEchoes, min(overheadEchoes, int(longest/4/trip)))
}

func runOverhead(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error) {
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, t testbed.Transport) (cost, error) {
		return priceEchoes(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	r := costRows{
		header:     result.Row("header_bytes", "Headers a packet", "bytes"),
		packets:    result.Row("packets_per_echo", "Packets an echo", "packets"),
		efficiency: result.Row("efficiency", "Payload share", "%"),
		ip:         result.Row("ip_header", "IP header", "bytes"),
		transport:  result.Row("transport_header", "TCP or UDP header", "bytes"),
	}
	for _, t := range b.Transports {
		r.set(t, b.Options.Size, found[t.Name])
	}
	r.ip.Because("the same for both (RFC 791 3.1)")
	r.header.Because("IPv4 20 + UDP 8, or + TCP 20 + timestamps 12 if both SYNs had them (RFC 7323 3.2)")
	r.transport.Because("UDP 8 (RFC 768), or TCP 20 (RFC 9293 3.1) + timestamps 12 if both SYNs had them (RFC 7323 3.2)")
	r.packets.Because("message and echo; TCP also acknowledges both, with a packet of its own where no data goes that way (RFC 9293 3.8.6.3)")
	r.efficiency.Because("payload / (payload + headers)")
	return result.Rows(2, r.header, r.packets, r.efficiency, r.ip, r.transport), nil
}

// costRows are the rows of the table.
type costRows struct{ header, packets, efficiency, ip, transport *result.Measurement }

// set notes what one transport's echoes cost, and what theory expects of that.
func (r costRows) set(t testbed.Transport, size int, c cost) {
	r.header.Set(t.Name, result.Num(float64(c.headers)/float64(c.packets)))
	r.packets.Set(t.Name, result.Num(float64(c.packets)/float64(c.echoes)))
	r.efficiency.Set(t.Name, result.Num(100*float64(c.payload)/float64(c.payload+c.headers)))
	r.ip.Set(t.Name, result.Num(float64(c.ip)/float64(c.packets)))
	r.transport.Set(t.Name, result.Num(float64(c.headers-c.ip)/float64(c.packets)))
	r.ip.ExpectExactly(t.Name, theory.IPv4Header)
	if t.Stream {
		r.expectSegments(t, size, c)
	} else {
		r.expectDatagrams(t, size)
	}
}

// expectDatagrams does the arithmetic of datagrams: those that do not fit a
// packet are cut into fragments, of which only the first has UDP's header.
func (r costRows) expectDatagrams(t testbed.Transport, size int) {
	each := theory.Fragments(size, testbed.DefaultMTU)
	udp := float64(theory.UDPHeader) / float64(each)
	r.transport.ExpectExactly(t.Name, udp)
	r.header.ExpectExactly(t.Name, float64(theory.IPv4Header*each+theory.UDPHeader)/float64(each))
	r.packets.ExpectExactly(t.Name, float64(2*each))
	expectPayloadShare(r.efficiency, t, 2*size, 2*(each*theory.IPv4Header+theory.UDPHeader))
}

// expectSegments does the arithmetic of segments. Each side's data is
// acknowledged once, with data or alone. Nothing is expected of how many
// packets there are where an acknowledgement may be of several segments (RFC
// 5681 section 4.2), because a message takes several, and where a timer on a
// path that is longer than it, or on a busy machine, sends again in vain.
func (r costRows) expectSegments(t testbed.Transport, size int, c cost) {
	r.transport.ExpectExactly(t.Name, float64(c.agreedOn)/float64(c.packets))
	r.header.ExpectExactly(t.Name, float64(c.packets*theory.IPv4Header+c.agreedOn)/float64(c.packets))
	if size > c.agreed.room() || c.sentAgain > 0 {
		return
	}
	data := 2 * c.echoes
	packets := data + data - c.riding
	r.packets.ExpectExactly(t.Name, float64(packets)/float64(c.echoes))
	expectPayloadShare(r.efficiency, t, data*size, packets*(theory.IPv4Header+c.agreed.header(0)))
}

// expectPayloadShare expects payload's share of all bytes, but for rounding.
func expectPayloadShare(row *result.Measurement, t testbed.Transport, payload, headers int) {
	const rounding = 1e-9
	e := theory.Efficiency(payload, 1, headers)
	row.Expect(t.Name, e, e-rounding, e+rounding)
}

// priceEchoes counts what passes the wire while messages go there and back,
// one at a time.
func priceEchoes(ctx context.Context, b *testbed.Bench, t testbed.Transport) (c cost, err error) {
	rec := capture.NewRecorder(100 * overheadEchoes)
	s, err := b.Start(ctx, t, testbed.ServerOptions{}, testbed.ClientOptions{Raw: true}, rec.Tap)
	if err != nil {
		return c, err
	}
	defer probe.Close(s, &err)
	w, trip := b.Workload(0), probe.RoundTrip(b.Conditions)
	w.Messages = echoesOver(trip, b.Longest())
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
