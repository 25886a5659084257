package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"echolab/lab/result"
	"echolab/lab/text"
)

func writeTable(w *bytes.Buffer, r *result.Report, o Options) error {
	return layOut(&terminal{o: o, out: w}, r, o)
}

// terminal is a page with a width and colours.
type terminal struct {
	o      Options
	out    *bytes.Buffer
	headed *grid // whose heads stand already
}

// heading starts a part of the page.
func (t *terminal) heading(content string) {
	if t.out.Len() > 0 {
		fmt.Fprintln(t.out)
	}
	if content != "" && !t.o.Quiet {
		t.line(line{text: content, style: text.Bold})
	}
}

func (t *terminal) line(l line) {
	aside := dot + oneLine(l.aside)
	if l.aside != "" && text.Width(l.mark+l.text+aside) <= t.o.Width {
		fmt.Fprintln(t.out, t.paint(l.style, l.mark+l.text)+t.paint(text.Dim, aside))
		return
	}
	before := text.Width(l.mark)
	for i, line := range fold(l.text, t.o.Width-before) {
		mark := l.mark
		if i > 0 {
			mark = strings.Repeat(" ", before)
		}
		fmt.Fprintln(t.out, t.paint(l.style, mark+line))
	}
	if l.aside != "" {
		t.line(line{mark: indent, text: l.aside, style: text.Dim})
	}
}

func (t *terminal) paint(s text.Style, content string) string { return s.Paint(content, t.o.Color) }

// table draws rows below the heads of their grid, which are drawn once.
func (t *terminal) table(g *grid, rows [][]cell) error {
	if t.headed != g {
		t.headed = g
		rows = append([][]cell{g.heads(), g.rules()}, rows...)
	}
	if len(rows) == 0 {
		return nil
	}
	var out bytes.Buffer
	drawn := g.drawnOn(&out)
	for n, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = strings.Join(t.folded(c, g.widths[i]), "\n")
			if g.apart && n > 2 { // the heads, the rules and the first row stand together
				cells[i] = "\n" + cells[i]
			}
		}
		if err := drawn.Append(cells); err != nil {
			return fmt.Errorf("add a row to the table: %w", err)
		}
	}
	if err := drawn.Render(); err != nil {
		return fmt.Errorf("draw the table: %w", err)
	}
	for line := range strings.Lines(out.String()) {
		fmt.Fprintln(t.out, trimmed(line))
	}
	return nil
}

// folded is a cell's lines, in their styles.
func (t *terminal) folded(c cell, width int) []string {
	var lines []string
	for _, s := range c {
		if s.text == "" {
			continue
		}
		for _, line := range fold(s.text, width) {
			lines = append(lines, t.paint(s.style, line))
		}
	}
	return lines
}

// trimmed is a line without the blanks behind its last text, nor the ends of
// styles that the library puts behind such blanks.
func trimmed(line string) string {
	const blankEnd = " \x1b[0m"
	line = strings.TrimRight(line, " \n")
	for strings.HasSuffix(line, blankEnd) {
		line = strings.TrimRight(strings.TrimSuffix(line, blankEnd), " ")
	}
	return line
}

// drawnOn is an empty table with the grid's columns, which takes cells as they
// are: the library knows nothing of where Hangul may be broken.
func (g *grid) drawnOn(w io.Writer) *tablewriter.Table {
	wide := tw.Mapper[int, int]{}
	cells := tw.CellConfig{Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off}}
	for i, c := range g.columns {
		align, before, behind := tw.AlignLeft, tw.Empty, gap
		if i == 0 {
			before = g.indent
		}
		if c.right {
			align = tw.AlignRight
		}
		if i == len(g.columns)-1 {
			behind = tw.Empty
		}
		wide[i] = len(before) + g.widths[i] + len(behind)
		cells.Alignment.PerColumn = append(cells.Alignment.PerColumn, align)
		cells.Padding.PerColumn = append(cells.Padding.PerColumn, tw.Padding{Left: before, Right: behind, Overwrite: true})
	}
	return tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Row:      cells,
			Widths:   tw.CellWidth{PerColumn: wide},
			Behavior: tw.Behavior{TrimSpace: tw.Off, AutoHide: tw.Off},
		}),
		tablewriter.WithEastAsian(tw.Off), // as text.Width counts, in every locale
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})))
}
