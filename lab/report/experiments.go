package report

import (
	"fmt"
	"slices"
	"strings"

	"echolab/lab/text"
)

// form is a way to show what theory expects of a value.
type form int

// The forms, the roomiest first.
const (
	besideWhole form = iota // in a column behind the value, with its range: "81 (76.9–85.1)"
	besideRange             // there, but of a range only the range: "76.9–85.1"
	below                   // below the value, in brackets: "(76.9–85.1)"
)

// experimentsTable shows the experiments' rows, under each transport its value
// and what theory expects of it.
func (t *table) experimentsTable() error {
	say := t.o.Words.Sayf
	if len(t.experiments) == 0 {
		t.paragraph(say("Nothing was measured."), normal)
		return nil
	}
	g, f := t.measurements()
	heading := say("What was measured, and what theory expects")
	if f == below {
		heading = say("What was measured, and in brackets what theory expects")
	}
	if err := t.section(heading, g); err != nil {
		return err
	}
	if t.legend != "" {
		t.paragraph(t.legend, dim)
	}
	return nil
}

// measurements is the table in the roomiest form that fits.
func (t *table) measurements() (grid, form) {
	for f := besideWhole; f < below; f++ {
		if g := t.formed(f); g.fits() {
			return g, f
		}
	}
	return t.formed(below), below
}

// gutter is an empty column: what stands behind it is indented.
var gutter = column{}

// formed is the table in one form.
func (t *table) formed(f form) grid {
	g := grid{color: t.o.Color, width: t.o.Width}
	g.columns = append(g.columns, gutter, column{head: t.o.Words.Say("Measurement"), least: 24})
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: h, right: true, least: 4, whole: 16, firm: true})
		if f != below {
			g.columns = append(g.columns, column{head: t.o.Words.Say("expected"), looks: dim, whole: 24})
		}
	}
	g.columns = append(g.columns, column{whole: 1, firm: true})
	for n, s := range t.experiments {
		if n > 0 && t.o.Details {
			g.items = append(g.items, item{})
		}
		g.items = append(g.items, t.title(s)...)
		g.items = append(g.items, t.rows(s, f)...)
	}
	return g
}

// title is an experiment's head: what to type for it, where it ran, and what
// was done.
func (t *table) title(s section) []item {
	head := item{line: []span{{s.title, bold}, {text.Together("lab compare " + s.id), dim}, {s.place(), dim}}}
	head.hang = len(gap)
	head.line = slices.DeleteFunc(head.line, func(piece span) bool { return piece.text == "" })
	if s.method == "" {
		return []item{head}
	}
	return []item{head, {line: []span{{s.method, dim}}, indent: len(gap)}}
}

// place is where the experiment ran.
func (s section) place() string {
	parts := make([]string, 0, 1+len(s.conditions))
	for _, part := range append([]string{s.network}, s.conditions...) {
		if part != "" {
			parts = append(parts, text.Together(part))
		}
	}
	return strings.Join(parts, ", ")
}

// rows are an experiment's measurements, or why there are none.
func (t *table) rows(s section, f form) []item {
	var items []item
	for _, r := range s.rows {
		cells := []cell{nil, {{text: r.name()}}}
		for i := range t.heads {
			cells = append(cells, t.cells(r, i, f)...)
		}
		items = append(items, item{row: append(cells, cell{r.mark.span()})})
		if t.o.Details && r.basis != "" {
			items = append(items, item{line: []span{{r.basis, dim}}, indent: 2 * len(gap)})
		}
	}
	if s.failed != "" {
		items = append(items, item{line: []span{{t.o.Words.Sayf("did not run: %s", s.failed), red}}, indent: len(gap)})
	}
	return items
}

// name is the label with its unit, if that is not part of it ("Packets sent
// again" counts packets) and says more than that something is counted.
func (r row) name() string {
	counted := len(r.unit) >= len("bytes") && strings.Contains(strings.ToLower(r.label), r.unit)
	if r.unit == "" || r.unit == "count" || counted {
		return r.label
	}
	return r.label + " (" + r.unit + ")"
}

// cells are what was measured for one transport and what theory expects, in
// one cell or in two. Several runs' spread stands below.
func (t *table) cells(r row, i int, f form) []cell {
	value := cell{r.figure(i)}
	more := []span{{text: r.spread[i], style: dim}}
	if f == below {
		return []cell{append(append(value, t.expected(r, i, f)), more...)}
	}
	return []cell{append(value, more...), {t.expected(r, i, f)}}
}

// figure is what was measured for one transport, with the number of the note
// that tells what is wrong with it.
func (r row) figure(i int) span {
	switch {
	case r.cut[i]:
		return span{text: r.values[i], style: yellow}
	case r.outside[i]:
		return span{text: fmt.Sprintf("%s[%d]", r.values[i], r.note), style: red}
	}
	return span{text: r.values[i]}
}

// expected is what theory expects of one transport, or that the value is not
// the one to hold against it.
func (t *table) expected(r row, i int, f form) span {
	content := r.allowed[i]
	switch {
	case r.cut[i]:
		return span{text: t.o.Words.Say("cut off"), style: yellow}
	case f == besideWhole:
		content = r.expected[i]
	case f == below && content != "":
		content = "(" + content + ")"
	}
	return span{text: content, style: dim}
}

// span is the mark in its colour.
func (m mark) span() span {
	return span{text: m.String(), style: [...]style{normal, dim, green, red}[m]}
}
