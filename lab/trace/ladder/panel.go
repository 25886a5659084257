package ladder

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"echolab/lab/link"
	"echolab/lab/trace"
	"echolab/lab/wire"
	"echolab/lab/words"
)

// panel is the ladder of one trace: two lines for the hosts with the arrows
// between them, and what the packets say behind.
type panel struct {
	page      *page
	trace     trace.Trace
	notes     [][]trace.Note
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

func newPanel(p *page, t trace.Trace, width int) *panel {
	n := &panel{page: p, trace: t, notes: t.Notes(), overtaken: trace.Overtaken(t.Packets)}
	n.arrows = min(max(width-detailsWanted-4, 12), 28)
	n.details = width - n.arrows - 4
	n.steps = fold(t, n.notes, p.All, !p.Caption.IsZero())
	n.clients, n.servers = ends(t)
	return n
}

// ends counts the addresses and ports on either side.
func ends(t trace.Trace) (clients, servers int) {
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
func endOf(p trace.Packet, side wire.Side) netip.AddrPort {
	if p.From == side {
		return netip.AddrPortFrom(p.Source, p.SourcePort())
	}
	return netip.AddrPortFrom(p.Destination, p.DestinationPort())
}

// say speaks the reader's language.
func (n *panel) say(format string, args ...any) string { return n.page.Words.Say(format, args...) }

// label is a time on the axis, in milliseconds from the trace's first packet.
func (n *panel) label(at time.Duration) string {
	return strconv.FormatFloat(float64(at)/float64(time.Millisecond), 'f', n.page.digits, 64)
}

// width is that of the whole panel, in columns.
func (n *panel) width() int { return n.arrows + 4 + n.details }

// head names the transport and the hosts.
func (n *panel) head() []string {
	title := strings.ToUpper(n.trace.Transport)
	client, server := n.trace.Client.String(), n.trace.Server.String()
	switch {
	case n.trace.Together > 1:
		title += " " + n.say("(%d conversations of one wire)", n.trace.Together)
		client, server = n.trace.Client.Addr().String(), n.trace.Server.Addr().String()
	case n.trace.Of > 1:
		title += " " + n.say("(conversation %d of %d)", n.trace.Conversation, n.trace.Of)
	}
	hosts := n.say("client") + words.PadLeft(n.say("server"), n.arrows+2-words.Width(n.say("client")))
	var lines []string
	for _, line := range words.Wrap(title, n.width()) {
		lines = append(lines, n.paint(bold, words.Pad(line, n.width())))
	}
	named := words.Together(n.say("client")+" "+client+",") + " " + words.Together(n.say("server")+" "+server)
	for _, ends := range words.Wrap(named, n.width()) {
		lines = append(lines, words.Pad(ends, n.width()))
	}
	return append(lines, words.Pad("", n.width()), words.Pad(hosts, n.width()))
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
	text := []string{n.say("packets: %d, bytes with all headers: %d", len(n.trace.Packets), bytes)}
	if dropped > 0 {
		text = append(text, n.say("dropped: %d", dropped))
	}
	if n.trace.Left > 0 {
		text = append(text, n.say("packets that were not kept: %d", n.trace.Left))
	}
	if n.trace.Unseen != "" {
		text = append(text, n.say("not seen here: %s", n.say(string(n.trace.Unseen))))
	}
	if n.trace.Parting() {
		text = append(text, n.say("the end of what was seen: the goodbye was not over"))
	}
	if !n.trace.Outcome.IsZero() {
		text = append(text, n.page.Words.Text(n.trace.Outcome))
	}
	var lines []string
	for _, sentence := range text {
		for _, line := range words.Wrap(sentence, n.width()) {
			lines = append(lines, words.Pad(line, n.width()))
		}
	}
	return append([]string{words.Pad("", n.width())}, lines...)
}

// wait fills the lines of a panel up to a height: nothing before its first
// packet, and behind that the lines of the hosts.
func (n *panel) wait(lines []string, height int) []string {
	empty := words.Pad("", n.width())
	if len(lines) > 0 {
		empty = n.lines(words.Pad("", n.arrows), "")
	}
	for len(lines) < height {
		lines = append(lines, empty)
	}
	return lines
}

// lines is one line of the drawing.
func (n *panel) lines(between, behind string) string {
	return "│" + between + "│  " + words.Pad(behind, n.details)
}

// draw draws one step: the arrow, then the notes behind the lines.
func (n *panel) draw(s step) []string {
	if s.folded > 0 {
		return n.drawFold(s)
	}
	p := n.trace.Packets[s.packet]
	stroke := strokeOf(p, n.overtaken[s.packet])
	style := none
	switch {
	case stroke != plain:
		style = red
	case p.Retransmission:
		style = yellow
	}
	between := n.paint(style, words.Pad(arrow(n.arrows, n.name(p), p.From, stroke), n.arrows))
	var lines []string
	for _, text := range words.Wrap(n.describe(p), n.details) {
		lines = append(lines, n.lines(between, text))
		between = words.Pad("", n.arrows)
	}
	for _, note := range n.notes[s.packet] {
		lines = append(lines, n.drawNote(note)...)
	}
	return lines
}

func (n *panel) drawNote(note trace.Note) []string {
	style := map[trace.Kind]style{trace.Lesson: green, trace.Trouble: red, trace.Repair: yellow}[note.Kind]
	mark := "· "
	var lines []string
	for _, text := range words.Wrap(n.page.Words.Text(note.Text), n.details-2) {
		behind := n.paint(style, words.Pad(mark+text, n.details))
		lines = append(lines, "│"+words.Pad("", n.arrows)+"│  "+behind)
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
	text := n.say("%d more (▶ %d, ◀ %d), %d bytes", s.folded, count[wire.Client], count[wire.Server], bytes)
	var lines []string
	for _, line := range words.Wrap(text, n.details) {
		lines = append(lines, "┊"+words.Pad(middle+"⋮", n.arrows)+"┊  "+words.Pad(line, n.details))
	}
	return lines
}

// name is what stands on a packet's arrow.
func (n *panel) name(p trace.Packet) string { return name(n.page.Words, p) }

func name(w words.Printer, p trace.Packet) string {
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
func (n *panel) describe(p trace.Packet) string {
	switch {
	case p.ICMP != nil:
		return fmt.Sprintf("type %d code %d", p.ICMP.Type, p.ICMP.Code)
	case p.FragmentOffset > 0:
		return words.Together(fmt.Sprintf("len %d at %d", p.Payload, p.FragmentOffset))
	case p.TCP == nil:
		return n.end(p) + fmt.Sprintf("len %d", p.Payload)
	}
	t := p.TCP
	text := n.end(p) + fmt.Sprintf("seq %d", t.RelativeSeq)
	if t.Flags.Has(trace.ACK) {
		text += fmt.Sprintf(" ack %d", t.RelativeAck)
	}
	text += fmt.Sprintf(" win %d len %d", t.ScaledWindow, p.Payload)
	return words.Together(text) + options(t)
}

// end tells which of several ends a packet comes from or goes to: the port of
// the client, or the address of the server.
func (n *panel) end(p trace.Packet) string {
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
func options(t *trace.Segment) string {
	text := ""
	if t.Flags.Has(trace.SYN) {
		if t.Options.MSS > 0 {
			text += fmt.Sprintf(" mss %d", t.Options.MSS)
		}
		if t.Options.WindowScale >= 0 {
			text += fmt.Sprintf(" wscale %d", t.Options.WindowScale)
		}
		if t.Options.SACKPermitted {
			text += " sack"
		}
	}
	for _, b := range t.RelativeSACK {
		text += " " + words.Together(fmt.Sprintf("sack %d-%d", b[0], b[1]))
	}
	return text
}

// style is a colour of the terminal.
type style string

const (
	none   style = ""
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// paint colours a text, if colours are wanted.
func (n *panel) paint(s style, text string) string {
	if !n.page.Color || s == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
