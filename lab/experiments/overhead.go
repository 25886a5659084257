package experiments

import (
	"context"
	"fmt"
	"time"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/trace"
)

var overhead = lab.Experiment{
	ID:         "overhead",
	Title:      "Overhead",
	Question:   "What does one echo cost on the wire?",
	Method:     "twenty echoes, one at a time; all packets behind the handshake are counted",
	Place:      lab.OnWire,
	Conditions: bothWays(link.Conditions{Delay: time.Millisecond}),
	Accepts:    []string{"delay"},
	Run:        runOverhead,
	Why: "Every message is wrapped: by the transport, then by IP (and by a link layer, which this wire leaves out). UDP adds 8 bytes, TCP 20 and usually 12 more of options. " +
		"The IP header of 20 bytes is the same for both: the two differ in one layer only. TCP also acknowledges; most acknowledgements ride on data, the last needs a packet of its own.",
	Packets: []string{
		"UDP: one packet there, one back, 28 bytes of headers each",
		"TCP: data there, data back with the acknowledgement on it, and an acknowledgement of the echo, 52 bytes of headers each",
		"TCP: the next message may come before that last acknowledgement had to be sent, and then carries it",
	},
	Theory: []string{
		"UDP: 20 + 8 = 28 bytes of headers, two packets an echo (RFC 791 3.1, RFC 768)",
		"TCP: 20 + 20 bytes of headers and usually 12 of the timestamps option (RFC 7323 3.2), two to three packets an echo",
		"the payload's share is payload / (payload + headers) of all packets",
	},
	Claims:     overheadClaims,
	References: []string{"RFC 791 3.1", "RFC 768", "RFC 9293 3.1", "RFC 7323 3.2", "RFC 5681 4.2"},
	Try:        "lab compare overhead --size 16",
}

// cost is what the echoes of one transport took on the wire, the handshake
// and the goodbye left out.
type cost struct {
	echoes, payload int
	packets         int
	headers         int // bytes of all packets
	ip              int // of headers: bytes of IP's
}

// overheadEchoes is how many echoes the figures are averaged over.
const overheadEchoes = 20

func runOverhead(ctx context.Context, b *lab.Bench) ([]lab.Measurement, error) {
	found, err := lab.Each(ctx, b, false, func(ctx context.Context, t lab.Transport) (cost, error) {
		return priceEchoes(ctx, b, t)
	})
	if err != nil {
		return nil, err
	}
	header := lab.Row("header_bytes", "Headers a packet", "bytes")
	packets := lab.Row("packets_per_echo", "Packets an echo", "packets")
	efficiency := lab.Row("efficiency", "Payload share", "%")
	ip := lab.Row("ip_header", "IP header", "bytes")
	transport := lab.Row("transport_header", "TCP or UDP header", "bytes")
	for _, t := range b.Transports {
		c := found[t.Name]
		header.Set(t.Name, lab.Num(float64(c.headers)/float64(c.packets)))
		packets.Set(t.Name, lab.Num(float64(c.packets)/float64(c.echoes)))
		efficiency.Set(t.Name, lab.Num(100*float64(c.payload)/float64(c.payload+c.headers)))
		ip.Set(t.Name, lab.Num(float64(c.ip)/float64(c.packets)))
		transport.Set(t.Name, lab.Num(float64(c.headers-c.ip)/float64(c.packets)))
		ip.ExpectExactly(t.Name, theory.IPv4Header)
		expectCost(t, b.Options.Size, header, packets, efficiency)
	}
	ip.Because("the same for both (RFC 791 3.1)")
	header.Because("IPv4 20 + UDP 8, or + TCP 20 + timestamps 12")
	packets.Because("message and echo; TCP also acknowledges")
	efficiency.Because("payload / (payload + headers)")
	return lab.Rows(2, header, packets, efficiency, ip, transport), nil
}

// expectCost does the arithmetic of the headers.
func expectCost(t lab.Transport, size int, header, packets, efficiency *lab.Measurement) {
	each := theory.Fragments(size, lab.DefaultMTU)
	if each > 1 {
		return // the headers of fragments and of full segments are another lesson
	}
	if !t.Stream {
		udp := theory.IPv4Header + theory.UDPHeader
		header.ExpectExactly(t.Name, float64(udp))
		packets.ExpectExactly(t.Name, 2)
		e := theory.Efficiency(2*size, 2, udp)
		efficiency.Expect(t.Name, e, e-0.001, e+0.001)
		return
	}
	least := theory.IPv4Header + theory.TCPHeader
	header.Expect(t.Name, tcpHeaders, float64(least), float64(least+40))
	packets.Expect(t.Name, 3, 2, 4)
	efficiency.Expect(t.Name, theory.Efficiency(2*size, 3, tcpHeaders), theory.Efficiency(2*size, 4, least+40), theory.Efficiency(2*(size+4), 2, least))
}

// priceEchoes counts what passes the wire while messages go there and back,
// one at a time.
func priceEchoes(ctx context.Context, b *lab.Bench, t lab.Transport) (c cost, err error) {
	rec := trace.NewRecorder(100 * overheadEchoes)
	s, err := b.Stage(ctx, t, lab.ServerOptions{}, lab.ClientOptions{Raw: true}, rec.Tap)
	if err != nil {
		return c, err
	}
	defer end(s, &err)
	w := b.Workload(0)
	w.Messages = overheadEchoes
	message, echo := make([]byte, w.Size), make([]byte, w.Size)
	for i := range w.Messages {
		if err := oneEcho(s.Client, w.Fill(message, i), echo); err != nil {
			return c, fmt.Errorf("echo %d: %w", i+1, err)
		}
		c.echoes++
	}
	// A last acknowledgement may be delayed (RFC 5681 4.2): up to 40 ms on Linux.
	if err := pause(ctx, 60*time.Millisecond); err != nil {
		return c, err
	}
	for _, p := range trace.AfterHandshake(rec.Packets()) {
		c.packets++
		c.headers += p.Length - p.Payload
		c.ip += p.Length - p.Payload - p.TransportHeader()
		c.payload += p.Payload
	}
	return c, nil
}
