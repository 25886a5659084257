package report

import (
	"math"
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
	undecided   string // how many of the documents' rows need other experiments; "" is none
	experiments []section
	legend      string // what a mark means that does not tell by itself; "" where there is none
	tally       string // how many claims hold, how many do not
	claims      []claimRow
	named       []claimRow // those that are refuted, not as expected, or undecided by a cut-off value
	notes       []string   // what lies outside its expectation; row.note counts them from 1
	warnings    []string
	conclusions []string
	next        string
}

// summary are the sentences that count: claims, rows of the documents' table,
// what changed.
func (m model) summary() []string {
	all := []string{m.tally, m.undecided}
	return slices.DeleteFunc(all, func(sentence string) bool { return sentence == "" })
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

// section is one experiment.
type section struct {
	id, title  string
	method     string
	network    string
	conditions []string
	rows       []row
	failed     string // why there are no rows
}

// row is one measurement. The lists go by transport; "" is nothing measured,
// or nothing expected.
type row struct {
	label, unit string
	values      []string
	spread      []string // "79.1–82.4" over several runs, where they differ
	expected    []string // with the range that theory allows: "81 (76.9–85.1)"
	allowed     []string // that range alone, or the value where only one is allowed
	cut         []bool   // the value was cut off
	outside     []bool   // the value is not as expected
	basis       string
	mark        mark
	note        int // number of the note that tells what is wrong; 0 is none
}

// claimRow is one claim of the documents.
type claimRow struct {
	id, source, statement string
	verdict               result.Verdict
	word, was, because    string
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
	model      model
}

// build makes the model of a report.
func build(r *result.Report, o Options) model {
	b := &builder{Printer: o.Words, o: o, r: r, transports: transports(r)}
	for _, t := range b.transports {
		b.model.heads = append(b.model.heads, head(t))
	}
	b.model.about = b.about()
	b.model.documents, b.model.undecided = b.documents()
	for _, e := range r.Experiments {
		b.model.experiments = append(b.model.experiments, b.section(e))
	}
	b.model.legend = b.legend()
	b.model.tally = b.tally()
	if o.Claims {
		for _, c := range r.Claims {
			b.model.claims = append(b.model.claims, b.claim(c))
		}
	}
	b.model.named = b.named()
	b.model.warnings = b.warnings()
	for _, c := range r.Conclusions {
		b.model.conclusions = append(b.model.conclusions, b.Text(c))
	}
	b.model.next = b.next()
	return b.model
}

// head is a transport's name as people write it.
func head(transport string) string { return strings.ToUpper(transport) }

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
		switch c := r.Congestion; {
		case c == "" || slices.Contains(networks[c], r.Network):
		case networks[c] == nil:
			names = append(names, c)
			fallthrough
		default:
			networks[c] = append(networks[c], r.Network)
		}
	}
	if len(names) > 1 {
		for i, c := range names {
			names[i] = b.Sayf("%s on %s", c, strings.Join(networks[c], ", "))
		}
	}
	return names
}

// documents are the rows that this run could decide, and a sentence that counts
// the others.
func (b *builder) documents() (rows []documentRow, undecided string) {
	for _, d := range b.r.Documents {
		if !b.beyond(d) {
			rows = append(rows, b.document(d))
		}
	}
	if n := len(b.r.Documents) - len(rows); n > 0 {
		undecided = b.Sayf("Rows of the documents' table that need other experiments: %d of %d (lab compare runs all)", n, len(b.r.Documents))
	}
	return rows, undecided
}

// beyond reports whether a row is undecided because an experiment that decides
// it was not part of the run. One that ran and failed is part of it.
func (b *builder) beyond(d result.DocumentRow) bool {
	return d.Verdict == result.Untested && slices.ContainsFunc(d.Experiments, func(id string) bool { return b.r.Of(id) == nil })
}

func (b *builder) document(d result.DocumentRow) documentRow {
	row := documentRow{name: d.Row, verdict: d.Verdict, word: b.Say(text.Phrase(d.Verdict)), because: b.Text(d.Because)}
	for _, t := range b.transports {
		row.says = append(row.says, d.Says[t])
		row.measured = append(row.measured, b.Text(d.Measured[t]))
	}
	return row
}

func (b *builder) claim(c result.ClaimResult) claimRow {
	return claimRow{
		id: c.ID, source: c.Source, statement: b.Text(c.Statement),
		verdict: c.Verdict, word: b.Say(text.Phrase(c.Verdict)), because: b.Text(c.Because),
	}
}

