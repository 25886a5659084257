package report

import (
	"fmt"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// model is the report as people read it: in their language, rounded, and
// judged. Printers only lay it out.
type model struct {
	about       string   // the run: machine, workload, seed
	heads       []string // the transports, as columns
	documents   []documentRow
	sections    []section
	legend      string   // what the mark "·" means; "" where it does not occur
	notes       []string // what lies outside its expectation; row.note counts them from 1
	warnings    []string
	summary     []string   // what the claims and the documents' table come to
	claims      []claimRow // all of them, where they are wanted
	named       []claimRow // those that a reader should hear of without asking
	conclusions []string
	next        string
}

// documentRow is a row of the documents' table. The lists go by transport.
type documentRow struct {
	name     string
	says     []string
	measured []string
	verdict  result.Verdict
	word     string // the verdict in words
	because  string
}

// claimRow is one claim of the documents.
type claimRow struct {
	id, source, statement string
	verdict               result.Verdict
	word, because         string
}

// section is one experiment.
type section struct {
	name       string // id and title
	method     string
	network    string
	conditions []string
	rows       []row
	failed     string // why there are no rows
}

// row is one measurement.
type row struct {
	label, unit string
	figures     []figure // by transport
	basis       string
	mark        mark
	note        int // number of the note that tells what is wrong; 0 is none
}

// figure is what was measured for one transport, and what theory expects; ""
// is nothing.
type figure struct {
	value    string
	spread   string // "79.1–82.4" over several runs, where they differ
	expected string // with the range that theory allows: "81 (76.9–85.1)"
	allowed  string // that range alone, or the value where only one is allowed
	cut      bool   // the value was cut off
	outside  bool   // the value is not as expected
}

// mark tells whether a row is as expected.
type mark int

const (
	unmarked mark = iota // nothing was expected
	open                 // what is expected is so, but of some value nothing is, or it was cut off
	within               // every value is as expected
	outside
)

// String is how the mark looks.
func (m mark) String() string { return [...]string{"", "·", "✓", "✗"}[m] }

// builder makes a model in one language.
type builder struct {
	text.Printer
	o          Options
	r          *result.Report
	transports []string
	notes      []string
}

// build makes the model of a report.
func build(r *result.Report, o Options) model {
	b := &builder{Printer: o.Words, o: o, r: r, transports: transports(r)}
	m := model{about: b.about(), documents: b.documents(), warnings: b.warnings(), named: b.named(), next: b.next()}
	for _, t := range b.transports {
		m.heads = append(m.heads, head(t))
	}
	for _, e := range r.Experiments {
		m.sections = append(m.sections, b.section(e))
	}
	m.notes = b.notes
	m.legend = b.legend(m.sections)
	m.summary = b.summary(len(m.documents))
	if o.Claims {
		for _, c := range r.Claims {
			m.claims = append(m.claims, b.claim(c))
		}
	}
	for _, c := range r.Conclusions {
		m.conclusions = append(m.conclusions, b.Text(c))
	}
	return m
}

// head is a transport's name as people write it.
func head(transport string) string { return strings.ToUpper(transport) }

// title is how an experiment is called everywhere: by its id and its title.
func title(p text.Printer, id string, title text.Message) string {
	if title.IsZero() {
		return id
	}
	return fmt.Sprintf("%s: %s", id, p.Text(title))
}

func (b *builder) name(e *result.Result) string { return title(b.Printer, e.ID, e.Title) }

// about says what was run, so that it can be run again.
func (b *builder) about() string {
	e, o := b.r.Environment, b.r.Options
	runs := b.Say("1 run")
	if o.Runs > 1 {
		runs = b.Sayf("median of %d runs", o.Runs)
	}
	parts := []string{b.Sayf("%s/%s, %d CPUs: %s messages of %s bytes each, seed %d, %s",
		e.OS, e.Arch, e.CPUs, thousands(float64(o.Messages)), thousands(float64(o.Size)), o.Seed, runs)}
	if o.Preset != "" {
		parts = append(parts, b.Sayf("preset %s", o.Preset))
	}
	if controls := b.controls(); len(controls) > 0 {
		parts = append(parts, b.Sayf("congestion control %s", strings.Join(controls, ", ")))
	}
	return strings.Join(parts, ", ")
}

// controls are the congestion controls that TCP had, each with its networks
// where there are several.
func (b *builder) controls() []string {
	var names []string
	networks := map[string][]string{}
	for _, r := range b.r.Experiments {
		c := r.Congestion
		if c == "" || slices.Contains(networks[c], r.Network) {
			continue
		}
		if networks[c] == nil {
			names = append(names, c)
		}
		networks[c] = append(networks[c], r.Network)
	}
	if len(names) > 1 {
		for i, c := range names {
			names[i] = b.Sayf("%s on %s", c, strings.Join(networks[c], ", "))
		}
	}
	return names
}

// documents are the rows of the documents' table that this run could decide.
// One is beyond it where an experiment that decides it was no part of the run;
// an experiment that ran and failed is part of it.
func (b *builder) documents() []documentRow {
	var rows []documentRow
	for _, d := range b.r.Documents {
		left := func(id string) bool { return b.r.Of(id) == nil }
		if d.Verdict == result.Untested && slices.ContainsFunc(d.Experiments, left) {
			continue
		}
		row := documentRow{
			name: d.Row, verdict: d.Verdict, word: b.Say(text.Phrase(d.Verdict)), because: b.Text(d.Because),
		}
		for _, t := range b.transports {
			row.says = append(row.says, d.Says[t])
			row.measured = append(row.measured, b.Text(d.Measured[t]))
		}
		rows = append(rows, row)
	}
	return rows
}

func (b *builder) claim(c result.ClaimResult) claimRow {
	return claimRow{
		id: c.ID, source: b.Text(result.SourceTitle(c.Source)), statement: b.Text(c.Statement),
		verdict: c.Verdict, word: b.Say(text.Phrase(c.Verdict)), because: b.Text(c.Because),
	}
}

// legend explains the mark that is neither good nor bad, where it occurs.
func (b *builder) legend(sections []section) string {
	for _, s := range sections {
		if slices.ContainsFunc(s.rows, func(r row) bool { return r.mark == open }) {
			return b.Say("· some cells of the row have no expectation, or were cut off")
		}
	}
	return ""
}
