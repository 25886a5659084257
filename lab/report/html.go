package report

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"echolab/lab/document"
	"echolab/lab/result"
	"echolab/lab/text"
)

// writeHTML writes the report as a file that a browser opens.
func writeHTML(w *bytes.Buffer, r *result.Report, o Options) error {
	part, err := HTML(r, o)
	w.WriteString(document.Document{
		Language: o.Words.Lang(), Title: o.Words.Say("TCP and UDP, side by side"), Body: part,
	}.String())
	return err
}

// HTML is the report as a part of a web page: headings, tables and paragraphs,
// with nothing in it but text and the classes of fragment. It has no Width.
func HTML(r *result.Report, o Options) (string, error) {
	o.Width = unlimited
	f := &fragment{}
	if err := layOut(f, r, o); err != nil {
		return "", fmt.Errorf("print report as HTML: %w", err)
	}
	f.endList()
	return f.out.String(), nil
}

// unlimited is wide enough for every column.
const unlimited = 1 << 20

// classes are the styles' names in a style sheet.
var classes = map[text.Style]string{
	text.Bold: "strong", text.Dim: "dim", text.Red: "bad", text.Green: "good", text.Yellow: "open",
}

// fragment is a page in HTML. The library templates of Go would double the size
// of the program in a web page, and this needs none: all that it writes is
// escaped by span.
type fragment struct {
	out    bytes.Buffer
	listed bool // a list is open
}

func (f *fragment) printf(format string, args ...any) { fmt.Fprintf(&f.out, format, args...) }

// span is a text in a style.
func (f *fragment) span(style text.Style, content string) string {
	content = html.EscapeString(content)
	if class := classes[style]; class != "" && content != "" {
		return fmt.Sprintf(`<span class="%s">%s</span>`, class, content)
	}
	return content
}

func (f *fragment) heading(content string) {
	f.endList()
	if content != "" {
		f.printf("<h3>%s</h3>\n", f.span("", oneLine(content)))
	}
}

func (f *fragment) endList() {
	if f.listed {
		f.printf("</ul>\n")
	}
	f.listed = false
}

// line is an item of a list where it has a mark of its own, else a paragraph.
func (f *fragment) line(l line) {
	content := f.span(l.style, oneLine(l.text))
	if l.aside != "" {
		content += f.span(text.Dim, dot+oneLine(l.aside))
	}
	mark := strings.TrimSpace(l.mark)
	if mark == "" {
		f.endList()
		f.printf("<p>%s</p>\n", content)
		return
	}
	if !f.listed {
		f.printf("<ul>\n")
		f.listed = true
	}
	if mark != "-" {
		content = f.span(l.style, mark) + " " + content
	}
	f.printf("<li>%s</li>\n", content)
}

// table writes rows with the heads of their grid.
func (f *fragment) table(g *grid, rows [][]cell) error {
	if len(rows) == 0 {
		return nil
	}
	f.endList()
	f.printf("<div class=\"table\"><table>\n<thead>")
	f.row("th", g, g.heads())
	f.printf("</thead>\n<tbody>\n")
	for _, row := range rows {
		f.row("td", g, row)
	}
	f.printf("</tbody></table></div>\n")
	return nil
}

func (f *fragment) row(tag string, g *grid, row []cell) {
	f.printf("<tr>")
	for i, c := range row {
		var paragraphs []string
		for _, s := range c {
			if s.text != "" {
				paragraphs = append(paragraphs, f.span(s.style, oneLine(s.text)))
			}
		}
		class := ""
		if g.columns[i].right {
			class = ` class="number"`
		}
		f.printf("<%s%s>%s</%s>", tag, class, strings.Join(paragraphs, "<br>"), tag)
	}
	f.printf("</tr>\n")
}
