package chart

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"echolab/lab/text"
)

const (
	// mostCurves is how many curves a chart tells apart.
	mostCurves = 34
	// longest is how many columns of a label are shown.
	longest = 200
	// greatest is where the arithmetic of an axis ends, far above any quantity; one part
	// of it, far below, is where it ends near 0.
	greatest = 1e100
)

// Checked is the chart as it can be drawn: no label has control characters or is
// longer than 200 columns. It refuses what no picture shows: more than 34 curves, a
// number that is not finite, one that is not above 0 on a logarithmic axis, and a place
// that has no word.
func (c Chart) Checked() (Chart, error) {
	if len(c.Curves) > mostCurves {
		return Chart{}, fmt.Errorf("draw chart %q: %d curves, want at most %d", c.Title, len(c.Curves), mostCurves)
	}
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			if err := c.check(p); err != nil {
				return Chart{}, fmt.Errorf("draw chart %q: curve %q at %g: %w", c.Title, curve.Name, p.X, err)
			}
		}
	}
	return c.clean(), nil
}

func (c Chart) check(p Point) error {
	if err := c.X.check(p.X); err != nil {
		return err
	}
	for _, v := range p.values() {
		if err := c.Y.check(v); err != nil {
			return err
		}
	}
	return nil
}

// check tells whether a value has a place on the scale.
func (s Scale) check(v float64) error {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v) || size > greatest || size > 0 && size < 1/greatest:
		return fmt.Errorf("%g is no number that can be drawn", v)
	case len(s.Words) > 0 && (v < 0 || v > float64(len(s.Words)-1)):
		return fmt.Errorf("%q has no place %g", s.Label, v)
	case len(s.Words) == 0 && s.Log && v <= 0:
		return fmt.Errorf("%g has no place on the logarithmic axis %q", v, s.Label)
	}
	return nil
}

// values are the numbers of a point along the upward axis.
func (p Point) values() []float64 {
	var all []float64
	if m := p.Measured; m != nil {
		all = append(all, m.Median, m.Least, m.Greatest)
	}
	if t := p.Theory; t != nil {
		all = append(all, t.Expected, t.Low, t.High)
	}
	return all
}

// Values are all numbers along the upward axis.
func (c Chart) Values() []float64 {
	var all []float64
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			all = append(all, p.values()...)
		}
	}
	return all
}

// clean is the chart with labels that are safe to show.
func (c Chart) clean() Chart {
	c.Title, c.X, c.Y = clean(c.Title), c.X.clean(), c.Y.clean()
	l := c.Legend
	c.Legend = Legend{clean(l.Band), clean(l.Theory), clean(l.Range), clean(l.Outside), clean(l.Meeting)}
	curves := make([]Curve, len(c.Curves))
	for i, curve := range c.Curves {
		curves[i] = Curve{clean(curve.Name), curve.Points}
	}
	c.Curves = curves
	return c
}

func (s Scale) clean() Scale {
	words := make([]string, len(s.Words))
	for i, w := range s.Words {
		words[i] = clean(w)
	}
	s.Label, s.Words = clean(s.Label), words
	return s
}

// clean is a label in one line, without what would steer a terminal or turn the
// direction of the text.
func clean(label string) string {
	printable := func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}
	return text.Cut(strings.Map(printable, label), longest)
}
