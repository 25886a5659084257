// Package ladder shows traces: as a packet ladder in the terminal, TCP and UDP
// side by side on one time axis, as Markdown, and as JSON; and the layers of
// one message. Read ladder.go first, then panel.go and arrow.go.
package ladder

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"echolab/lab/packet"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Options says how traces are printed.
type Options struct {
	Words text.Printer
	Width int  // columns to fill at most
	Color bool // with colours of the terminal
	All   bool // every packet, instead of folding what repeats
	// Title names the experiment; nothing if that is zero.
	Title text.Message
	// Caption says what to look at; nothing if that is zero.
	Caption text.Message
}

// Formats are the forms that Write knows.
func Formats() []string { return []string{"table", "markdown", "json"} }

// Write prints traces in one of the Formats.
func Write(w io.Writer, traces []packet.Trace, format string, o Options) error {
	switch format {
	case "table":
		return draw(w, traces, o)
	case "markdown":
		return writeMarkdown(w, traces, o)
	case "json":
		return writeJSON(w, traces, o)
	}
	return fmt.Errorf("print a trace as %q: only %s are known", format, strings.Join(Formats(), ", "))
}

// The layout, in columns.
const (
	timeWidth = 8   // the time axis and the blank behind it
	gap       = 2   // between two ladders
	twoFit    = 108 // two ladders stand side by side from here on
	narrowest = 40
)

// draw prints ladders side by side where they fit, else below each other.
func draw(w io.Writer, traces []packet.Trace, o Options) error {
	o.Width = max(o.Width, narrowest)
	p := &page{Options: o, digits: digits(traces)}
	p.heading(traces)
	if len(traces) > 1 && o.Width >= twoFit {
		p.ladders(traces, (o.Width-timeWidth-gap*(len(traces)-1))/len(traces))
	} else {
		for i, t := range traces {
			if i > 0 {
				p.line("")
			}
			p.ladders([]packet.Trace{t}, o.Width-timeWidth)
		}
	}
	p.legend(traces)
	_, err := io.WriteString(w, p.text.String())
	return err
}

// page is a drawing under way.
type page struct {
	Options
	digits int // of times, after the point
	text   strings.Builder
}

func (p *page) line(s string) { p.text.WriteString(strings.TrimRight(s, " ") + "\n") }

// digits is how many digits after the point a time in milliseconds needs: one
// will do, unless all is over within a few milliseconds.
func digits(traces []packet.Trace) int {
	for _, t := range traces {
		if n := len(t.Packets); n > 0 && t.Packets[n-1].Time-t.Packets[0].Time >= 10*time.Millisecond {
			return 1
		}
	}
	return 3
}

// heading says where the packets passed, and under which conditions.
func (p *page) heading(traces []packet.Trace) {
	if len(traces) == 0 {
		p.line(p.Words.Say("No packets passed."))
		return
	}
	t := traces[0]
	if t.Network == "" {
		return
	}
	where := text.Sayf("network %s, conditions: %s", t.Network, plainly(t.Conditions))
	if !p.Title.IsZero() {
		where = text.Sayf("%s: %s", p.Title, where)
	}
	p.wrapped(p.Words.Text(where))
	p.line("")
	if !p.Caption.IsZero() {
		p.wrapped(p.Words.Text(p.Caption))
		p.line("")
	}
}

// wrapped prints a text over as many lines as it needs.
func (p *page) wrapped(label string) {
	for _, line := range text.Wrap(label, p.Width) {
		p.line(line)
	}
}

// plainly writes conditions as a user does: those of both directions, or each
// behind its end.
func plainly(o wire.Options) string {
	client, server := o.Client.String(), o.Server.String()
	if client == server {
		return client
	}
	return "client: " + client + "; server: " + server
}

// ladders draws one or more traces on one time axis.
func (p *page) ladders(traces []packet.Trace, width int) {
	panels := make([]*panel, len(traces))
	for i, t := range traces {
		panels[i] = newPanel(p, t, width)
	}
	p.beside(panels, func(n *panel) []string { return n.head() })
	p.axis(panels, merge(panels))
	p.beside(panels, func(n *panel) []string { return n.foot() })
}

