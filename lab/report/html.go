package report

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// documentHead and documentFoot stand around a report in a file of its own, which
// opens anywhere and asks nobody for anything.
const (
	documentHead = `<!doctype html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 72rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.dim { opacity: .7; } .strong { font-weight: 600; }
.good { color: light-dark(#137333, #81c995); } .bad { color: light-dark(#b3261e, #f2a29b); }
.open { color: light-dark(#8a5a00, #f0c060); }
@media print { body { max-width: none; } }
</style>
</head>
<body>
<main>
`
	documentFoot = "</main>\n</body>\n</html>\n"
)

// writeHTML writes the report as a file that a browser opens.
func writeHTML(w *bytes.Buffer, r *result.Report, o Options) error {
	part, err := HTML(r, o)
	fmt.Fprintf(w, documentHead, o.Words.Lang(), html.EscapeString(o.Words.Say("TCP and UDP, side by side")))
	w.WriteString(part + documentFoot)
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
