package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// table prints for a terminal.
type table struct {
	model
	o   Options
	out bytes.Buffer
}

// dot stands between the pieces of a line, indent before what belongs to the
// line above.
const (
	dot    = " · "
	indent = "  "
)

func writeTable(w io.Writer, r *result.Report, o Options) error {
	t := &table{model: build(r, o), o: o}
	if !o.Quiet {
		t.paragraph("", t.about, text.Dim)
	}
	for _, step := range []func() error{t.documentsTable, t.experimentsTable, t.claimsTable} {
		if err := step(); err != nil {
			return err
		}
	}
	t.closing()
	_, err := w.Write(t.out.Bytes())
	return err
}

// paragraph prints a text over as many lines as it needs. Its prefix stands
// before the first line, and the others below its first word.
func (t *table) paragraph(prefix, content string, s text.Style) {
	before := text.Width(prefix)
	for i, line := range fold(content, t.o.Width-before) {
		if i > 0 {
			prefix = strings.Repeat(" ", before)
		}
		fmt.Fprintln(&t.out, s.Paint(prefix+line, t.o.Color))
	}
}

// heading starts a part of the page.
func (t *table) heading(content string) {
	if t.out.Len() > 0 {
		fmt.Fprintln(&t.out)
	}
	if !t.o.Quiet {
		t.paragraph("", content, text.Bold)
	}
}

// whole prints a table under its heading.
func (t *table) whole(heading string, g *grid) error {
	t.heading(heading)
	g.fit(t.o.Width)
	return g.draw(&t.out, t.o.Color, append([][]cell{g.heads(), g.rules()}, g.rows...)...)
}

// titled is a head of a column.
func titled(content string) cell { return cell{{content, text.Bold}} }

// documentsTable shows the documents' rows: in each cell what is written, and
// below it what was measured. Below the table stands why a row does not hold,
// or, in detail, how each was decided.
func (t *table) documentsTable() error {
	if len(t.documents) == 0 {
		return nil
	}
	say := t.o.Words.Say
	g := &grid{columns: []column{{head: titled(say("Documents")), most: t.o.Width / 4}}}
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: titled(h)})
	}
	g.columns = append(g.columns, column{head: titled(say("Verdict")), most: 20})
	for _, d := range t.documents {
		row := []cell{{{text: d.name}}}
		for i := range t.heads {
			row = append(row, written(d.says[i], d.measured[i]))
		}
		g.rows = append(g.rows, append(row, cell{verdict(d.verdict, d.word)}))
	}
	if err := t.whole(say("What the documents write, and what was measured"), g); err != nil {
		return err
	}
	for _, d := range t.documents {
		if d.because != "" && (d.verdict != result.Holds || t.o.Details) {
			t.paragraph(indent, d.name+": "+d.because, text.Dim)
		}
	}
	return nil
}

// written shows what is written above what was measured, or, where it is but a
// letter or an arrow, before it.
func written(says, measured string) cell {
	if text.Width(says) <= 2 && measured != "" {
		return cell{{text: text.Together(says+dot) + measured}}
	}
	return cell{{says, text.Bold}, {text: measured}}
}

// verdict shows a verdict with its mark.
func verdict(v result.Verdict, word string) span {
	switch v {
	case result.Holds:
		return span{"✓ " + word, text.Green}
	case result.Refuted:
		return span{"✗ " + word, text.Red}
	case result.Depends:
		return span{"~ " + word, text.Yellow}
	}
	return span{"? " + word, text.Dim}
}

// experimentsTable shows the experiments' rows, and below them what is wrong.
func (t *table) experimentsTable() error {
	t.heading(t.o.Words.Say("What was measured, and what theory expects"))
	if len(t.sections) == 0 {
		t.paragraph("", t.o.Words.Say("Nothing was measured."), text.Plain)
		return nil
	}
	g := t.measurements()
	if err := g.draw(&t.out, t.o.Color, g.heads(), g.rules()); err != nil {
		return err
	}
	for n, s := range t.sections {
		if n > 0 && t.o.Details {
			fmt.Fprintln(&t.out)
		}
		t.title(s)
		if err := g.draw(&t.out, t.o.Color, g.rows[:len(s.rows)]...); err != nil {
			return err
		}
		g.rows = g.rows[len(s.rows):]
		t.below(s)
	}
	if t.legend != "" {
		t.paragraph("", t.legend, text.Dim)
	}
	for i, note := range t.notes {
		t.paragraph(fmt.Sprintf("[%d] ", i+1), note, text.Red)
	}
	for _, warning := range t.warnings {
		t.paragraph("! ", warning, text.Yellow)
	}
	return nil
}

// wide reports whether what theory expects has columns of its own; else it
// stands below each value. Two transports need 100 columns for that.
func (t *table) wide() bool { return t.o.Width >= 20+40*len(t.heads) }

