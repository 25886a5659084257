package report

import (
	"slices"

	"echolab/lab/text"
)

// narrow is what a column that is not firm can do with.
const narrow = 8

// widths shares a line among the columns: each gets what it wants, less what
// the widest can spare until all fit, and then they trade cells as long as
// that makes the table shorter. In a line that is too short for what they
// need, words are broken.
func (g grid) widths() []int {
	widths, needs := g.wishes()
	if !g.squeeze(widths, needs) {
		for i, c := range g.columns {
			if !c.firm {
				needs[i] = min(needs[i], max(narrow, text.Width(c.head)))
			}
		}
		g.squeeze(widths, needs)
	}
	g.trade(widths, needs)
	return widths
}

// fits reports whether all columns get what they need.
func (g grid) fits() bool {
	widths, needs := g.wishes()
	return g.squeeze(widths, needs)
}

// filled are the widths of the columns once their text is broken, which may
// leave a little of them empty. In fewer cells a long word may break at another
// place and leave more of them, so this goes on until nothing is left.
func (g grid) filled(widths []int) []int {
	for {
		filled := g.longest(widths)
		if slices.Equal(filled, widths) {
			return widths
		}
		widths = filled
	}
}

// longest are the widths of the columns' longest lines. None is above the
// column's own, except that of a head.
func (g grid) longest(widths []int) []int {
	longest := make([]int, len(widths))
	for i, c := range g.columns {
		longest[i] = text.Width(c.head)
	}
	g.each(func(i int, c cell) {
		for _, s := range c {
			for _, line := range text.Wrap(s.text, widths[i]) {
				longest[i] = max(longest[i], text.Width(line))
			}
		}
	})
	return longest
}

// wishes are the widths at which nothing is broken over lines, and those below
// which words would be.
func (g grid) wishes() (widths, needs []int) {
	widths, needs = make([]int, len(g.columns)), make([]int, len(g.columns))
	for i, c := range g.columns {
		head := text.Width(c.head)
		widths[i], needs[i] = head, max(c.least, head)
	}
	g.each(func(i int, c cell) {
		for _, s := range c {
			widths[i] = max(widths[i], text.Width(s.text))
			needs[i] = max(needs[i], min(text.Longest(s.text), g.columns[i].whole))
		}
	})
	return widths, needs
}

// squeeze takes cells from the widest columns until all fit, or reports that
// they cannot.
func (g grid) squeeze(widths, needs []int) bool {
	sum := g.overhead()
	for _, w := range widths {
		sum += w
	}
	for ; sum > g.width; sum-- {
		i := widest(widths, needs)
		if i < 0 {
			return false
		}
		widths[i]--
	}
	return true
}

// each visits every cell with the number of its column.
func (g grid) each(visit func(column int, c cell)) {
	for _, item := range g.items {
		for i, c := range item.row {
			visit(i, c)
		}
	}
}

// widest is the column that is widest among those above their need, or -1.
func widest(widths, needs []int) int {
	best := -1
	for i := range widths {
		if widths[i] > needs[i] && (best < 0 || widths[i] > widths[best]) {
			best = i
		}
	}
	return best
}

// trade moves cells from one column to another, the most useful move first,
// until no move makes the table shorter. Every move saves a line, so it ends.
func (g grid) trade(widths, needs []int) {
	h := heights{g: g, memo: map[[2]int][]int{}}
	for height := h.of(widths); ; {
		best, from, to, cells := height, 0, 0, 0
		for i := range widths {
			for j := range widths {
				for n := 1; i != j && n <= min(widths[i]-needs[i], 12); n++ {
					widths[i], widths[j] = widths[i]-n, widths[j]+n
					if lower := h.of(widths); lower < best {
						best, from, to, cells = lower, i, j, n
					}
					widths[i], widths[j] = widths[i]+n, widths[j]-n
				}
			}
		}
		if best == height {
			return
		}
		widths[from], widths[to], height = widths[from]-cells, widths[to]+cells, best
	}
}

// heights counts the lines that a grid takes.
type heights struct {
	g    grid
	memo map[[2]int][]int // lines of each cell by column and width
}

// of is the number of lines with columns of these widths, without those that
// have no columns.
func (h heights) of(widths []int) int {
	var rows []int // lines of each
	for i, w := range widths {
		lines := h.column(i, w)
		rows = append(rows, make([]int, len(lines)-len(rows))...)
		for at, n := range lines {
			rows[at] = max(rows[at], n)
		}
	}
	total := 0
	for _, n := range rows {
		total += n
	}
	return total
}

// column is how many lines each cell of a column takes.
func (h heights) column(i, width int) []int {
	key := [2]int{i, width}
	if lines, ok := h.memo[key]; ok {
		return lines
	}
	var lines []int
	h.g.each(func(column int, c cell) {
		if column == i {
			lines = append(lines, len(h.g.wrapped(c, width)))
		}
	})
	h.memo[key] = lines
	return lines
}
