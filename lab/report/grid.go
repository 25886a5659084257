package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"echolab/lab/text"
)

// style is how a piece of text looks on a terminal with colour: the numbers of
// an ANSI SGR sequence.
type style string

const (
	normal style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// span is a paragraph of a cell, or a piece of a line.
type span struct {
	text  string
	style style
}

// cell is paragraphs below each other.
type cell []span

// item is a part of a grid: a row of cells, or else a line over the whole
// width. A line's pieces stand behind each other with a dot between them,
// where they fit; one without pieces is blank.
type item struct {
	row    []cell
	line   []span
	indent int // cells before the line
	hang   int // cells before those that it goes on in
}

// column is a column of a grid.
type column struct {
	head  string
	looks style // of the head; bold unless it says otherwise
	right bool  // aligned at the right
	least int   // cells below which it gets hard to read
	whole int   // up to so many cells, words are not broken
	firm  bool  // not even in a narrow terminal: figures
}

// grid is a table before its columns have a width.
type grid struct {
	columns []column
	items   []item
	color   bool
	width   int // cells of the terminal
}

// gap is what stands between two columns.
const gap = "  "

// overhead is how many cells of a line the gaps take.
func (g grid) overhead() int { return len(gap) * (len(g.columns) - 1) }

// wrapped is a cell's lines, coloured.
func (g grid) wrapped(c cell, width int) []string {
	var lines []string
	for _, s := range c {
		if s.text == "" {
			continue
		}
		for _, line := range text.Wrap(s.text, width) {
			lines = append(lines, paint(line, s.style, g.color))
		}
	}
	return lines
}

// paint puts a text into a style where colour is wanted.
func paint(content string, s style, color bool) string {
	if !color || s == normal || content == "" {
		return content
	}
	return "\x1b[" + string(s) + "m" + content + reset
}

// dot stands between the pieces of a line.
const dot = " · "

// flowed are the lines of an item that has no columns: as many of its pieces
// on each as fit.
func (g grid) flowed(i item) []string {
	width, used := g.width-max(i.indent, i.hang), 0
	lines := []string{""}
	for _, piece := range i.line {
		for n, part := range text.Wrap(piece.text, width) {
			last, painted := len(lines)-1, paint(part, piece.style, g.color)
			switch joined := used + text.Width(dot+part); {
			case used == 0:
				lines[last], used = painted, text.Width(part)
			case n == 0 && joined <= width:
				lines[last], used = lines[last]+paint(dot, dim, g.color)+painted, joined
			default:
				lines, used = append(lines, painted), text.Width(part)
			}
		}
	}
	for n, line := range lines {
		before := i.indent
		if n > 0 {
			before = max(before, i.hang)
		}
		if line != "" {
			lines[n] = strings.Repeat(" ", before) + line
		}
	}
	return lines
}

// rule is what the line below the heads is made of.
const rule = "─"

// draw prints the grid with its columns as wide as said. The table library
// prints row by row, so that lines without columns can stand between its rows.
func (g grid) draw(w io.Writer, widths []int) error {
	var out bytes.Buffer
	widths = g.filled(widths)
	t := g.table(&out, widths)
	if err := t.Start(); err != nil {
		return fmt.Errorf("begin the table: %w", err)
	}
	heads, whole := make([]string, len(g.columns)), g.overhead()
	for i, c := range g.columns {
		heads[i] = paint(c.head, cmp.Or(c.looks, bold), g.color)
		whole += widths[i]
	}
	t.Header(heads)
	fmt.Fprintln(&out, strings.Repeat(rule, whole))
	for _, i := range g.items {
		if i.row == nil {
			fmt.Fprintln(&out, strings.Join(g.flowed(i), "\n"))
			continue
		}
		if err := t.Append(g.broken(i.row, widths)); err != nil {
			return fmt.Errorf("add to the table: %w", err)
		}
	}
	if err := t.Close(); err != nil {
		return fmt.Errorf("end the table: %w", err)
	}
	return trimmed(w, out.String())
}

// broken is a row whose cells are broken into lines of their column's width.
func (g grid) broken(row []cell, widths []int) []string {
	cells := make([]string, len(row))
	for i, c := range row {
		cells[i] = strings.Join(g.wrapped(c, widths[i]), "\n")
	}
	return cells
}

// reset ends a style; the table puts one behind every cell that has any.
const reset = "\x1b[0m"

// padding is what stands behind the last text of a line. On a terminal that is
// as wide as the table it would begin a line of its own.
var padding = regexp.MustCompile(`(?: |\x1b\[0m)+$`)

// trimmed prints a table without the padding behind its last column.
func trimmed(w io.Writer, table string) error {
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		if bare := padding.ReplaceAllString(line, ""); bare != line {
			line = bare
			if strings.Contains(line, "\x1b") {
				line += reset // of a style that lost its end with the padding
			}
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// table is an empty table with columns of these widths, which leaves the text
// as it is.
func (g grid) table(w io.Writer, widths []int) *tablewriter.Table {
	wide, aligns := tw.Mapper[int, int]{}, slices.Repeat([]tw.Align{tw.AlignLeft}, len(widths))
	for i, c := range g.columns {
		wide[i] = widths[i] + len(gap)
		if c.right {
			aligns[i] = tw.AlignRight
		}
	}
	plain := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Padding:    tw.CellPadding{Global: tw.Padding{Left: tw.Empty, Right: gap, Overwrite: true}},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Header: plain, Row: plain,
			Widths:   tw.CellWidth{PerColumn: wide},
			Stream:   tw.StreamConfig{Enable: true},
			Behavior: tw.Behavior{TrimSpace: tw.Off, AutoHide: tw.Off},
		}),
		tablewriter.WithEastAsian(tw.Off), // as words.Width counts, in every locale
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone},
		})))
}
