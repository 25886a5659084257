package report

import (
	"math"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// section shows the headline rows of an experiment and those that are not as
// expected, or all of them.
func (b *builder) section(e *result.Result) section {
	s := section{
		name: b.name(e), method: b.Text(e.Method), network: e.Network,
		conditions: conditions(b.Printer, e.Conditions), failed: e.Error,
	}
	for _, m := range e.Measurements {
		if m.Headline || b.o.Details || len(outsideOf(m, b.transports)) > 0 {
			s.rows = append(s.rows, b.row(s.name, m))
		}
	}
	return s
}

// row rounds and judges one measurement.
func (b *builder) row(experiment string, m result.Measurement) row {
	r := row{label: b.Text(m.Label), unit: unit(b.Printer, m.Unit), basis: b.Text(m.Basis), mark: markOf(m)}
	for _, t := range b.transports {
		r.figures = append(r.figures, b.figure(m, t))
	}
	if ts := outsideOf(m, b.transports); len(ts) > 0 {
		r.mark = outside
		b.notes = append(b.notes, b.note(experiment, r, m, ts))
		r.note = len(b.notes)
	}
	return r
}

func (b *builder) figure(m result.Measurement, transport string) figure {
	f := figure{value: value(b.Printer, m, transport), spread: spread(m, transport)}
	f.expected, f.allowed = expectation(b.Printer, m, transport)
	_, f.cut = m.CutOff[transport]
	ok, judged := m.Within[transport]
	f.outside = judged && !ok
	return f
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
func (b *builder) note(experiment string, r row, m result.Measurement, outside []string) string {
	parts := make([]string, len(outside))
	for i, t := range outside {
		want, _ := expectation(b.Printer, m, t)
		got := value(b.Printer, m, t)
		if m.Unit != "count" {
			got = strings.TrimSpace(got + " " + r.unit)
		}
		parts[i] = b.Sayf("%s measured %s, expected %s", head(t), got, want)
	}
	note := b.Sayf("%s, %s: %s", experiment, r.label, strings.Join(parts, "; "))
	if r.basis != "" {
		note += " (" + r.basis + ")"
	}
	return note
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

// unit is what a number counts, in words of the language.
func unit(p text.Printer, unit text.Phrase) string {
	if unit == "" || unit == "count" {
		return string(unit) // row.name leaves it out
	}
	return p.Say(unit)
}

// value is the measured value, or "" where nothing was.
func value(p text.Printer, m result.Measurement, transport string) string {
	v, ok := m.Values[transport]
	switch {
	case !ok:
		return ""
	case v.Word != "":
		return p.Say(v.Word)
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
func expectation(p text.Printer, m result.Measurement, transport string) (expected, allowed string) {
	v, ok := m.Expected[transport]
	if !ok {
		return "", ""
	}
	if v.Word != "" {
		word := p.Say(v.Word)
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
