package report

import (
	"fmt"
	"math"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// shown are the measurements of an experiment that people see: the headlines and
// those that are not as expected, or all.
func (b *builder) shown(e *result.Result) []result.Measurement {
	var list []result.Measurement
	for _, m := range e.Measurements {
		if m.Headline || b.o.Details || len(b.outside(m)) > 0 {
			list = append(list, m)
		}
	}
	return list
}

// outside lists the transports whose value is not as expected.
func (b *builder) outside(m result.Measurement) []string {
	var list []string
	for _, t := range b.transports {
		if ok, judged := m.Within[t]; judged && !ok {
			list = append(list, t)
		}
	}
	return list
}

// row shows one measurement: its name, each transport's figures, and a mark.
func (b *builder) row(e *result.Result, m result.Measurement) []cell {
	Number := ""
	outside := b.outside(m)
	if len(outside) > 0 {
		b.notes = append(b.notes, b.note(e, m, outside))
		Number = fmt.Sprintf("[%d]", len(b.notes))
	}
	row := []cell{{{text: label(b.Text(m.Label), unit(b.Printer, m.Unit))}}}
	for _, t := range b.transports {
		row = append(row, b.figures(m, t, Number)...)
	}
	switch {
	case len(outside) > 0:
		return append(row, cell{{"✗", text.Red}})
	case len(m.Expected) == 0 && len(m.CutOff) == 0:
		return append(row, nil)
	case len(m.Within) < len(m.Values):
		b.open = true
		return append(row, cell{{"·", text.Dim}})
	}
	return append(row, cell{{"✓", text.Green}})
}

// note tells what was measured in place of what was expected.
func (b *builder) note(e *result.Result, m result.Measurement, outside []string) string {
	parts := make([]string, len(outside))
	for i, t := range outside {
		want, _ := expectation(b.Printer, m, t)
		got := value(b.Printer, m, t)
		if m.Unit != "count" {
			got = strings.TrimSpace(got + " " + unit(b.Printer, m.Unit))
		}
		parts[i] = b.Sayf("%s measured %s, expected %s", head(t), got, want)
	}
	note := b.Sayf("%s, %s: %s", b.name(e), m.Label, strings.Join(parts, "; "))
	if !m.Basis.IsZero() {
		note += " (" + b.Text(m.Basis) + ")"
	}
	return note
}

// figures are what was measured for one transport and what theory expects, in
// two cells or in one. A value that is not as expected carries the number of its
// note; one that was cut off is held against nothing.
func (b *builder) figures(m result.Measurement, transport, note string) []cell {
	measured := span{text: value(b.Printer, m, transport)}
	whole, allowed := expectation(b.Printer, m, transport)
	expected := span{whole, text.Dim}
	if !b.roomy {
		expected.text = allowed
	}
	if _, cut := m.CutOff[transport]; cut {
		measured.style, expected = text.Yellow, span{b.Say("cut off"), text.Yellow}
	} else if ok, judged := m.Within[transport]; judged && !ok {
		measured = span{measured.text + note, text.Red}
	}
	among := spread(m, transport)
	b.spreads = b.spreads || among != ""
	if b.wide {
		return []cell{{measured, {among, text.Dim}}, {expected}}
	}
	if expected.text != "" {
		expected.text = "(" + expected.text + ")"
	}
	return []cell{{measured, {among, text.Dim}, expected}}
}

// label is a measurement's label with its unit, if that is not part of it
// ("Packets dropped" counts packets) and says more than that something is
// counted.
func label(label, unit string) string {
	counted := len(unit) >= len("bytes") && strings.Contains(strings.ToLower(label), unit)
	if unit == "" || unit == "count" || counted {
		return label
	}
	return label + " (" + unit + ")"
}

// unit is what a number counts, in words of the language.
func unit(p text.Printer, unit text.Phrase) string {
	if unit == "" || unit == "count" {
		return string(unit) // label leaves it out
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
	return Number(v.Number, m.Unit)
}

// spread is how far the runs lie apart, or "" where they do not.
func spread(m result.Measurement, transport string) string {
	s, ok := m.Spread[transport]
	if low, high := Number(s.Min, m.Unit), Number(s.Max, m.Unit); ok && low != high {
		return low + "–" + high
	}
	return ""
}

// expectation is the value that theory expects with the range that it allows,
// and that range alone.
func expectation(p text.Printer, m result.Measurement, transport string) (expected, allowed string) {
	v, ok := m.Expected[transport]
	if !ok {
		return "", ""
	}
	if v.Word != "" {
		return p.Say(v.Word), p.Say(v.Word)
	}
	value := Number(v.Number, m.Unit)
	low, bounded := m.Low[transport]
	high, alsoBounded := m.High[transport]
	if !bounded || !alsoBounded {
		return value, value
	}
	allowed = text.Together(Interval(low, high, m.Unit))
	if allowed == value || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return allowed, allowed // without a range, or the bound is what is expected
	}
	return text.Together(value + " (" + allowed + ")"), allowed
}
