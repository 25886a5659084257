package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// writeMarkdown writes the tables as GitHub's Markdown has them.
func writeMarkdown(w *bytes.Buffer, r *result.Report, o Options) error {
	o.Width = unlimited
	return layOut(&markdown{out: w}, r, o)
}

// markdown is a page in Markdown.
type markdown struct {
	out    *bytes.Buffer
	listed bool // the last line was an item of a list
}

// block begins what stands apart from what is above.
func (d *markdown) block() {
	if d.out.Len() > 0 {
		fmt.Fprintln(d.out)
	}
	d.listed = false
}

func (d *markdown) heading(content string) {
	if content != "" {
		d.block()
		fmt.Fprintf(d.out, "## %s\n", text.Markdown(content))
	}
}

// line is an item of a list where it has a mark of its own, else a paragraph.
func (d *markdown) line(l line) {
	content := text.Markdown(oneLine(l.text))
	mark := strings.TrimSpace(l.mark)
	if mark == "" || !d.listed {
		d.block()
	}
	d.listed = mark != ""
	switch {
	case mark == "-":
		content = "- " + content
	case mark != "":
		content = "- " + text.Markdown(mark) + " " + content
	case l.aside != "" || l.style == text.Bold:
		content = strings.TrimSuffix("**"+content+"**"+dot+text.Markdown(oneLine(l.aside)), dot)
	}
	fmt.Fprintln(d.out, content)
}

// table writes rows with the heads of their grid.
func (d *markdown) table(g *grid, rows [][]cell) error {
	if len(rows) == 0 {
		return nil
	}
	d.block()
	rules := make([]string, len(g.columns))
	for i, c := range g.columns {
		rules[i] = "---"
		if c.right {
			rules[i] = "--:"
		}
	}
	for i, row := range slices.Insert(slices.Clone(rows), 0, g.heads()) {
		cells := make([]string, len(row))
		for n, c := range row {
			var paragraphs []string
			for _, s := range c {
				if s.text != "" {
					paragraphs = append(paragraphs, text.Markdown(oneLine(s.text)))
				}
			}
			cells[n] = strings.Join(paragraphs, "<br>")
		}
		fmt.Fprintf(d.out, "| %s |\n", strings.Join(cells, " | "))
		if i == 0 {
			fmt.Fprintf(d.out, "| %s |\n", strings.Join(rules, " | "))
		}
	}
	return nil
}

// oneLine is a text with plain blanks, one between two words.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
