package ladder

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// panel is the ladder of one trace: two lines for the hosts with the arrows
// between them, and what the packets say behind.
type panel struct {
	page      *page
	trace     packet.Trace
	notes     [][]packet.Annotation
	overtaken []int
	steps     []step
	arrows    int // columns between the lines of the hosts
	details   int // columns behind them
	clients   int // ends of the conversations on the client's side
	servers   int // and on the server's
}

// detailsWanted holds the numbers of a usual segment in one line: "seq 7225
// ack 2065 win 524288 len 516".
const detailsWanted = 36

func newPanel(p *page, t packet.Trace, width int) *panel {
	n := &panel{page: p, trace: t, notes: t.Annotations(), overtaken: packet.Overtaken(t.Packets)}
	n.arrows = min(max(width-detailsWanted-4, 12), 28)
	n.details = width - n.arrows - 4
	n.steps = fold(t, n.notes, p.All, !p.Caption.IsZero())
	n.clients, n.servers = ends(t)
	return n
}

// ends counts the addresses and ports on either side.
func ends(t packet.Trace) (clients, servers int) {
	seen := [2]map[netip.AddrPort]bool{{}, {}}
	for _, p := range t.Packets {
		if p.TCP != nil || p.UDP != nil {
			seen[wire.Client][endOf(p, wire.Client)] = true
			seen[wire.Server][endOf(p, wire.Server)] = true
		}
	}
	return len(seen[wire.Client]), len(seen[wire.Server])
}

// endOf is the address and port that a packet names on one side.
func endOf(p packet.Packet, side wire.Side) netip.AddrPort {
	if p.From == side {
		return netip.AddrPortFrom(p.Source, p.SourcePort())
	}
	return netip.AddrPortFrom(p.Destination, p.DestinationPort())
}

// sayf speaks the reader's language.
func (n *panel) sayf(format text.Phrase, args ...any) string {
	return n.page.Words.Sayf(format, args...)
}

// label is a time on the axis, in milliseconds from the trace's first packet.
func (n *panel) label(at time.Duration) string {
	return strconv.FormatFloat(milliseconds(at), 'f', n.page.digits, 64)
}

// width is that of the whole panel, in columns.
func (n *panel) width() int { return n.arrows + 4 + n.details }

// head names the transport and the hosts.
func (n *panel) head() []string {
	title := strings.ToUpper(n.trace.Transport)
	client, server := n.trace.Client.String(), n.trace.Server.String()
	switch {
	case n.trace.Together > 1:
		title += " " + n.sayf("(%d conversations of one wire)", n.trace.Together)
		client, server = n.trace.Client.Addr().String(), n.trace.Server.Addr().String()
	case n.trace.Of > 1:
		title += " " + n.sayf("(conversation %d of %d)", n.trace.Conversation, n.trace.Of)
	}
	hosts := n.sayf("client") + text.PadLeft(n.sayf("server"), n.arrows+2-text.Width(n.sayf("client")))
	named := text.Together(n.sayf("client")+" "+client+",") + " " + text.Together(n.sayf("server")+" "+server)
	lines := append(n.wrapped(text.Bold, title), n.wrapped(text.Plain, named)...)
	return append(lines, text.Pad("", n.width()), text.Pad(hosts, n.width()))
}

// wrapped is a text over as many lines of the panel as it needs.
func (n *panel) wrapped(s text.Style, label string) []string {
	lines := text.Wrap(label, n.width())
	for i, line := range lines {
		lines[i] = n.paint(s, text.Pad(line, n.width()))
	}
	return lines
}

// foot sums the trace up.
func (n *panel) foot() []string {
	bytes, dropped := 0, 0
	for _, p := range n.trace.Packets {
		if !p.Copy {
			bytes += p.Length
		}
		if p.Fate == link.Lost || p.Fate == link.Overflowed {
			dropped++
		}
	}
	label := []string{n.sayf("packets: %d, bytes with all headers: %d", len(n.trace.Packets), bytes)}
	if dropped > 0 {
		label = append(label, n.sayf("dropped: %d", dropped))
	}
	if n.trace.Left > 0 {
		label = append(label, n.sayf("packets that were not kept: %d", n.trace.Left))
	}
	if n.trace.Unseen != "" {
		label = append(label, n.sayf("not seen here: %s", text.Phrase(n.trace.Unseen)))
	}
	if n.trace.Closing() {
		label = append(label, n.sayf("the end of what was seen: the connection was not closed yet"))
	}
	if !n.trace.Outcome.IsZero() {
		label = append(label, n.page.Words.Text(n.trace.Outcome))
	}
	lines := []string{text.Pad("", n.width())}
	for _, sentence := range label {
		lines = append(lines, n.wrapped(text.Plain, sentence)...)
	}
	return lines
}

// wait fills the lines of a panel up to a height: nothing before its first
// packet, and behind that the lines of the hosts.
func (n *panel) wait(lines []string, height int) []string {
	empty := text.Pad("", n.width())
	if len(lines) > 0 {
		empty = n.lines(text.Pad("", n.arrows), "")
	}
	for len(lines) < height {
		lines = append(lines, empty)
	}
	return lines
}

