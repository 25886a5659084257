// Package plot draws charts as pictures, for a web page and for slides: one below the
// other on white, in colours that colour-blind readers can tell apart, and with shapes
// that need no colour. The same charts make the same bytes.
package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"io"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"echolab/lab/chart"
)

// Measures in points, 72 to the inch.
const (
	width       = vg.Length(640) // of a picture
	height      = vg.Length(260) // of a chart, without its legend
	border      = vg.Length(12)
	resolution  = 144 // dots to the inch of a PNG
	titleSize   = 13
	labelSize   = 10
	mostCharts  = 24
	mostAcross  = width - 4*border // of a label below an axis, or a title
	mostUpwards = height - 6*border
)

// SVG draws charts as Scalable Vector Graphics, which any browser shows. The letters
// are the viewer's. It holds no script and refers to nothing else.
func SVG(w io.Writer, charts []chart.Chart) error {
	p, err := newPicture(charts, liberation())
	if err != nil {
		return err
	}
	canvas := vgsvg.New(width, p.height())
	p.draw(canvas)
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return fmt.Errorf("draw charts as SVG: %w", err)
	}
	if _, err := w.Write(p.letters.inAnyFont(b.Bytes())); err != nil {
		return fmt.Errorf("write SVG: %w", err)
	}
	return nil
}

// PNG draws charts as Portable Network Graphics, 1280 dots wide. Letters that the font
// of this package does not have, such as Hangul, come from a font of the system; if it
// has none, the error is a *NoFontError.
func PNG(w io.Writer, charts []chart.Chart) error { return pngWith(w, charts, systemFonts) }

func pngWith(w io.Writer, charts []chart.Chart, fonts []string) error {
	p, err := newPicture(charts, liberation())
	if err != nil {
		return err
	}
	p.letters, err = lettersFor(p.labels(), fonts)
	if err != nil {
		return fmt.Errorf("draw charts as PNG: %w", err)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(width, p.height()), vgimg.UseDPI(resolution))
	p.draw(canvas)
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(w); err != nil {
		return fmt.Errorf("write PNG: %w", err)
	}
	return nil
}

// picture is several charts, to be drawn.
type picture struct {
	charts  []chart.Chart
	letters letters
}

func newPicture(charts []chart.Chart, l letters) (*picture, error) {
	if len(charts) == 0 || len(charts) > mostCharts {
		return nil, fmt.Errorf("draw charts: %d in one picture, want 1 to %d", len(charts), mostCharts)
	}
	p := &picture{letters: l}
	for _, c := range charts {
		c, err := c.Checked()
		if err != nil {
			return nil, err
		}
		p.charts = append(p.charts, c)
	}
	return p, nil
}

// labels are all texts of the picture.
func (p *picture) labels() []string {
	var all []string
	for _, c := range p.charts {
		l := c.Legend
		all = append(all, c.Title, c.X.Label, c.Y.Label, l.Band, l.Theory, l.Range, l.Outside)
		all = append(append(all, c.X.Words...), c.Y.Words...)
		for _, curve := range c.Curves {
			all = append(all, curve.Name)
		}
	}
	return all
}

// height is that of the whole picture.
func (p *picture) height() vg.Length {
	return border + vg.Length(len(p.charts))*(height+p.below())
}

// below is the room under each chart, which the highest legend fits.
func (p *picture) below() vg.Length {
	most := vg.Length(0)
	for _, c := range p.charts {
		most = max(most, p.legend(c).height())
	}
	return most + 2*border
}

func (p *picture) draw(canvas vg.CanvasSizer) {
	c := draw.New(canvas)
	c.SetColor(color.White)
	c.Fill(c.Path())
	var rows [][]*gonum.Plot
	for _, one := range p.charts {
		rows = append(rows, []*gonum.Plot{p.plot(one)})
	}
	below := p.below()
	tiles := draw.Tiles{
		Cols: 1, Rows: len(rows),
		PadLeft: border, PadRight: border, PadTop: border, PadBottom: below, PadY: below,
	}
	for i, row := range gonum.Align(rows, tiles, c) {
		rows[i][0].Draw(row[0])
		data := rows[i][0].DataCanvas(row[0])
		p.legend(p.charts[i]).draw(c, vg.Point{X: data.Min.X, Y: row[0].Min.Y - border/2})
	}
}

// plot is a chart with its axes and grid.
func (p *picture) plot(c chart.Chart) *gonum.Plot {
	x, y := c.Axes()
	g := gonum.New()
	g.TextHandler = p.letters
	g.Legend.TextStyle = p.letters.style(labelSize)
	g.Title.Text, g.Title.TextStyle = p.label(c.Title, g.Title.TextStyle, titleSize, mostAcross)
	g.Title.Padding = border / 2
	p.axis(&g.X, x, c.X.Label, mostAcross)
	p.axis(&g.Y, y, c.Y.Label, mostUpwards)
	light := draw.LineStyle{Color: color.Gray{Y: 225}, Width: 0.5}
	g.Add(&plotter.Grid{Vertical: light, Horizontal: light}, curves{c, x.Named})
	return g
}

func (p *picture) axis(to *gonum.Axis, a chart.Axis, label string, room vg.Length) {
	to.Min, to.Max, to.Padding = a.Low, a.High, 0
	if a.Log {
		to.Scale = gonum.LogScale{}
	}
	to.Tick.Length = 4
	to.Tick.Label.Font, to.Tick.Label.Handler = p.letters.font(labelSize), p.letters
	ticks := make([]gonum.Tick, len(a.Ticks))
	for i, t := range a.Ticks {
		ticks[i] = gonum.Tick{Value: t.Value, Label: t.Label}
		if a.Named {
			ticks[i].Label = p.letters.cut(t.Label, to.Tick.Label.Font, mostAcross/vg.Length(len(a.Ticks))-border)
		}
	}
	to.Tick.Marker = gonum.ConstantTicks(ticks)
	to.Label.Padding = 2
	to.Label.Text, to.Label.TextStyle = p.label(label, to.Label.TextStyle, labelSize, room)
}

// label sets a text into a style, smaller if it would not fit, and cut if that does not
// help either.
func (p *picture) label(content string, s text.Style, size, room vg.Length) (string, text.Style) {
	s.Handler, s.Font = p.letters, p.letters.font(size)
	if wide := s.Width(content); wide > room {
		s.Font.Size = max(size*room/wide, size/2)
	}
	return p.letters.cut(content, s.Font, room), s
}
