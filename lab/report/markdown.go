package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// writeMarkdown writes the tables as GitHub's Markdown has them.
func writeMarkdown(w io.Writer, r *result.Report, o Options) error {
	d := &markdown{}
	o.Width = 1 << 20 // a page has room for every column
	if err := layOut(d, r, o); err != nil {
		return err
	}
	_, err := w.Write(d.out.Bytes())
	return err
}

// markdown is a page in Markdown.
type markdown struct {
	out    bytes.Buffer
	listed bool // the last line was an item of a list
}

// block begins what stands apart from what is above.
func (d *markdown) block() {
	if d.out.Len() > 0 {
		fmt.Fprintln(&d.out)
	}
	d.listed = false
}

func (d *markdown) heading(content string) {
	if content != "" {
		d.block()
		fmt.Fprintf(&d.out, "## %s\n", escape(content))
	}
}

// line is an item of a list where it has a mark of its own, else a paragraph.
func (d *markdown) line(l line) {
	content := escape(oneLine(l.text))
	mark := strings.TrimSpace(l.mark)
	if mark == "" || !d.listed {
		d.block()
	}
	d.listed = mark != ""
	switch {
	case mark == "-":
		content = "- " + content
	case mark != "":
		content = "- " + escape(mark) + " " + content
	case l.aside != "" || l.style == text.Bold:
		content = strings.TrimSuffix("**"+content+"**"+dot+escape(oneLine(l.aside)), dot)
	}
	fmt.Fprintln(&d.out, content)
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
					paragraphs = append(paragraphs, escape(oneLine(s.text)))
				}
			}
			cells[n] = strings.Join(paragraphs, "<br>")
		}
		fmt.Fprintf(&d.out, "| %s |\n", strings.Join(cells, " | "))
		if i == 0 {
			fmt.Fprintf(&d.out, "| %s |\n", strings.Join(rules, " | "))
		}
	}
	return nil
}

// oneLine is a text with plain blanks, one between two words.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// escaper takes their meaning from the characters that Markdown would read as
// its own in the middle of a table.
var escaper = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "<", "&lt;")

func escape(s string) string { return escaper.Replace(s) }