// measurements is the table of all experiments' rows. The columns of figures
// take at most three eighths of a narrow line, and eleven sixteenths of a wide
// one.
func (t *table) measurements() *grid {
	say := t.o.Words.Say
	g := &grid{columns: []column{{most: 1}, {head: titled(say("Measurement"))}}} // the first indents
	share := t.o.Width / max(len(t.heads), 1)
	for _, h := range t.heads {
		value := column{head: append(titled(h), t.spreadHead()), right: true, most: share * 3 / 8, alike: 1}
		if !t.wide() {
			value.head = append(value.head, span{"(" + say("expected") + ")", text.Dim})
			g.columns = append(g.columns, value)
			continue
		}
		value.most = share * 5 / 16
		g.columns = append(g.columns, value, column{head: cell{{say("expected"), text.Dim}}, most: share * 3 / 8, alike: 2})
	}
	g.columns = append(g.columns, column{most: 1})
	for _, s := range t.sections {
		for _, r := range s.rows {
			g.rows = append(g.rows, t.row(r))
		}
	}
	g.fit(t.o.Width)
	return g
}

// spreadHead tells what stands below a median of several runs.
func (t *table) spreadHead() span {
	for _, s := range t.sections {
		for _, r := range s.rows {
			if slices.ContainsFunc(r.figures, func(f figure) bool { return f.spread != "" }) {
				return span{t.o.Words.Say("min–max"), text.Dim}
			}
		}
	}
	return span{}
}

// row lays one measurement out.
func (t *table) row(r row) []cell {
	cells := []cell{nil, {{text: r.name()}}}
	for _, f := range r.figures {
		value, expected := cell{f.shown(r.note), {f.spread, text.Dim}}, span{f.expected, text.Dim}
		if !t.wide() {
			expected.text = f.allowed
		}
		if f.cut {
			expected = span{t.o.Words.Say("cut off"), text.Yellow}
		}
		if t.wide() {
			cells = append(cells, value, cell{expected})
			continue
		}
		if expected.text != "" {
			expected.text = "(" + expected.text + ")"
		}
		cells = append(cells, append(value, expected))
	}
	return append(cells, cell{{r.mark.String(), [...]text.Style{text.Plain, text.Dim, text.Green, text.Red}[r.mark]}})
}

// shown is the value, with the number of the note that tells what is wrong with
// it.
func (f figure) shown(note int) span {
	switch {
	case f.cut:
		return span{f.value, text.Yellow}
	case f.outside:
		return span{fmt.Sprintf("%s[%d]", f.value, note), text.Red}
	}
	return span{text: f.value}
}

// title is an experiment's head: its name, where it ran, and what was done.
func (t *table) title(s section) {
	var place []string
	for _, part := range append([]string{s.network}, s.conditions...) {
		if part != "" {
			place = append(place, text.Together(part))
		}
	}
	where := strings.Join(place, ", ")
	if where != "" && text.Width(s.name+dot+where) <= t.o.Width {
		fmt.Fprintln(&t.out, text.Bold.Paint(s.name, t.o.Color)+text.Dim.Paint(dot+oneLine(where), t.o.Color))
		where = ""
	} else {
		t.paragraph("", s.name, text.Bold)
	}
	for _, more := range []string{where, s.method} {
		if more != "" {
			t.paragraph(indent, more, text.Dim)
		}
	}
}

// below is what stands below an experiment's rows: why there are none, or, in
// detail, what the expectations are based on.
func (t *table) below(s section) {
	if s.failed != "" {
		t.paragraph(indent, t.o.Words.Sayf("did not run: %s", s.failed), text.Red)
	}
	if !t.o.Details {
		return
	}
	for i, r := range s.rows {
		same := func(other row) bool { return other.basis == r.basis }
		if r.basis == "" || slices.ContainsFunc(s.rows[:i], same) {
			continue
		}
		var labels []string
		for _, other := range s.rows[i:] {
			if same(other) {
				labels = append(labels, other.label)
			}
		}
		t.paragraph(indent, strings.Join(labels, "; ")+": "+r.basis, text.Dim)
	}
}

// claimsTable lists the claims, where they are wanted.
func (t *table) claimsTable() error {
	if len(t.claims) == 0 {
		return nil
	}
	say := t.o.Words.Say
	g := &grid{columns: []column{
		{head: titled(say("Claim")), most: t.o.Width * 3 / 10},
		{head: titled(say("Verdict")), most: 14},
		{head: titled(say("Statement, and what was measured"))},
	}}
	for i, c := range t.claims {
		if i > 0 {
			g.rows = append(g.rows, make([]cell, len(g.columns)))
		}
		g.rows = append(g.rows, []cell{
			{{text: c.id}, {c.source, text.Dim}},
			{verdict(c.verdict, c.word)},
			{{text: c.statement}, {"→ " + c.because, text.Dim}}, // the arrow, for colour alone would not tell them apart
		})
	}
	return t.whole(say("Claims of the documents"), g)
}

// closing is what it all comes to.
func (t *table) closing() {
	fmt.Fprintln(&t.out)
	for _, sentence := range t.summary {
		t.paragraph("", sentence, text.Plain)
	}
	for _, c := range t.named {
		v := verdict(c.verdict, c.sentence())
		mark, sentence, _ := strings.Cut(v.text, " ")
		t.paragraph(mark+" ", sentence, v.style)
	}
	if len(t.conclusions) > 0 {
		t.heading(t.o.Words.Say("In short"))
	}
	for _, c := range t.conclusions {
		t.paragraph("- ", c, text.Plain)
	}
	if t.next != "" {
		t.paragraph("", t.next, text.Bold)
	}
}
