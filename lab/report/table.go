package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"echolab/lab"
	"echolab/lab/words"
)

// roomy is the width from which tables get boxes, and a column for what
// otherwise stands below something else.
const roomy = 110

// writeTable prints for a terminal.
func writeTable(w io.Writer, r *lab.Report, o Options) error {
	t := &table{model: build(r, o), o: o}
	if !o.Quiet {
		t.paragraph(t.about, dim)
	}
	steps := []func() error{t.documentsTable, t.experimentsTable, t.claimsTable}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	t.remarks()
	_, err := w.Write(t.out.Bytes())
	return err
}

// table lays a model out for a terminal.
type table struct {
	model
	o   Options
	out bytes.Buffer
}

func (t *table) roomy() bool { return t.o.Width >= roomy }

// paragraph prints a text over as many lines as it needs.
func (t *table) paragraph(text string, s style) {
	t.hanging("", text, s)
}

// hanging prints a text whose further lines stand below its first word, behind
// a prefix.
func (t *table) hanging(prefix, text string, s style) {
	indent := strings.Repeat(" ", words.Width(prefix))
	for i, line := range words.Wrap(text, t.o.Width-len(indent)) {
		if i > 0 {
			prefix = indent
		}
		fmt.Fprintln(&t.out, paint(prefix+line, s, t.o.Color))
	}
}

// section prints a grid below its heading, with a blank line before.
func (t *table) section(heading string, g grid) error {
	if t.out.Len() > 0 {
		fmt.Fprintln(&t.out)
	}
	if !t.o.Quiet {
		t.paragraph(heading, bold)
	}
	widths, _ := g.widths(t.o.Width)
	return g.draw(&t.out, widths)
}

// documentsTable shows the documents' rows: in each cell what is written, and
// below it what was measured.
func (t *table) documentsTable() error {
	if len(t.documents) == 0 {
		return nil
	}
	say := t.o.Words.Say
	g := grid{boxed: t.roomy(), ruled: t.roomy(), color: t.o.Color}
	g.columns = append(g.columns, column{head: say("Documents"), least: 14})
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: h, least: 4, whole: 16})
	}
	g.columns = append(g.columns, column{head: say("Verdict"), least: 14, whole: 20})
	for _, d := range t.documents {
		row := []cell{{{text: d.name}}}
		for i := range t.heads {
			row = append(row, written(d.says[i], d.measured[i]))
		}
		row = append(row, cell{verdict(d.verdict, d.word), {text: d.because, style: dim}})
		g.blocks = append(g.blocks, block{rows: [][]cell{row}})
	}
	return t.section(say("What the documents write, and what was measured"), g)
}

// written shows what is written above what was measured, or, where it is but a
// letter or an arrow, before it.
func written(says, measured string) cell {
	if words.Width(says) <= 2 && measured != "" {
		return cell{{text: words.Together(says+" · ") + measured}}
	}
	return cell{{text: says, style: bold}, {text: measured}}
}

// verdict shows a verdict with its mark.
func verdict(v lab.Verdict, word string) span {
	switch v {
	case lab.Holds:
		return span{text: "✓ " + word, style: green}
	case lab.Refuted:
		return span{text: "✗ " + word, style: red}
	case lab.Depends:
		return span{text: "~ " + word, style: yellow}
	}
	return span{text: "? " + word, style: dim}
}

// experimentsTable shows the experiments' rows.
func (t *table) experimentsTable() error {
	if len(t.experiments) == 0 {
		t.paragraph(t.o.Words.Say("Nothing was measured."), normal)
		return nil
	}
	g := t.stacked()
	if _, fits := g.widths(t.o.Width); !fits {
		g = t.listed()
	}
	heading := t.o.Words.Say("What was measured, and what theory expects (%s)", strings.Join(t.heads, " / "))
	return t.section(heading, g)
}

// stacked has the experiment and its network left of its rows.
func (t *table) stacked() grid {
	g := t.measurements(column{head: t.o.Words.Say("Experiment"), least: 15})
	for _, s := range t.experiments {
		title := cell{{text: s.title, style: bold}, {text: s.place(), style: dim}}
		g.blocks = append(g.blocks, block{lead: []cell{title}, rows: t.rows(s, "")})
	}
	return g
}

// listed has the experiment above its rows, for narrow terminals and many
// transports.
func (t *table) listed() grid {
	g := t.measurements()
	for _, s := range t.experiments {
		title := cell{{text: s.title, style: bold}, {text: s.place(), style: dim}}
		rows := append([][]cell{{title}}, t.rows(s, "· ")...)
		for i := range rows {
			rows[i] = append(rows[i], make([]cell, len(g.columns)-len(rows[i]))...)
		}
		g.blocks = append(g.blocks, block{rows: rows})
	}
	return g
}