// section shows the headline rows of an experiment, or all of them.
func (b *builder) section(e *result.Result) section {
	s := section{
		id: e.ID, title: b.Text(e.Title), method: b.Text(e.Method), network: e.Network,
		conditions: conditions(b.Printer, e.Conditions), failed: e.Error,
	}
	for _, m := range e.Measurements {
		if m.Headline || b.o.Details || outsideOf(m, b.transports) != nil {
			s.rows = append(s.rows, b.row(s.title, m))
		}
	}
	return s
}

// legend explains the mark that is neither good nor bad, where it occurs.
func (b *builder) legend() string {
	halfOpen := func(r row) bool { return r.mark == open }
	if !slices.ContainsFunc(b.model.experiments, func(s section) bool { return slices.ContainsFunc(s.rows, halfOpen) }) {
		return ""
	}
	return b.Say("· some cells of the row have no expectation, or were cut off")
}

// row rounds and judges one measurement.
func (b *builder) row(title string, m result.Measurement) row {
	r := row{label: b.Text(m.Label), unit: b.unit(m.Unit), basis: b.Text(m.Basis)}
	for _, t := range b.transports {
		r.values = append(r.values, b.value(m, t))
		r.spread = append(r.spread, spread(m, t))
		expected, allowed := b.expectation(m, t)
		r.expected, r.allowed = append(r.expected, expected), append(r.allowed, allowed)
		_, cut := m.CutOff[t]
		r.cut = append(r.cut, cut)
		ok, judged := m.Within[t]
		r.outside = append(r.outside, judged && !ok)
	}
	r.mark = markOf(m)
	if ts := outsideOf(m, b.transports); ts != nil {
		r.mark = outside
		b.model.notes = append(b.model.notes, b.note(title, r, m, ts))
		r.note = len(b.model.notes)
	}
	return r
}

// markOf is the mark of a row in which nothing is outside.
func markOf(m result.Measurement) mark {
	switch {
	case len(m.Expected) == 0 && len(m.CutOff) == 0:
		return unmarked
	case len(m.Within) < len(m.Values):
		return open
	}
	return within
}

// unit is what a number counts, in words of the language.
func (b *builder) unit(unit text.Phrase) string {
	if unit == "" || unit == "count" {
		return string(unit) // row.name leaves it out
	}
	return b.Say(unit)
}

// value is the measured value, or "" where nothing was.
func (b *builder) value(m result.Measurement, transport string) string {
	v, ok := m.Values[transport]
	switch {
	case !ok:
		return ""
	case v.Word != "":
		return b.Say(v.Word)
	}
	return number(v.Number, m.Unit)
}

// spread is how far the runs lie apart, or "" where they do not.
func spread(m result.Measurement, transport string) string {
	s, ok := m.Spread[transport]
	if !ok {
		return ""
	}
	low, high := number(s.Min, m.Unit), number(s.Max, m.Unit)
	if low == high {
		return ""
	}
	return low + "–" + high
}

// expectation is the value that theory expects with the range that it allows,
// and that range alone.
func (b *builder) expectation(m result.Measurement, transport string) (expected, allowed string) {
	v, ok := m.Expected[transport]
	if !ok {
		return "", ""
	}
	if v.Word != "" {
		word := b.Say(v.Word)
		return word, word
	}
	value := number(v.Number, m.Unit)
	low, bounded := m.Low[transport]
	high, alsoBounded := m.High[transport]
	if !bounded || !alsoBounded {
		return value, value
	}
	allowed = text.Together(interval(low, high, m.Unit))
	if allowed == value || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return allowed, allowed // without a range, or the bound is what is expected
	}
	return text.Together(value + " (" + allowed + ")"), allowed
}

// outsideOf lists the transports whose value lies outside its expectation.
func outsideOf(m result.Measurement, transports []string) []string {
	var ts []string
	for _, t := range transports {
		if ok, judged := m.Within[t]; judged && !ok {
			ts = append(ts, t)
		}
	}
	return ts
}

// note tells what was measured in place of what was expected.
func (b *builder) note(title string, r row, m result.Measurement, outside []string) string {
	parts := make([]string, len(outside))
	for i, t := range outside {
		want, _ := b.expectation(m, t)
		got := b.value(m, t)
		if m.Unit != "count" {
			got = strings.TrimSpace(got + " " + b.unit(m.Unit))
		}
		parts[i] = b.Sayf("%s measured %s, expected %s", head(t), got, want)
	}
	note := b.Sayf("%s, %s: %s", title, r.label, strings.Join(parts, "; "))
	if r.basis != "" {
		note += " (" + r.basis + ")"
	}
	return note
}
