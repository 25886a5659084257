package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// writeTable prints for a terminal.
func writeTable(w io.Writer, r *result.Report, o Options) error {
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

// paragraph prints a text over as many lines as it needs.
func (t *table) paragraph(content string, s style) {
	t.hanging("", content, s)
}

// hanging prints a text whose further lines stand below its first word, behind
// a prefix.
func (t *table) hanging(prefix, content string, s style) {
	indent := strings.Repeat(" ", text.Width(prefix))
	for i, line := range text.Wrap(content, t.o.Width-len(indent)) {
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
	return g.draw(&t.out, g.widths())
}

// documentsTable shows the documents' rows: in each cell what is written, and
// below it what was measured. Where the verdict is not that all of it holds,
// the reason stands below the row.
func (t *table) documentsTable() error {
	if len(t.documents) == 0 {
		return nil
	}
	say := t.o.Words.Sayf
	g := grid{color: t.o.Color, width: t.o.Width}
	g.columns = append(g.columns, column{head: say("Documents"), least: 14})
	for _, h := range t.heads {
		g.columns = append(g.columns, column{head: h, least: 4, whole: 16})
	}
	g.columns = append(g.columns, column{head: say("Verdict"), least: 10, whole: 20})
	for _, d := range t.documents {
		row := []cell{{{text: d.name}}}
		for i := range t.heads {
			row = append(row, written(d.says[i], d.measured[i]))
		}
		g.items = append(g.items, item{row: append(row, cell{verdict(d.verdict, d.word)})})
		if d.because != "" && (d.verdict != result.Holds || t.o.Details) {
			g.items = append(g.items, item{line: []span{{d.because, dim}}, indent: len(gap)})
		}
	}
	return t.section(say("What the documents write, and what was measured"), g)
}

// written shows what is written above what was measured, or, where it is but a
// letter or an arrow, before it.
func written(says, measured string) cell {
	if text.Width(says) <= 2 && measured != "" {
		return cell{{text: text.Together(says+" · ") + measured}}
	}
	return cell{{text: says, style: bold}, {text: measured}}
}

// verdict shows a verdict with its mark.
func verdict(v result.Verdict, word string) span {
	switch v {
	case result.Holds:
		return span{text: "✓ " + word, style: green}
	case result.Refuted:
		return span{text: "✗ " + word, style: red}
	case result.Depends:
		return span{text: "~ " + word, style: yellow}
	}
	return span{text: "? " + word, style: dim}
}

// measuredMark stands before what was measured, below what is claimed: colour
// alone would not tell them apart.
const measuredMark = "→ "

// claimsTable lists the claims, where they are wanted.
func (t *table) claimsTable() error {
	if len(t.claims) == 0 {
		return nil
	}
	say := t.o.Words.Sayf
	g := grid{color: t.o.Color, width: t.o.Width}
	g.columns = []column{
		{head: say("Claim"), least: 18},
		{head: say("Verdict"), least: 12},
		{head: say("Statement, and what was measured"), least: 30},
	}
	for i, c := range t.claims {
		if i > 0 {
			g.items = append(g.items, item{})
		}
		row := []cell{
			{{text: c.id}, {text: c.source, style: dim}},
			{verdict(c.verdict, c.word)},
			{{text: c.statement}, {text: measuredMark + c.because, style: dim}},
		}
		g.items = append(g.items, item{row: row})
	}
	return t.section(say("Claims of the documents"), g)
}

// remarks are what stands below the tables: the claims, what is not as it
// should be, and last what it all comes to.
func (t *table) remarks() {
	fmt.Fprintln(&t.out)
	for _, sentence := range t.summary() {
		t.paragraph(sentence, normal)
	}
	for _, c := range t.named {
		mark, _, _ := strings.Cut(verdict(c.verdict, "").text, " ")
		t.hanging(mark+" ", c.id+" "+c.word+": "+c.because, verdict(c.verdict, "").style)
	}
	for i, note := range t.notes {
		t.hanging(fmt.Sprintf("[%d] ", i+1), note, red)
	}
	for _, warning := range t.warnings {
		t.hanging("! ", warning, yellow)
	}
	if len(t.conclusions) > 0 {
		fmt.Fprintln(&t.out)
	}
	if len(t.conclusions) > 0 && !t.o.Quiet {
		t.paragraph(t.o.Words.Say("In short"), bold)
	}
	for _, c := range t.conclusions {
		t.hanging("- ", c, normal)
	}
	if t.next != "" {
		t.paragraph(t.next, bold)
	}
}
