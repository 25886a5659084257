package sweep

import (
	"maps"
	"slices"
	"strings"

	"echolab/lab/result"
)

// Line is what is joined in a chart: the points of one transport that differ in the
// first axis only.
type Line struct {
	Transport string
	Others    []string // the values of the other axes: "delay 50ms"
	Points    []Point
}

// across is the axis that charts run along: the first of numbers, else the first.
func (p Plan) across() int {
	return max(slices.IndexFunc(p.Axes, Axis.IsNumber), 0)
}

// Across is the axis that charts run along.
func (p Plan) Across() Axis { return p.Axes[p.across()] }

// Shown are the measurements that tables and charts show: those that were asked for,
// else the headlines, else all.
func (s *Sweep) Shown() []Row {
	headline := func(r Row) bool { return r.Headline }
	if len(s.Measure) > 0 || !slices.ContainsFunc(s.Rows, headline) {
		return s.Rows
	}
	return slices.DeleteFunc(slices.Clone(s.Rows), func(r Row) bool { return !r.Headline })
}

// Lines are the lines of a measurement, each with its points along the axis.
func (s *Sweep) Lines(points []Point, measurement string) []Line {
	var lines []Line
	for _, transport := range s.transports(points, measurement) {
		for _, p := range points {
			m := p.Find(measurement)
			if m == nil || !concerns(m, transport) {
				continue
			}
			others := s.others(p)
			i := slices.IndexFunc(lines, func(l Line) bool {
				return l.Transport == transport && slices.Equal(l.Others, others)
			})
			if i < 0 {
				i, lines = len(lines), append(lines, Line{Transport: transport, Others: others})
			}
			lines[i].Points = append(lines[i].Points, p)
		}
	}
	return lines
}

// others are the values of a point on all axes but the one of the chart. A transport
// is named by its line.
func (s *Sweep) others(p Point) []string {
	var all []string
	for i, a := range s.Axes {
		if i != s.across() && a.Name != AxisTransport {
			all = append(all, a.Name+" "+p.At[i].Text)
		}
	}
	return all
}

// transports are those that a measurement concerns, in the order of the columns.
func (s *Sweep) transports(points []Point, measurement string) []string {
	known := map[string]bool{}
	for _, p := range points {
		if m := p.Find(measurement); m != nil {
			for t := range m.Values {
				known[t] = true
			}
			for t := range m.Expected {
				known[t] = true
			}
		}
	}
	ordered := slices.DeleteFunc(slices.Clone(s.Options.Transports), func(t string) bool { return !known[t] })
	for _, t := range slices.Sorted(maps.Keys(known)) {
		if !slices.Contains(ordered, t) {
			ordered = append(ordered, t)
		}
	}
	return ordered
}

func concerns(m *result.Measurement, transport string) bool {
	_, measured := m.Values[transport]
	_, expected := m.Expected[transport]
	return measured || expected
}

// Name is what the line is called: "TCP, delay 50ms".
func (l Line) Name() string {
	return strings.Join(append([]string{strings.ToUpper(l.Transport)}, l.Others...), ", ")
}

// where is where a point stands on the axis of the chart.
func (p Plan) where(at []Value) float64 {
	i := p.across()
	if n := at[i].Number; n != nil {
		return *n
	}
	return float64(slices.IndexFunc(p.Axes[i].Values, func(v Value) bool { return v.Text == at[i].Text }))
}
