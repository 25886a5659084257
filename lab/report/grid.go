package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"echolab/lab/words"
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

// span is a paragraph of a cell.
type span struct {
	text  string
	style style
}

// cell is paragraphs below each other.
type cell []span

// block is a group of rows with something common at their left, above them, or
// below them.
type block struct {
	title cell // over the whole line; its spans share one where they fit
	lead  []cell
	rows  [][]cell
	foot  cell // over the whole line
}

// column is a column of a grid.
type column struct {
	head  string
	right bool // aligned at the right
	least int  // cells below which it gets hard to read
	whole int  // up to so many cells, words are not broken
	firm  bool // not even in a narrow terminal: figures
}

// grid is a table before its columns have a width. The first columns are the
// blocks' leads.
type grid struct {
	columns []column
	blocks  []block
	boxed   bool // with lines around it and between the columns
	ruled   bool // with a line between blocks
	color   bool
	width   int // cells of the terminal
}

// overhead is how many cells of a line the borders and the padding take.
func (g grid) overhead() int {
	if g.boxed {
		return 3*len(g.columns) + 1
	}
	return 2 * (len(g.columns) - 1)
}

// lines breaks a block into cells of text, one per column, whose lines lie
// side by side. In the place of a line that has no columns stands wideMark.
func (g grid) lines(b block, widths []int) []string {
	columns := g.sideBySide(b, widths)
	height := 0
	for _, lines := range columns {
		height = max(height, len(lines))
	}
	above, below := len(g.above(b, widths)), len(g.below(b, widths))
	cells := make([]string, len(columns))
	for i, lines := range columns {
		cells[i] = marked(i, above, below, append(lines, make([]string, height-len(lines))...))
	}
	return cells
}

// sideBySide are the lines of each column of a block.
func (g grid) sideBySide(b block, widths []int) [][]string {
	columns := make([][]string, len(widths))
	for i, c := range b.lead {
		columns[i] = g.wrapped(c, widths[i])
	}
	for _, row := range b.rows {
		height := 0
		broken := make([][]string, len(row))
		for i, c := range row {
			broken[i] = g.wrapped(c, widths[len(b.lead)+i])
			height = max(height, len(broken[i]))
		}
		for i, lines := range broken {
			at := len(b.lead) + i
			columns[at] = append(columns[at], append(lines, make([]string, height-len(lines))...)...)
		}
	}
	return columns
}

// wrapped is a cell's lines, coloured.
func (g grid) wrapped(c cell, width int) []string {
	var lines []string
	for _, s := range c {
		if s.text == "" {
			continue
		}
		for _, line := range words.Wrap(s.text, width) {
			lines = append(lines, paint(line, s.style, g.color))
		}
	}
	return lines
}

// paint puts a text into a style where colour is wanted.
func paint(text string, s style, color bool) string {
	if !color || s == normal || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + reset
}

// rule is what lines between rows are made of.
const rule = "─"

// draw prints the grid with its columns as wide as said.
func (g grid) draw(w io.Writer, widths []int) error {
	var buf bytes.Buffer
	heads, aligns := make([]string, len(g.columns)), make([]tw.Align, len(g.columns))
	for i, c := range g.columns {
		heads[i], aligns[i] = paint(c.head, bold, g.color), tw.AlignLeft
		if c.right {
			aligns[i] = tw.AlignRight
		}
	}
	widths = g.filled(widths)
	t := g.table(&buf, aligns)
	t.Header(heads)
	var wide []wideLine
	for _, b := range g.blocks {
		if err := t.Append(g.lines(b, widths)); err != nil {
			return fmt.Errorf("add to the table: %w", err)
		}
		wide = append(append(wide, g.above(b, widths)...), g.below(b, widths)...)
	}
	if err := t.Render(); err != nil {
		return fmt.Errorf("draw the table: %w", err)
	}
	return g.trimmed(w, g.widened(buf.String(), wide, widths))
}

// reset ends a style; the table puts one behind every cell that has any.
const reset = "\x1b[0m"

// padding is what stands behind the last text of a line. On a terminal that is
// as wide as the table it would begin a line of its own.
var padding = regexp.MustCompile(`(?: |\x1b\[0m)+$`)

// ending closes the style of a line that lost its end with the padding.
func ending(line string) string {
	if strings.Contains(line, "\x1b") {
		return reset
	}
	return ""
}

// trimmed prints a table without the padding behind its last column.
func (g grid) trimmed(w io.Writer, table string) error {
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		if bare := padding.ReplaceAllString(line, ""); bare != line {
			line = bare + ending(bare)
		}
		if !g.boxed && strings.HasPrefix(line, rule) {
			line = strings.TrimSuffix(line, rule+rule)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// table is an empty table that leaves the text as it is.
func (g grid) table(w io.Writer, aligns []tw.Align) *tablewriter.Table {
	look := tw.Rendition{
		Symbols: tw.NewSymbols(tw.StyleLight),
		Borders: tw.BorderNone,
		Settings: tw.Settings{
			Separators: tw.SeparatorsNone,
			Lines:      tw.Lines{ShowHeaderLine: tw.On},
		},
	}
	pad := tw.Padding{Left: tw.Empty, Right: "  ", Overwrite: true}
	if g.boxed {
		look.Symbols = tw.NewSymbols(tw.StyleRounded)
		look.Borders = tw.Border{Left: tw.On, Right: tw.On, Top: tw.On, Bottom: tw.On}
		look.Settings.Separators = tw.Separators{ShowHeader: tw.On, BetweenColumns: tw.On}
		pad = tw.PaddingDefault
	}
	if g.ruled {
		look.Settings.Separators.BetweenRows = tw.On
	}
	plain := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Padding:    tw.CellPadding{Global: pad},
	}
	return tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Header: plain, Row: plain,
			Behavior: tw.Behavior{TrimSpace: tw.Off, AutoHide: tw.Off},
		}),
		tablewriter.WithEastAsian(tw.Off), // as words.Width counts, in every locale
		tablewriter.WithRenderer(renderer.NewBlueprint(look)))
}
