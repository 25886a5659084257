package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"echolab/lab/result"
)

// writeMarkdown writes the tables as GitHub's Markdown has them.
func writeMarkdown(w io.Writer, r *result.Report, o Options) error {
	d := &markdown{model: build(r, o), o: o}
	if !o.Quiet {
		fmt.Fprintf(&d.out, "%s\n", escape(d.about))
	}
	d.documentsTable()
	d.experimentsTable()
	d.claimsTable()
	d.remarks()
	_, err := w.Write(d.out.Bytes())
	return err
}

// markdown lays a model out as Markdown.
type markdown struct {
	model
	o   Options
	out bytes.Buffer
}

// heading starts a section.
func (d *markdown) heading(content string) { fmt.Fprintf(&d.out, "\n## %s\n\n", escape(content)) }

// paragraph writes a text that stands alone, if there is one.
func (d *markdown) paragraph(content string) {
	if content != "" {
		fmt.Fprintf(&d.out, "\n%s\n", escape(content))
	}
}

// row writes one row of a table.
func (d *markdown) row(cells ...string) {
	for i, c := range cells {
		cells[i] = escape(c)
	}
	fmt.Fprintf(&d.out, "| %s |\n", strings.Join(cells, " | "))
}

// head writes the head of a table. Columns whose name starts with a tab align
// at the right.
func (d *markdown) head(names ...string) {
	rules := make([]string, len(names))
	for i, name := range names {
		rules[i] = "---"
		if strings.HasPrefix(name, "\t") {
			rules[i], names[i] = "--:", name[1:]
		}
	}
	d.row(names...)
	fmt.Fprintf(&d.out, "| %s |\n", strings.Join(rules, " | "))
}

func (d *markdown) documentsTable() {
	if len(d.documents) == 0 {
		return
	}
	say := d.o.Words.Sayf
	d.heading(say("What the documents write, and what was measured"))
	names := []string{say("Documents")}
	for _, h := range d.heads {
		names = append(names, h, say("%s measured", h))
	}
	d.head(append(names, say("Verdict"), say("Because"))...)
	for _, row := range d.documents {
		cells := []string{row.name}
		for i := range d.heads {
			cells = append(cells, row.says[i], row.measured[i])
		}
		d.row(append(cells, row.word, row.because)...)
	}
}

func (d *markdown) experimentsTable() {
	say := d.o.Words.Sayf
	d.heading(say("What was measured, and what theory expects"))
	names := []string{say("Experiment"), say("Network"), say("Conditions"), say("Measurement"), say("Unit")}
	for _, h := range d.heads {
		names = append(names, "\t"+h, say("%s expected", h))
	}
	names = append(names, say("Basis"), "")
	d.head(slices.Clone(names)...)
	for _, s := range d.sections {
		place := []string{strings.TrimSpace(s.name + "\n" + s.method), s.network, strings.Join(s.conditions, ", ")}
		for _, r := range s.rows {
			d.row(append(append(place[:3:3], r.label, r.unit), d.figures(r)...)...)
			place[0] = s.name // what was done stands in the first row only
		}
		if s.failed != "" {
			empty := make([]string, len(names)-len(place)-1)
			d.row(append(append(place[:3:3], say("did not run: %s", s.failed)), empty...)...)
		}
	}
	d.paragraph(d.legend)
}

// figures are a row's cells from the first transport on.
func (d *markdown) figures(r row) []string {
	var cells []string
	for _, f := range r.figures {
		value := f.value
		if f.spread != "" {
			value += " (" + f.spread + ")"
		}
		if f.cut {
			value += " (" + d.o.Words.Say("cut off") + ")"
		}
		cells = append(cells, value, oneLine(f.expected))
	}
	mark := r.mark.String()
	if r.note > 0 {
		mark += fmt.Sprintf(" %d", r.note)
	}
	return append(cells, r.basis, mark)
}

// oneLine is a text with plain blanks, one between two words.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (d *markdown) claimsTable() {
	if len(d.claims) == 0 {
		return
	}
	say := d.o.Words.Sayf
	d.heading(say("Claims of the documents"))
	d.head(say("Claim"), say("Source"), say("Statement"), say("Verdict"), say("Because"))
	for _, c := range d.claims {
		d.row(c.id, c.source, c.statement, c.word, c.because)
	}
}

// remarks are what stands below the tables.
func (d *markdown) remarks() {
	for _, sentence := range d.summary {
		d.paragraph(oneLine(sentence))
	}
	var list []string
	for i, note := range d.notes {
		list = append(list, fmt.Sprintf("%d. %s", i+1, escape(note)))
	}
	for _, c := range d.named {
		list = append(list, "- "+escape(c.sentence()))
	}
	for _, warning := range d.warnings {
		list = append(list, "- "+escape(oneLine(warning)))
	}
	if len(list) > 0 {
		fmt.Fprintf(&d.out, "\n%s\n", strings.Join(list, "\n"))
	}
	if len(d.conclusions) > 0 {
		d.heading(d.o.Words.Say("In short"))
	}
	for _, c := range d.conclusions {
		fmt.Fprintf(&d.out, "- %s\n", escape(c))
	}
	d.paragraph(oneLine(d.next))
}

// escaper takes their meaning from the characters that Markdown would read as
// its own in the middle of a table. Line breaks become those of HTML.
var escaper = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "<", "&lt;",
	"\r\n", "<br>", "\n", "<br>", "\r", "<br>",
)

func escape(s string) string { return escaper.Replace(s) }