// beside prints a block of every panel beside each other.
func (p *page) beside(panels []*panel, block func(*panel) []string) {
	blocks := make([][]string, len(panels))
	for i, n := range panels {
		blocks[i] = block(n)
	}
	p.across(nil, panels, blocks)
}

// across prints the lines of every panel beside each other, each with its label
// before it, if it has one.
func (p *page) across(labels []string, panels []*panel, lines [][]string) {
	height := len(labels)
	for i := range lines {
		height = max(height, len(lines[i]))
	}
	for y := range height {
		label := ""
		if y < len(labels) {
			label = labels[y]
		}
		line := text.PadLeft(label, timeWidth-1) + " "
		for i, n := range panels {
			cell := text.Pad("", n.width())
			if y < len(lines[i]) {
				cell = lines[i][y]
			}
			line += cell + strings.Repeat(" ", gap)
		}
		p.line(line)
	}
}

// axis prints the rows from top to bottom. A row begins below the one before,
// and in each of its panels below what that still has to say; so one panel may
// go on while another one still explains its packet.
func (p *page) axis(panels []*panel, rows []row) {
	var labels []string
	lines := make([][]string, len(panels)) // of each panel, as far as it is drawn
	for _, r := range rows {
		top := r.top(len(labels), lines)
		for len(labels) < top {
			labels = append(labels, "")
		}
		labels = append(labels, r.label)
		for i, step := range r.steps {
			if step >= 0 {
				lines[i] = append(panels[i].wait(lines[i], top), panels[i].draw(panels[i].steps[step])...)
			}
		}
	}
	p.across(labels, panels, lines)
}

// top is the first line on which a row can begin, from the least on.
func (r row) top(least int, lines [][]string) int {
	for i, step := range r.steps {
		if step >= 0 {
			least = max(least, len(lines[i]))
		}
	}
	return least
}

// row is a moment, and what happened then in each panel: the number of a step,
// or -1.
type row struct {
	label string
	steps []int
}

// merge puts the steps of all panels on one axis. Steps share a row if their
// times read the same.
func merge(panels []*panel) []row {
	type place struct{ panel, step int }
	var all []place
	for i, n := range panels {
		for j := range n.steps {
			all = append(all, place{i, j})
		}
	}
	when := func(a place) time.Duration { return panels[a.panel].steps[a.step].at }
	slices.SortStableFunc(all, func(a, b place) int { return int(min(max(when(a)-when(b), -1), 1)) })
	var rows []row
	for _, a := range all {
		label := panels[a.panel].label(when(a))
		if last := len(rows) - 1; last < 0 || rows[last].label != label || rows[last].steps[a.panel] >= 0 {
			r := row{label: label, steps: make([]int, len(panels))}
			for i := range r.steps {
				r.steps[i] = -1
			}
			rows = append(rows, r)
		}
		rows[len(rows)-1].steps[a.panel] = a.step
	}
	return rows
}

// legend explains the strokes that occur.
func (p *page) legend(traces []packet.Trace) {
	used := map[stroke]bool{}
	for _, t := range traces {
		overtaken := packet.Overtaken(t.Packets)
		for i, packet := range t.Packets {
			used[strokeOf(packet, overtaken[i])] = true
		}
	}
	var parts []string
	for _, e := range []struct {
		s       stroke
		meaning string
	}{
		{dropped, p.Words.Say("X dropped")},
		{late, p.Words.Say("╌ late")},
		{copied, p.Words.Say("═ a copy")},
		{damaged, p.Words.Say("~ damaged")},
	} {
		if used[e.s] {
			parts = append(parts, text.Together(e.meaning))
		}
	}
	if len(parts) > 0 {
		p.line("")
		p.wrapped(strings.Join(parts, ", "))
	}
}
