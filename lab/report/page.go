package report

import (
	"fmt"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// page is what a report is laid out on: a terminal, or a Markdown file.
type page interface {
	heading(content string)
	line(l line)
	table(g *grid, rows [][]cell) error // with the heads where they do not stand yet; without rows they may
}

// line is a text of its own, over as many lines as it needs.
type line struct {
	mark  string // before the text, whose further lines begin below its first word
	text  string
	aside string // behind the text where there is room, else below
	style text.Style
}

// indent is the mark of what belongs to the line above, item that of several
// lines below a table. A dot stands between things that are side by side.
const (
	indent = "  "
	item   = "  - "
	dot    = " · "
)

// builder lays a report out in one language.
type builder struct {
	text.Printer
	page
	o          Options
	r          *result.Report
	transports []string
	wide       bool     // what theory expects has columns of its own; else it stands below each value
	roomy      bool     // and it is the figure with the range that theory allows; else the range alone
	reasons    bool     // every verdict and every expectation comes with its reason
	notes      []string // what lies outside its expectation
	spreads    bool     // some row has the spread of several runs
	open       bool     // some row has the mark that is neither good nor bad
}

// layOut puts a report on a page. Two transports with the range that theory
// allows beside them need 76 columns, and 100 with the figure that it expects.
func layOut(p page, r *result.Report, o Options) error {
	b := &builder{Printer: o.Words, page: p, o: o, r: r, transports: r.Options.Transports}
	b.wide, b.roomy = o.Width >= 20+28*len(b.transports), o.Width >= 20+40*len(b.transports)
	b.reasons = o.Details || o.Format == markdownFormat
	if !o.Quiet {
		b.line(line{text: b.about(), style: text.Dim})
	}
	for _, part := range []func() error{b.documents, b.experiments, b.claims} {
		if err := part(); err != nil {
			return err
		}
	}
	b.closing()
	return nil
}

// head is a transport's name as people write it.
func head(transport string) string { return strings.ToUpper(transport) }

// titled is the head of a column.
func titled(content string) cell { return cell{{content, text.Bold}} }

// documents shows the documents' table as far as this run could decide it: in
// each cell what is written, and below it what was measured. Below the table
// stands why a row does not hold.
func (b *builder) documents() error {
	g := &grid{columns: []column{{head: titled(b.Say("Documents")), most: b.o.Width / 4}}}
	for _, t := range b.transports {
		g.columns = append(g.columns, column{head: titled(head(t))})
	}
	g.columns = append(g.columns, column{head: titled(b.Say("Verdict")), most: b.o.Width / 6})
	var reasons []line
	for _, d := range b.r.Documents {
		if b.undecided(d) {
			continue
		}
		row := []cell{{{text: d.Row}}}
		for _, t := range b.transports {
			row = append(row, written(d.Says[t], b.Text(d.Measured[t])))
		}
		g.rows = append(g.rows, append(row, cell{b.verdict(d.Verdict)}))
		if !d.Because.IsZero() && (b.reasons || d.Verdict != result.Holds) {
			reasons = append(reasons, line{mark: item, text: d.Row + ": " + b.Text(d.Because), style: text.Dim})
		}
	}
	if len(g.rows) == 0 {
		return nil
	}
	return b.whole(b.Say("What the documents write, and what was measured"), g, reasons...)
}

// undecided reports whether a row of the documents' table was beyond this run:
// an experiment that decides it was no part of it. One that ran and failed was.
func (b *builder) undecided(d result.DocumentRow) bool {
	for _, id := range d.Experiments {
		if d.Verdict == result.Untested && b.r.Of(id) == nil {
			return true
		}
	}
	return false
}

// whole is a table under its heading, with lines below.
func (b *builder) whole(heading string, g *grid, below ...line) error {
	b.heading(heading)
	g.fit(b.o.Width)
	if err := b.table(g, g.rows); err != nil {
		return err
	}
	for _, l := range below {
		b.line(l)
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

// verdict is a verdict in words, with its mark.
func (b *builder) verdict(v result.Verdict) span {
	looks := map[result.Verdict]span{
		result.Holds: {"✓ ", text.Green}, result.Refuted: {"✗ ", text.Red}, result.Depends: {"~ ", text.Yellow},
		result.Untested: {"? ", text.Dim},
	}[v]
	return span{looks.text + b.Say(text.Phrase(v)), looks.style}
}

// experiments shows the experiments' rows, and below them what is wrong.
func (b *builder) experiments() error {
	b.heading(b.Say("What was measured, and what theory expects"))
	if len(b.r.Experiments) == 0 {
		b.line(line{text: b.Say("Nothing was measured.")})
		return nil
	}
	g := &grid{indent: indent}
	for _, e := range b.r.Experiments {
		for _, m := range b.shown(e) {
			g.rows = append(g.rows, b.row(e, m))
		}
	}
	g.columns = b.columns()
	g.fit(b.o.Width)
	if err := b.table(g, nil); err != nil {
		return err
	}
	rows := g.rows
	for i, e := range b.r.Experiments {
		if i > 0 && b.o.Details {
			b.heading("") // only a line between
		}
		b.title(e)
		n := len(b.shown(e))
		if err := b.table(g, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
		b.below(e)
	}
	if b.open {
		b.line(line{text: b.Say("· some cells of the row have no expectation, or were cut off"), style: text.Dim})
	}
	for i, note := range b.notes {
		b.line(line{mark: fmt.Sprintf("[%d] ", i+1), text: note, style: text.Red})
	}
	for _, warning := range b.warnings() {
		b.line(line{mark: "! ", text: warning, style: text.Yellow})
	}
	return nil
}

// columns are those of the experiments' rows. The figures take at most three
// eighths of a narrow line, and eleven sixteenths of a wide one.
func (b *builder) columns() []column {
	columns := []column{{head: titled(b.Say("Measurement"))}}
	share := b.o.Width / max(len(b.transports), 1)
	for _, t := range b.transports {
		value := column{head: titled(head(t)), right: true, most: share * 3 / 8, alike: 1}
		expected := column{head: cell{{b.Say("expected"), text.Dim}}, most: share * 3 / 8, alike: 2}
		if b.spreads {
			value.head = append(value.head, span{b.Say("min–max"), text.Dim})
		}
		if b.wide {
			value.most = share * 5 / 16
			if !b.roomy {
				expected.most = value.most
			}
			columns = append(columns, value, expected)
			continue
		}
		value.head = append(value.head, span{"(" + b.Say("expected") + ")", text.Dim})
		columns = append(columns, value)
	}
	return append(columns, column{most: 1}) // the mark
}

// title is an experiment's head: its name, where it ran, and what was done.
func (b *builder) title(e *result.Result) {
	place := conditions(b.Printer, e.Conditions)
	if e.Network != "" {
		place = append([]string{e.Network}, place...)
	}
	for i, part := range place {
		place[i] = text.Together(part)
	}
	b.line(line{text: b.name(e), aside: strings.Join(place, ", "), style: text.Bold})
	if !e.Method.IsZero() {
		b.line(line{mark: indent, text: b.Text(e.Method), style: text.Dim})
	}
}

// name is how an experiment is called everywhere: by its id and its title.
func (b *builder) name(e *result.Result) string { return named(b.Printer, e.ID, e.Title) }

func named(p text.Printer, id string, title text.Message) string {
	if title.IsZero() {
		return id
	}
	return id + ": " + p.Text(title)
}

// below is what stands below an experiment's rows: why there are none, or what
// the expectations are based on, each basis once.
func (b *builder) below(e *result.Result) {
	if e.Error != "" {
		b.line(line{mark: indent, text: b.Sayf("did not run: %s", e.Error), style: text.Red})
	}
	if !b.reasons {
		return
	}
	var bases []string
	labels := map[string][]string{} // by basis
	for _, m := range b.shown(e) {
		basis := b.Text(m.Basis)
		if basis != "" && labels[basis] == nil {
			bases = append(bases, basis)
		}
		labels[basis] = append(labels[basis], b.Text(m.Label))
	}
	for _, basis := range bases {
		b.line(line{mark: item, text: strings.Join(labels[basis], "; ") + ": " + basis, style: text.Dim})
	}
}

// claims lists the claims of the documents, where they are wanted.
func (b *builder) claims() error {
	if !b.o.Claims || len(b.r.Claims) == 0 {
		return nil
	}
	g := &grid{apart: true, columns: []column{
		{head: titled(b.Say("Claim")), most: b.o.Width * 3 / 10},
		{head: titled(b.Say("Verdict")), most: b.o.Width / 6},
		{head: titled(b.Say("Statement, and what was measured"))},
	}}
	for _, c := range b.r.Claims {
		g.rows = append(g.rows, []cell{
			{{text: c.ID}, {b.Text(result.SourceTitle(c.Source)), text.Dim}},
			{b.verdict(c.Verdict)},
			{{text: b.Text(c.Statement)}, {"→ " + b.Text(c.Because), text.Dim}}, // colour alone would not tell them apart
		})
	}
	return b.whole(b.Say("Claims of the documents"), g)
}
