package report

import (
	"strings"

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
	indent  string // before every row
	apart   bool   // with a blank line between two rows
	widths  []int
}

// gap is what stands between two columns.
const gap = "  "

// fit gives every column its width for good, in a line of so many cells: that of
// its longest text, but no more than the column may have. Columns without a
// bound share what the others leave.
func (g *grid) fit(line int) {
	g.widths = make([]int, len(g.columns))
	left, sharing := line-len(g.indent)-len(gap)*(len(g.columns)-1), 0
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
