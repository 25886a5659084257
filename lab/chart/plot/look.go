package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// look is how a curve is drawn.
type look struct {
	color color.NRGBA
	shape shape
}

// lookOf gives each of many curves another look. The colours are those of Okabe and Ito,
// "Color Universal Design" (2008), but for yellow, which white swallows.
func lookOf(curve int) look {
	colors := []uint32{0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000}
	rgb := colors[curve%len(colors)]
	return look{color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255}, shapes[curve%len(shapes)]}
}

// gray is the look of what stands for all curves in a legend.
var gray = look{color: color.NRGBA{80, 80, 80, 255}}

// shape is a regular polygon.
type shape struct {
	corners int
	turn    float64 // of its first corner, in quarters of a circle from the right
	hollow  bool
}

// shapes are ten, and there are seven colours: no two of seventy curves look alike.
var shapes = []shape{
	{32, 0, false}, {4, 0.5, false}, {3, 1, false}, {4, 0, false}, {3, -1, false},
	{32, 0, true}, {4, 0.5, true}, {3, 1, true}, {4, 0, true}, {3, -1, true},
}

const glyph = vg.Length(4) // the radius of a median

func (s shape) path(at vg.Point, radius vg.Length) vg.Path {
	var p vg.Path
	for i := range s.corners {
		sin, cos := math.Sincos(s.turn*math.Pi/2 + 2*math.Pi*float64(i)/float64(s.corners))
		corner := vg.Point{X: at.X + radius*vg.Length(cos), Y: at.Y + radius*vg.Length(sin)}
		if i == 0 {
			p.Move(corner)
		} else {
			p.Line(corner)
		}
	}
	p.Close()
	return p
}

// median draws the shape of a curve.
func (l look) median(c draw.Canvas, at vg.Point) {
	path := l.shape.path(at, glyph)
	c.SetColor(l.color)
	if l.shape.hollow {
		c.SetColor(color.White)
	}
	c.Fill(path)
	c.SetLineStyle(draw.LineStyle{Color: l.color, Width: 1.2})
	c.Stroke(path)
}

// line is drawn through the medians.
func (l look) line(c draw.Canvas, points []vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: l.color, Width: 1.5}, points)
}

// band is a bar from the least to the greatest repetition.
func (l look) band(c draw.Canvas, x, low, high vg.Length) {
	s := draw.LineStyle{Color: l.color, Width: 1}
	c.StrokeLine2(s, x, low, x, high)
	for _, y := range []vg.Length{low, high} {
		c.StrokeLine2(s, x-glyph, y, x+glyph, y)
	}
}

// theory is a dashed line through the expected values.
func (l look) theory(c draw.Canvas, points []vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: l.color, Width: 1, Dashes: []vg.Length{5, 3}}, points)
}

// area is what theory allows, lightly filled.
func (l look) area(c draw.Canvas, corners []vg.Point) {
	light := l.color
	light.A = 45
	c.FillPolygon(light, corners)
}

// outside is a ring around a median.
func (l look) outside(c draw.Canvas, at vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: color.Black, Width: 1.2})
	c.Stroke(shape{corners: 32}.path(at, 2*glyph))
}
