package plot

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"echolab/lab/chart"
)

// legend says what the signs of a chart mean, in rows below it.
type legend struct {
	letters letters
	rows    [][]entry
}

// entry is one sign, drawn in a box, with its name.
type entry struct {
	name string
	sign func(c draw.Canvas)
}

const (
	rowHeight = vg.Length(15)
	signWidth = vg.Length(24)
	entryGap  = vg.Length(14)
)

// legend lays the entries of a chart out, as many in a row as fit.
func (p *picture) legend(c chart.Chart) legend {
	l := legend{letters: p.letters}
	used := vg.Length(0)
	for _, e := range entries(c) {
		e.name = p.letters.cut(e.name, p.letters.font(labelSize), mostAcross/2)
		wide := l.width(e)
		if len(l.rows) == 0 || used+wide > mostAcross {
			l.rows, used = append(l.rows, nil), 0
		}
		last := len(l.rows) - 1
		l.rows[last], used = append(l.rows[last], e), used+wide
	}
	return l
}

// entries are the curves, and the other signs that the chart has.
func entries(c chart.Chart) []entry {
	var all []entry
	for i, curve := range c.Curves {
		all = append(all, entry{curve.Name, lookOf(i).key})
	}
	for _, s := range []struct {
		entry
		seen func(p chart.Point) bool
	}{
		{entry{c.Legend.Band, gray.bandKey}, hasBand},
		{entry{c.Legend.Theory, gray.theoryKey}, hasTheory},
		{entry{c.Legend.Range, gray.areaKey}, hasRange},
		{entry{c.Legend.Outside, gray.outsideKey}, isOutside},
	} {
		if s.name != "" && anyPoint(c, s.seen) {
			all = append(all, s.entry)
		}
	}
	return all
}

func hasBand(p chart.Point) bool   { return hasMeasured(p) && p.Measured.Least < p.Measured.Greatest }
func hasRange(p chart.Point) bool  { return hasTheory(p) && p.Theory.Low < p.Theory.High }
func isOutside(p chart.Point) bool { return hasMeasured(p) && p.Measured.Outside }

func anyPoint(c chart.Chart, is func(chart.Point) bool) bool {
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			if is(p) {
				return true
			}
		}
	}
	return false
}

func (l legend) width(e entry) vg.Length {
	return signWidth + 4 + l.letters.width(e.name, l.letters.font(labelSize)) + entryGap
}

func (l legend) height() vg.Length { return rowHeight * vg.Length(len(l.rows)) }

// draw puts the legend below and to the right of a point.
func (l legend) draw(c draw.Canvas, at vg.Point) {
	style := l.letters.style(labelSize)
	style.Color = color.Black
	for i, row := range l.rows {
		x, y := at.X, at.Y-rowHeight*vg.Length(i)
		for _, e := range row {
			box := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: x, Y: y - rowHeight}, Max: vg.Point{X: x + signWidth, Y: y},
			}}
			e.sign(box)
			c.FillText(style, vg.Point{X: box.Max.X + 4, Y: box.Center().Y}, e.name)
			x += l.width(e)
		}
	}
}

// key is the sign of a curve.
func (l look) key(c draw.Canvas) {
	l.line(c, []vg.Point{{X: c.Min.X, Y: c.Center().Y}, {X: c.Max.X, Y: c.Center().Y}})
	l.median(c, c.Center())
}

func (l look) bandKey(c draw.Canvas) { l.band(c, c.Center().X, c.Min.Y+2, c.Max.Y-2) }

func (l look) theoryKey(c draw.Canvas) {
	l.theory(c, []vg.Point{{X: c.Min.X, Y: c.Center().Y}, {X: c.Max.X, Y: c.Center().Y}})
}

func (l look) areaKey(c draw.Canvas) {
	low, high := c.Min.Y+3, c.Max.Y-3
	l.area(c, []vg.Point{{X: c.Min.X, Y: low}, {X: c.Max.X, Y: low}, {X: c.Max.X, Y: high}, {X: c.Min.X, Y: high}})
}

func (l look) outsideKey(c draw.Canvas) { l.outside(c, c.Center()) }
