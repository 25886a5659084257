package chart

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"echolab/lab/text"
)

// The signs beside the marks of the curves.
const (
	dot    = '·' // theory
	stroke = '│' // from the least to the greatest repetition
	flag   = '!' // the mark beside it is outside what theory allows
)

// mark is the sign of a curve's medians.
func mark(curve int) rune {
	const marks = "ox+*#@%&"
	if curve < len(marks) {
		return rune(marks[curve])
	}
	return 'A' + rune(curve-len(marks))
}

// colour is that of a curve; the mark tells apart what has the same.
func colour(curve int) text.Style {
	all := []text.Style{text.Cyan, text.Yellow, text.Magenta, text.Green, text.Blue}
	return all[curve%len(all)]
}

// area is what lies between the axes of a chart, in letters; the first row is on top.
type area struct {
	chart Chart
	x, y  Axis
	cells [][]cell
}

// cell is one place of it. The zero value is empty.
type cell struct {
	sign   rune
	style  text.Style
	curves uint64 // those with a median here, one bit each
}

// newArea draws what was measured over what theory expects, and flags over all.
func newArea(c Chart, x, y Axis, columns, rows int) area {
	a := area{c, x, y, make([][]cell, rows)}
	for i := range a.cells {
		a.cells[i] = make([]cell, columns)
	}
	for _, layer := range []func(curve int){a.theory, a.bands, a.medians, a.flags} {
		for i := range c.Curves {
			layer(i)
		}
	}
	return a
}

func (a area) columns() int { return len(a.cells[0]) }

// column is where a value of the axis across lies.
func (a area) column(v float64) int { return nearest(a.x.Place(v), a.columns()) }

// row is where a value of the upward axis lies.
func (a area) row(v float64) int { return a.rowAt(a.y.Place(v)) }

// rowAt is where a place of the upward axis lies, from 0 to 1.
func (a area) rowAt(place float64) int { return len(a.cells) - 1 - nearest(place, len(a.cells)) }

// nearest is which of n cells in a row lies at a place.
func nearest(place float64, n int) int {
	return min(max(int(math.Round(place*float64(n-1))), 0), n-1)
}

// apart is how many columns the curves stand beside each other where they can.
const apart = 3

// across is the column of a curve's point. Where the places are words, the curves stand
// beside each other, so that none hides another.
func (a area) across(curve int, p Point) int {
	if !a.x.Named {
		return a.column(p.X)
	}
	n := len(a.chart.Curves)
	step := min(apart, max(a.columns()/len(a.x.Ticks)-1, 0)/n)
	return min(max(a.column(p.X)+step*curve-step*(n-1)/2, 0), a.columns()-1)
}

// measured are the points of a curve that have a number.
func (a area) measured(curve int) []Point {
	return slices.DeleteFunc(slices.Clone(a.chart.Curves[curve].Points), func(p Point) bool { return p.Measured == nil })
}

// theory dots the expected values, and the straight lines between neighbours.
func (a area) theory(curve int) {
	points := a.chart.Curves[curve].Points
	for i, p := range points {
		if p.Theory == nil {
			continue
		}
		at := a.across(curve, p)
		for column := max(at-1, 0); column <= min(at+1, a.columns()-1); column++ { // seen beside a mark
			a.cells[a.row(p.Theory.Expected)][column] = cell{sign: dot, style: colour(curve)}
		}
		if i+1 < len(points) && points[i+1].Theory != nil && !a.x.Named {
			a.line(curve, p, points[i+1])
		}
	}
}

// line dots theory's way from a point to the next.
func (a area) line(curve int, from, to Point) {
	begin, end := a.across(curve, from), a.across(curve, to)
	low, high := a.y.Place(from.Theory.Expected), a.y.Place(to.Theory.Expected)
	for column := begin + 1; column < end; column++ {
		share := float64(column-begin) / float64(end-begin)
		a.cells[a.rowAt(low+share*(high-low))][column] = cell{sign: dot, style: colour(curve)}
	}
}

// bands are strokes from the least to the greatest repetition.
func (a area) bands(curve int) {
	for _, p := range a.measured(curve) {
		top, bottom := a.row(p.Measured.Greatest), a.row(p.Measured.Least)
		for row := top; row <= bottom && top < bottom; row++ {
			a.cells[row][a.across(curve, p)] = cell{sign: stroke, style: colour(curve)}
		}
	}
}

// medians are the marks of a curve. Where others are, too, their number stands.
func (a area) medians(curve int) {
	for _, p := range a.measured(curve) {
		c := &a.cells[a.row(p.Measured.Median)][a.across(curve, p)]
		c.curves |= 1 << curve
		c.sign, c.style = mark(curve), colour(curve)
		if n := bits.OnesCount64(c.curves); n > 1 {
			c.sign, c.style = '0'+rune(min(n, 9)), text.Plain
		}
	}
}

func (a area) flags(curve int) {
	for _, p := range a.measured(curve) {
		if p.Measured.Outside {
			a.flag(a.row(p.Measured.Median), a.across(curve, p))
		}
	}
}

// flag marks a median as outside: beside it where no other mark is, else in its place.
func (a area) flag(row, column int) {
	at := column
	for _, beside := range []int{column + 1, column - 1} {
		if 0 <= beside && beside < a.columns() && a.cells[row][beside].curves == 0 {
			at = beside
			break
		}
	}
	a.cells[row][at].sign, a.cells[row][at].style = flag, text.Red
}

// print is a row, with what has one style painted at once.
func (a area) print(row int, color bool) string {
	var out, run strings.Builder
	style := text.Plain
	for _, c := range a.cells[row] {
		if c.sign == 0 {
			c = cell{sign: ' '}
		}
		if c.style != style {
			out.WriteString(style.Paint(run.String(), color))
			run.Reset()
			style = c.style
		}
		run.WriteRune(c.sign)
	}
	return out.String() + style.Paint(run.String(), color)
}

// signs are all that the area shows.
func (a area) signs() string {
	var all strings.Builder
	for _, row := range a.cells {
		for _, c := range row {
			if c.sign != 0 {
				all.WriteRune(c.sign)
			}
		}
	}
	return all.String()
}

// met is which numbers stand for curves that meet, as "2" or "2-4".
func met(signs string) string {
	least, most := strings.IndexAny("23456789", signs), strings.LastIndexAny("23456789", signs)
	switch {
	case least < 0:
		return "2"
	case least == most:
		return string("23456789"[least])
	}
	return "23456789"[least:least+1] + "-" + "23456789"[most:most+1]
}
