package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"echolab/lab/text"
)

// span is a paragraph in one style.
type span struct {
	text  string
	style text.Style
}

// cell is paragraphs below each other. Empty ones take no line.
type cell []span

// column is a column of a grid.
type column struct {
	head  cell
	right bool // aligned at the right
	most  int  // cells of the terminal at most; 0 shares with the like what the others leave
	alike int  // columns with the same number get the same width; 0 is none
}

// grid is a table whose rows may be drawn bit by bit, with other text between.
type grid struct {
	columns []column
	rows    [][]cell
	widths  []int
}

// gap is what stands between two columns.
const gap = "  "

// fit gives every column its width for good, in a line of so many cells: that of
// its longest text, but no more than the column may have. Columns without a
// bound share what the others leave.
func (g *grid) fit(line int) {
	g.widths = make([]int, len(g.columns))
	left, sharing := line-len(gap)*(len(g.columns)-1), 0
	for i, c := range g.columns {
		g.widths[i] = g.longest(i)
		if c.most == 0 {
			sharing++
			continue
		}
		g.widths[i] = min(g.widths[i], c.most)
		left -= g.widths[i]
	}
	for i, c := range g.columns {
		if c.most == 0 {
			g.widths[i] = min(g.widths[i], left/sharing)
			left, sharing = left-g.widths[i], sharing-1
		}
	}
}

// longest is the width of the longest text in a column and those like it.
func (g *grid) longest(column int) int {
	longest, alike := 0, g.columns[column].alike
	for _, row := range append([][]cell{g.heads()}, g.rows...) {
		for i, c := range row {
			if i != column && (alike == 0 || g.columns[i].alike != alike) {
				continue
			}
			for _, s := range c {
				longest = max(longest, text.Width(s.text))
			}
		}
	}
	return longest
}

// heads is the row above all others.
func (g *grid) heads() []cell {
	heads := make([]cell, len(g.columns))
	for i, c := range g.columns {
		heads[i] = c.head
	}
	return heads
}

// rules is the row of lines below the heads.
func (g *grid) rules() []cell {
	rules := make([]cell, len(g.columns))
	for i, width := range g.widths {
		rules[i] = cell{{text: strings.Repeat("─", width)}}
	}
	return rules
}

// draw prints rows in the columns of the grid.
func (g *grid) draw(w io.Writer, color bool, rows ...[]cell) error {
	if len(rows) == 0 {
		return nil
	}
	var out bytes.Buffer
	t := g.table(&out)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = strings.Join(folded(c, g.widths[i], color), "\n")
		}
		if err := t.Append(cells); err != nil {
			return fmt.Errorf("add a row to the table: %w", err)
		}
	}
	if err := t.Render(); err != nil {
		return fmt.Errorf("draw the table: %w", err)
	}
	for line := range strings.Lines(out.String()) {
		if _, err := fmt.Fprintln(w, trimmed(line)); err != nil {
			return err
		}
	}
	return nil
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

// table is an empty table with the grid's columns, which takes cells as they
// are: the library knows nothing of where Hangul may be broken.
func (g *grid) table(w io.Writer) *tablewriter.Table {
	wide := tw.Mapper[int, int]{}
	cells := tw.CellConfig{Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off}}
	for i, c := range g.columns {
		align, behind := tw.AlignLeft, gap
		if c.right {
			align = tw.AlignRight
		}
		if i == len(g.columns)-1 {
			behind = tw.Empty
		}
		wide[i] = g.widths[i] + len(behind)
		cells.Alignment.PerColumn = append(cells.Alignment.PerColumn, align)
		cells.Padding.PerColumn = append(cells.Padding.PerColumn, tw.Padding{Right: behind, Overwrite: true})
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

// folded is a cell's lines, in their styles.
func folded(c cell, width int, color bool) []string {
	var lines []string
	for _, s := range c {
		if s.text == "" {
			continue
		}
		for _, line := range fold(s.text, width) {
			lines = append(lines, s.style.Paint(line, color))
		}
	}
	return lines
}

// fold breaks text into lines. Where the last would be one word alone, the
// lines before it give it company, if that breaks no word and makes no further
// line.
func fold(content string, width int) []string {
	lines, least := text.Wrap(content, width), max(text.Longest(content), width/2)
	for narrow := width - 1; narrow >= least && lonely(lines); narrow-- {
		if narrower := text.Wrap(content, narrow); len(narrower) == len(lines) && !lonely(narrower) {
			return narrower
		}
	}
	return lines
}

// lonely reports whether the last of several lines is one word.
func lonely(lines []string) bool {
	return len(lines) > 1 && !strings.Contains(lines[len(lines)-1], " ")
}