// lines is one line of the drawing.
func (n *panel) lines(between, behind string) string {
	return "│" + between + "│  " + text.Pad(behind, n.details)
}

// draw draws one step: the arrow, then the notes behind the lines.
func (n *panel) draw(s step) []string {
	if s.folded > 0 {
		return n.drawFold(s)
	}
	p := n.trace.Packets[s.packet]
	stroke := strokeOf(p, n.overtaken[s.packet])
	style := text.Plain
	switch {
	case stroke != plain:
		style = text.Red
	case p.Retransmission:
		style = text.Yellow
	}
	between := n.paint(style, text.Pad(arrow(n.arrows, name(n.page.Words, p), p.From, stroke), n.arrows))
	var lines []string
	for _, label := range text.Wrap(n.describe(p), n.details) {
		lines = append(lines, n.lines(between, label))
		between = text.Pad("", n.arrows)
	}
	for _, note := range n.notes[s.packet] {
		lines = append(lines, n.drawNote(note)...)
	}
	return lines
}

func (n *panel) drawNote(note packet.Annotation) []string {
	style := map[packet.Kind]text.Style{
		packet.Insight: text.Green, packet.Trouble: text.Red, packet.Repair: text.Yellow,
	}[note.Kind]
	mark := "· "
	var lines []string
	for _, label := range text.Wrap(n.page.Words.Text(note.Text), n.details-2) {
		lines = append(lines, n.lines(text.Pad("", n.arrows), n.paint(style, text.Pad(mark+label, n.details))))
		mark = "  "
	}
	return lines
}

// drawFold draws the place of packets that are left out.
func (n *panel) drawFold(s step) []string {
	count := [2]int{}
	bytes := 0
	for _, p := range n.trace.Packets[s.packet : s.packet+s.folded] {
		count[p.From]++
		bytes += p.Payload
	}
	middle := strings.Repeat(" ", n.arrows/2)
	label := n.sayf("%d more (▶ %d, ◀ %d), %d bytes", s.folded, count[wire.Client], count[wire.Server], bytes)
	var lines []string
	for _, line := range text.Wrap(label, n.details) {
		lines = append(lines, "┊"+text.Pad(middle+"⋮", n.arrows)+"┊  "+text.Pad(line, n.details))
	}
	return lines
}

// name is what stands on a packet's arrow.
func name(w text.Printer, p packet.Packet) string {
	switch {
	case p.TCP != nil && p.TCP.Flags == 0:
		return w.Say("no flags")
	case p.TCP != nil:
		return strings.ReplaceAll(p.TCP.Flags.String(), ",", "")
	case p.FragmentOffset > 0 || p.MoreFragments:
		return w.Say("fragment")
	case p.UDP != nil:
		return w.Say("datagram")
	}
	return p.Protocol.String()
}

// describe is what stands behind a packet's arrow.
func (n *panel) describe(p packet.Packet) string {
	switch {
	case p.ICMP != nil:
		return fmt.Sprintf("type %d code %d", p.ICMP.Type, p.ICMP.Code)
	case p.FragmentOffset > 0:
		return text.Together(fmt.Sprintf("len %d at %d", p.Payload, p.FragmentOffset))
	case p.TCP == nil:
		return n.end(p) + fmt.Sprintf("len %d", p.Payload)
	}
	t := p.TCP
	label := n.end(p) + fmt.Sprintf("seq %d", t.RelativeSeq)
	if t.Flags.Has(packet.ACK) {
		label += fmt.Sprintf(" ack %d", t.RelativeAck)
	}
	label += fmt.Sprintf(" win %d len %d", t.ScaledWindow, p.Payload)
	return text.Together(label) + options(t)
}

// end tells which of several ends a packet comes from or goes to: the port of
// the client, or the address of the server.
func (n *panel) end(p packet.Packet) string {
	switch server := endOf(p, wire.Server); {
	case n.servers > 1 && p.From == wire.Client:
		return fmt.Sprintf("to %s ", server)
	case n.servers > 1:
		return fmt.Sprintf("from %s ", server)
	case n.clients > 1:
		return fmt.Sprintf("port %d ", endOf(p, wire.Client).Port())
	}
	return ""
}

// options are those of a segment that its reader should know of.
func options(t *packet.Segment) string {
	label := ""
	if t.Flags.Has(packet.SYN) {
		if t.Options.MSS > 0 {
			label += fmt.Sprintf(" mss %d", t.Options.MSS)
		}
		if t.Options.WindowScale >= 0 {
			label += fmt.Sprintf(" wscale %d", t.Options.WindowScale)
		}
		if t.Options.SACKPermitted {
			label += " sack"
		}
	}
	for _, b := range t.RelativeSACK {
		label += " " + text.Together(fmt.Sprintf("sack %d-%d", b[0], b[1]))
	}
	return label
}

// paint colours a text, if colours are wanted.
func (n *panel) paint(s text.Style, label string) string { return s.Paint(label, n.page.Color) }
