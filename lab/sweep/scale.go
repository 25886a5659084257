package sweep

import (
	"strings"

	"echolab/lab/chart"
	"echolab/lab/link"
	"echolab/lab/text"
)

// axisScale is the axis that charts run along. Values in ratios get equal steps where
// the ratios are.
func (s *Sweep) axisScale(p text.Printer) chart.Scale {
	a := s.Across()
	scale := chart.Scale{Label: withUnit(a.title(p), p.Say(a.Unit))}
	if !a.IsNumber() {
		for _, v := range a.Values {
			scale.Words = append(scale.Words, v.Text)
		}
		return scale
	}
	scale.Log = inRatios(a.Values)
	scale.Zero = !scale.Log
	if scale.Log {
		scale.Label = p.Sayf("%s, log scale", scale.Label)
	}
	return scale
}

// inRatios reports whether numbers stand in ratios: they are above 0, the last is many
// times the first, and the steps between them grow.
func inRatios(values []Value) bool {
	n := len(values)
	first, last := *values[0].Number, *values[n-1].Number
	if n < 3 || first <= 0 || last < manyTimes*first {
		return false
	}
	const grow = 2 // times, from the first step to the last
	return last-*values[n-2].Number > grow*(*values[1].Number-first)
}

// withUnit is a label with its unit, if it has one.
func withUnit(label, unit string) string {
	if unit == "" {
		return label
	}
	return label + " (" + unit + ")"
}

// optionTitles are what the axes are called that are no conditions.
var optionTitles = map[string]text.Phrase{
	AxisMessages: "messages", AxisSize: "size of a message", AxisCongestion: "congestion control",
	AxisTransport: "transport", AxisPreset: "preset",
}

// title is what the axis is called in a chart.
func (a Axis) title(p text.Printer) string {
	if row, err := link.Named(a.Name); err == nil {
		return strings.TrimSpace(p.Sayf(row.Sentence, ""))
	}
	return p.Say(optionTitles[a.Name])
}
