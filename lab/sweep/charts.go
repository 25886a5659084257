package sweep

import (
	"math"

	"echolab/lab/chart"
	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// Chart is a measurement as a chart, in the reader's language; ok is false where there
// is nothing to draw. What is no number, or was cut off, is not drawn.
func (s *Sweep) Chart(points []Point, r Row, p text.Printer) (c chart.Chart, ok bool) {
	c.Legend = s.legend(p)
	for _, l := range s.Lines(points, r.ID) {
		curve := s.curve(l, r.ID)
		ok = ok || len(curve.Points) > 0
		c.Curves = append(c.Curves, curve)
	}
	if ok {
		c.X = s.axisScale(p)
		c.Y = chart.ScaleFor(p, withUnit(p.Text(r.Label), p.Say(r.Unit)), c.Values())
	}
	return c, ok
}

// Charts are all measurements that are shown as charts, the first with a title.
func (s *Sweep) Charts(about experiments.Prose, p text.Printer) []chart.Chart {
	s.sortRows()
	points := s.Points()
	var all []chart.Chart
	for _, r := range s.Shown() {
		if c, ok := s.Chart(points, r, p); ok {
			all = append(all, c)
		}
	}
	if len(all) > 0 {
		all[0].Title = s.title(about, p)
	}
	return all
}

// title names the experiment, and where it was measured.
func (s *Sweep) title(about experiments.Prose, p text.Printer) string {
	return p.Sayf("%s (%s), network %s", about.Title, s.Experiment, s.Network)
}

func (s *Sweep) legend(p text.Printer) chart.Legend {
	band := p.Sayf("least to greatest of %d runs", s.Seeds)
	if s.Seeds == 1 {
		band = ""
	}
	return chart.Legend{
		Band: band, Theory: p.Say("theory"), Range: p.Say("what theory allows"),
		Outside: p.Say("outside what theory allows"), Meeting: p.Say("curves that meet"),
	}
}

// curve is a line in numbers.
func (s *Sweep) curve(l Line, measurement string) chart.Curve {
	c := chart.Curve{Name: l.Name()}
	for _, p := range l.Points {
		one := chart.Point{X: s.where(p.At)}
		m := p.Find(measurement)
		one.Measured, one.Theory = measuredOf(m, l.Transport), theoryOf(m, l.Transport)
		if one.Measured != nil || one.Theory != nil {
			c.Points = append(c.Points, one)
		}
	}
	return c
}

func measuredOf(m *result.Measurement, transport string) *chart.Measured {
	v, ok := m.Values[transport]
	_, cut := m.CutOff[transport]
	if !ok || cut || v.Word != "" {
		return nil
	}
	one := &chart.Measured{Median: v.Number, Least: v.Number, Greatest: v.Number}
	if s, ok := m.Spread[transport]; ok {
		one.Least, one.Greatest = s.Min, s.Max
	}
	within, judged := m.Within[transport]
	one.Outside = judged && !within
	return one
}

// theoryOf is what theory expects, where that is a number and a closed range.
func theoryOf(m *result.Measurement, transport string) *chart.Theory {
	v, ok := m.Expected[transport]
	low, high := m.Low[transport], m.High[transport]
	if !ok || v.Word != "" || math.IsInf(low, 0) || math.IsInf(high, 0) {
		return nil
	}
	return &chart.Theory{Expected: v.Number, Low: low, High: high}
}
