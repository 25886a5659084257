package chart

import (
	"fmt"
	"io"
	"strings"

	"echolab/lab/text"
)

// TerminalOptions says how a chart looks on a terminal.
type TerminalOptions struct {
	Width int  // columns, from 40 on; 0 is 80
	Color bool // paint each curve in a colour of its own
}

const (
	usualWidth = 80
	leastWidth = 40
	height     = 16 // rows of the area between the axes
	mostLabel  = 12 // columns of a label on the upward axis
)

// Terminal draws a chart in letters, to be read without colour, too. Each curve has a
// mark of its own for the medians; where curves meet stands how many do.
func Terminal(w io.Writer, c Chart, o TerminalOptions) error {
	c, err := c.Checked()
	if err != nil {
		return err
	}
	if o.Width == 0 {
		o.Width = usualWidth
	}
	d := newDrawing(c, max(o.Width, leastWidth), o.Color)
	d.head()
	d.rows()
	d.feet()
	d.legend()
	if _, err := io.WriteString(w, d.out.String()); err != nil {
		return fmt.Errorf("write chart %q: %w", c.Title, err)
	}
	return nil
}

// drawing is a chart on its way to the terminal.
type drawing struct {
	Chart
	x, y   Axis
	width  int // of the terminal
	margin int // columns in front of the upward axis
	area   area
	color  bool
	out    strings.Builder
}

func newDrawing(c Chart, width int, color bool) *drawing {
	x, y := c.Axes()
	d := &drawing{Chart: c, x: x, y: y, width: width, color: color}
	for i, t := range y.Ticks {
		y.Ticks[i].Label = text.Cut(t.Label, mostLabel)
		d.margin = max(d.margin, text.Width(y.Ticks[i].Label)+1)
	}
	d.area = newArea(c, x, y, width-d.margin-1, height)
	return d
}

// line writes one line without blanks at its end.
func (d *drawing) line(content string) {
	d.out.WriteString(strings.TrimRight(content, " ") + "\n")
}

// head is the title, and what stands on the upward axis.
func (d *drawing) head() {
	if d.Title != "" {
		for _, l := range text.Wrap(d.Title, d.width) {
			d.line(text.Bold.Paint(l, d.color))
		}
	}
	if d.Y.Label != "" {
		for _, l := range text.Wrap(d.Y.Label, d.width) {
			d.line(l)
		}
	}
}

// rows are the area with the upward axis in front of it.
func (d *drawing) rows() {
	labels := map[int]string{}
	for _, t := range d.y.Ticks {
		labels[d.area.row(t.Value)] = t.Label
	}
	for i := range d.area.cells {
		axis := "│"
		if labels[i] != "" {
			axis = "┤"
		}
		d.line(text.PadLeft(labels[i]+" ", d.margin) + axis + d.area.print(i, d.color))
	}
}

// feet are the axis below with its ticks, and its label.
func (d *drawing) feet() {
	axis := []rune(strings.Repeat("─", d.area.columns()))
	names := ""
	for _, t := range d.x.Ticks {
		at := d.area.column(t.Value)
		axis[at] = '┬'
		names = d.named(names, t.Label, at)
	}
	d.line(strings.Repeat(" ", d.margin) + "└" + string(axis))
	d.line(names)
	if d.X.Label == "" {
		return
	}
	for _, l := range text.Wrap(d.X.Label, d.area.columns()) {
		d.line(strings.Repeat(" ", d.margin+1+(d.area.columns()-text.Width(l))/2) + l)
	}
}

// named puts a name under a column of the area, where the names before leave the room.
func (d *drawing) named(names, name string, column int) string {
	if len(d.X.Words) > 0 {
		name = text.Cut(name, max(d.area.columns()/len(d.X.Words)-1, 1))
	}
	wide := text.Width(name)
	begin := min(d.margin+1+column-wide/2, d.width-wide)
	if used := text.Width(names); used > 0 && begin <= used {
		return names
	}
	return text.Pad(names, begin) + name
}

// legend names the marks, as many in a line as fit.
func (d *drawing) legend() {
	line, used := "", 0
	for _, k := range d.keys() {
		name := text.Cut(k.name, d.width-text.Width(k.mark)-3)
		wide := 2 + text.Width(k.mark) + 1 + text.Width(name)
		if used+wide > d.width {
			d.line(line)
			line, used = "", 0
		}
		line += "  " + k.style.Paint(k.mark, d.color) + " " + name
		used += wide
	}
	if line != "" {
		d.line(line)
	}
}

// key is one entry of the legend.
type key struct {
	mark, name string
	style      text.Style
}

// keys are the curves, and of the other signs those that the area has.
func (d *drawing) keys() []key {
	var all []key
	for i, curve := range d.Curves {
		all = append(all, key{string(mark(i)), curve.Name, colour(i)})
	}
	seen := d.area.signs()
	for _, k := range []key{
		{string(stroke), d.Legend.Band, text.Plain},
		{string(dot), d.Legend.Theory, text.Plain},
		{string(flag), d.Legend.Outside, text.Red},
		{met(seen), d.Legend.Meeting, text.Plain},
	} {
		if strings.ContainsAny(seen, k.mark) && k.name != "" {
			all = append(all, k)
		}
	}
	return all
}
