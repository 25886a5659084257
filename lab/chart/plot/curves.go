package plot

import (
	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"echolab/lab/chart"
)

// curves draw all curves of a chart: theory beneath what was measured.
type curves struct {
	chart.Chart
	apart bool // nothing lies between the places across
}

// alone is how far theory's range reaches to both sides of a point without neighbours.
const alone = vg.Length(12)

// Plot draws into the area between the axes.
func (cs curves) Plot(c draw.Canvas, p *gonum.Plot) {
	x, y := p.Transforms(&c)
	for i, curve := range cs.Curves {
		for _, run := range cs.runs(curve.Points, hasTheory) {
			lookOf(i).expected(c, run, cs.beside(x, i), y)
		}
	}
	for i, curve := range cs.Curves {
		for _, run := range cs.runs(curve.Points, hasMeasured) {
			lookOf(i).measured(c, run, cs.beside(x, i), y)
		}
	}
}

// beside moves the curves apart where the places across are words, so that none hides
// another; numbers keep their place.
func (cs curves) beside(x transform, curve int) transform {
	if !cs.apart {
		return x
	}
	n := vg.Length(len(cs.Curves))
	step := min(2*alone+2, (x(1)-x(0))/(n+1))
	return func(v float64) vg.Length { return x(v) + step*(vg.Length(curve)-(n-1)/2) }
}

func hasTheory(p chart.Point) bool   { return p.Theory != nil }
func hasMeasured(p chart.Point) bool { return p.Measured != nil }

// runs are the longest rows of neighbours that have what is asked for: a line is drawn
// through each, and none between them.
func (cs curves) runs(points []chart.Point, has func(chart.Point) bool) [][]chart.Point {
	var all [][]chart.Point
	joined := false
	for _, p := range points {
		switch {
		case !has(p):
			joined = false
		case joined && !cs.apart:
			all[len(all)-1] = append(all[len(all)-1], p)
		default:
			all = append(all, []chart.Point{p})
			joined = true
		}
	}
	return all
}

// transform is where a value lies on the canvas.
type transform = func(float64) vg.Length

// expected draws what theory says of a run.
func (l look) expected(c draw.Canvas, run []chart.Point, x, y transform) {
	var line, above, below []vg.Point
	put := func(at vg.Length, t *chart.Theory) {
		line = append(line, vg.Point{X: at, Y: y(t.Expected)})
		above = append(above, vg.Point{X: at, Y: y(t.High)})
		below = append([]vg.Point{{X: at, Y: y(t.Low)}}, below...)
	}
	for _, p := range run {
		if len(run) == 1 {
			put(max(x(p.X)-alone, c.Min.X), p.Theory)
			put(min(x(p.X)+alone, c.Max.X), p.Theory)
			continue
		}
		put(x(p.X), p.Theory)
	}
	l.area(c, append(above, below...))
	l.theory(c, line)
}

// measured draws the medians of a run, their bands, and which of them are outside.
func (l look) measured(c draw.Canvas, run []chart.Point, x, y transform) {
	var medians []vg.Point
	for _, p := range run {
		medians = append(medians, vg.Point{X: x(p.X), Y: y(p.Measured.Median)})
	}
	l.line(c, medians)
	for i, p := range run {
		if m := p.Measured; m.Least < m.Greatest {
			l.band(c, medians[i].X, y(m.Least), y(m.Greatest))
		}
		l.median(c, medians[i])
		if p.Measured.Outside {
			l.outside(c, medians[i])
		}
	}
}
