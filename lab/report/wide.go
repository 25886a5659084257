package report

import (
	"slices"
	"strings"

	"echolab/lab/words"
)

// The table library knows cells of one column only. A line that has no columns
// goes through it as a mark, and takes the mark's place when all is drawn.

// wideMark stands for a line without columns. It is a character that no text
// uses (Unicode's private use area).
const wideMark = "\ue000"

// wideLine is a line without columns.
type wideLine struct {
	text  string // painted
	width int    // cells
}

// indent stands before a foot.
const indent = "  "

// inside is how many cells a line without columns has: all that the columns
// have, and without a box the whole terminal.
func (g grid) inside(widths []int) int {
	if !g.boxed && g.width > 0 {
		return g.width
	}
	sum := g.overhead()
	for _, w := range widths {
		sum += w
	}
	if g.boxed {
		sum -= words.Width("│  │")
	}
	return sum
}

// above are the lines of a block's title: one, if all of it fits.
func (g grid) above(b block, widths []int) []wideLine {
	width := g.inside(widths)
	lines := g.wide("", b.title, width)
	var one wideLine
	for i, line := range lines {
		if i > 0 {
			one.text, one.width = one.text+" ", one.width+1
		}
		one.text, one.width = one.text+line.text, one.width+line.width
	}
	if len(lines) > 1 && one.width <= width {
		return []wideLine{one}
	}
	return lines
}

// below are the lines of a block's foot.
func (g grid) below(b block, widths []int) []wideLine {
	return g.wide(indent, b.foot, g.inside(widths)-len(indent))
}

// wide breaks a cell into lines of a width behind a prefix.
func (g grid) wide(prefix string, c cell, width int) []wideLine {
	var lines []wideLine
	for _, s := range c {
		if s.text == "" {
			continue
		}
		for _, line := range words.Wrap(s.text, width) {
			lines = append(lines, wideLine{prefix + paint(line, s.style, g.color), len(prefix) + words.Width(line)})
		}
	}
	return lines
}

// marked is a column's lines between the marks of the lines above and below;
// in all columns but the first these are empty.
func marked(column, above, below int, lines []string) string {
	mark := ""
	if column == 0 {
		mark = wideMark
	}
	return strings.Join(slices.Concat(slices.Repeat([]string{mark}, above), lines, slices.Repeat([]string{mark}, below)), "\n")
}

// widened puts lines without columns into a drawn table, in the place of their
// marks.
func (g grid) widened(table string, wide []wideLine, widths []int) string {
	var b strings.Builder
	for line := range strings.Lines(table) {
		if len(wide) > 0 && strings.Trim(line, "│ \n") == wideMark {
			line = wide[0].text + "\n"
			if g.boxed {
				line = "│ " + wide[0].text + strings.Repeat(" ", max(0, g.inside(widths)-wide[0].width)) + " │\n"
			}
			wide = wide[1:]
		}
		b.WriteString(line)
	}
	return b.String()
}