// place is where the experiment ran.
func (s section) place() string {
	parts := make([]string, 0, 1+len(s.conditions))
	for _, part := range append([]string{s.network}, s.conditions...) {
		if part != "" {
			parts = append(parts, words.Together(part))
		}
	}
	return strings.Join(parts, ", ")
}

// measurements is a grid with the columns of measurements behind others.
func (t *table) measurements(before ...column) grid {
	g := grid{columns: before, boxed: t.roomy(), ruled: t.o.Details, color: t.o.Color}
	g.columns = append(g.columns, column{head: t.o.Words.Say("Measurement"), least: 16})
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: h, right: true, least: 4, whole: 16, firm: true})
	}
	g.columns = append(g.columns, column{head: t.o.Words.Say("Expected"), least: 9, whole: 24}, column{whole: 6, firm: true})
	return g
}

// rows are the cells of an experiment's measurements.
func (t *table) rows(s section, bullet string) [][]cell {
	var rows [][]cell
	for _, r := range s.rows {
		label := cell{{text: bullet + r.name()}}
		if t.o.Details && r.basis != "" {
			label = append(label, span{text: r.basis, style: dim})
		}
		row := []cell{label}
		for i := range t.heads {
			row = append(row, cell{r.figure(i), {text: r.spread[i], style: dim}})
		}
		rows = append(rows, append(row, t.expected(r), marked(r)))
	}
	if s.failed != "" {
		rows = append(rows, t.failure(s))
	}
	return rows
}

// failure says in place of the figures why there are none.
func (t *table) failure(s section) []cell {
	row := make([]cell, len(t.heads)+3)
	row[0] = cell{{text: t.o.Words.Say("did not run: %s", s.failed), style: red}}
	row[len(row)-1] = cell{{text: "✗", style: red}}
	return row
}

// name is the label with its unit, if that is not part of it ("Packets sent
// again" counts packets) and says more than that something is counted.
func (r row) name() string {
	if r.unit == "" || r.unit == "count" || strings.Contains(strings.ToLower(r.label), r.unit) {
		return r.label
	}
	return r.label + " (" + r.unit + ")"
}

// figure is what was measured for one transport.
func (r row) figure(i int) span {
	if r.outside[i] {
		return span{text: r.values[i], style: red}
	}
	return span{text: r.values[i]}
}

// expected is what theory expects of the transports, with the range that it
// allows where there is room.
func (t *table) expected(r row) cell {
	list := r.expected
	if t.roomy() || t.o.Details {
		list = r.ranges
	}
	return cell{{text: joined(list), style: dim}}
}

// joined tells what is expected: once if it is the same of all transports, else
// in their order.
func joined(list []string) string {
	same, some := true, false
	for _, s := range list {
		same = same && s == list[0]
		some = some || s != ""
	}
	if !some {
		return ""
	}
	if same {
		return list[0]
	}
	parts := make([]string, len(list))
	for i, s := range list {
		if s == "" {
			s = unknown
		}
		if i < len(list)-1 {
			s += " /"
		}
		parts[i] = words.Together(s)
	}
	return strings.Join(parts, " ")
}

// marked is the mark of a row and the number of its note.
func marked(r row) cell {
	s := span{text: r.mark.String(), style: green}
	if r.mark == outside {
		s.text, s.style = fmt.Sprintf("%s[%d]", r.mark, r.note), red
	}
	return cell{s}
}

// claimsTable lists the claims, where they are wanted.
func (t *table) claimsTable() error {
	if len(t.claims) == 0 {
		return nil
	}
	say := t.o.Words.Say
	g := grid{boxed: t.roomy(), ruled: true, color: t.o.Color}
	g.columns = []column{
		{head: say("Claim"), least: 18},
		{head: say("Verdict"), least: 12},
		{head: say("Statement, and what was measured"), least: 30},
	}
	for _, c := range t.claims {
		row := []cell{
			{{text: c.id}, {text: c.source, style: dim}},
			{verdict(c.verdict, c.word)},
			{{text: c.statement}, {text: c.because, style: dim}},
		}
		g.blocks = append(g.blocks, block{rows: [][]cell{row}})
	}
	return t.section(say("Claims of the documents"), g)
}

// remarks are what stands below the tables.
func (t *table) remarks() {
	fmt.Fprintln(&t.out)
	if t.tally != "" {
		t.paragraph(t.tally, normal)
	}
	for i, note := range t.notes {
		t.hanging(fmt.Sprintf("[%d] ", i+1), note, red)
	}
	for _, warning := range t.warnings {
		t.hanging("! ", warning, yellow)
	}
	if t.next != "" {
		t.paragraph(t.next, bold)
	}
}
