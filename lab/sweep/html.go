package sweep

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"echolab/lab/chart"
	"echolab/lab/chart/plot"
	"echolab/lab/document"
	"echolab/lab/experiments"
	"echolab/lab/text"
)

// htmlStyle is what this kind of file adds to the styles of all.
const htmlStyle = `svg { max-width: 100%; min-width: 32rem; height: auto; background: #fff; }
figure { margin: 0; overflow-x: auto; }
@media print { svg { min-width: 0; } }
pre { overflow-x: auto; }
.tables { display: flex; flex-wrap: wrap; gap: 0 3rem; }
caption { text-align: left; font-weight: 600; }
.tables td, .tables th { text-align: right; font-variant-numeric: tabular-nums; }
`

// page is HTML under way. All text in it is escaped by element.
type page struct {
	out   strings.Builder
	words text.Printer
}

func (p *page) element(tag, content string) {
	fmt.Fprintf(&p.out, "<%s>%s</%s>\n", tag, html.EscapeString(content), tag)
}

func (p *page) list(items []string) {
	if len(items) == 0 {
		return
	}
	p.out.WriteString("<ul>\n")
	for _, item := range items {
		p.element("li", item)
	}
	p.out.WriteString("</ul>\n")
}

// WriteHTML writes the sweep as one file that opens from disk: charts, the figures below
// each, how they stand to theory, the explanation, and the command that repeats it.
func (s *Sweep) WriteHTML(w io.Writer, about experiments.Prose, o Print) error {
	s.sortRows()
	points := s.Points()
	p := &page{words: o.Words}
	p.element("h1", s.title(about, o.Words))
	p.element("p", o.Words.Text(about.Question))
	p.list(s.facts(o.Words))
	for _, r := range s.Shown() {
		if err := p.measurement(s, points, r); err != nil {
			return err
		}
	}
	p.element("h2", o.Words.Say("Beside theory"))
	p.notes(s, points)
	p.explanation(about)
	p.element("h2", o.Words.Say("How it was made"))
	p.list(s.origin(o.Words))
	p.element("pre", s.Command)
	_, err := io.WriteString(w, document.Document{
		Language: o.Words.Lang(), Title: s.title(about, o.Words), Style: htmlStyle, Body: p.out.String(),
	}.String())
	return err
}

// measurement is a chart, and its figures.
func (p *page) measurement(s *Sweep, points []Point, r Row) error {
	p.element("h2", withUnit(p.words.Text(r.Label), p.words.Say(r.Unit)))
	if c, ok := s.Chart(points, r, p.words); ok {
		var svg bytes.Buffer
		if err := plot.SVG(&svg, []chart.Chart{c}); err != nil {
			return fmt.Errorf("draw %s: %w", r.ID, err)
		}
		_, drawing, _ := strings.Cut(svg.String(), "?>") // the declaration of a file of its own
		fmt.Fprintf(&p.out, "<figure>%s</figure>\n", drawing)
	}
	p.out.WriteString("<div class=\"tables\">\n")
	for _, b := range s.blocks(points, r, p.words) {
		p.block(b)
	}
	p.out.WriteString("</div>\n")
	return nil
}

// block is the table of one line of a chart.
func (p *page) block(b block) {
	p.out.WriteString("<div class=\"table\"><table>\n")
	p.element("caption", b.title)
	for i, row := range append([][]string{b.heads}, b.rows...) {
		tag := "td"
		if i == 0 {
			tag = "th"
		}
		p.out.WriteString("<tr>")
		for _, cell := range row {
			fmt.Fprintf(&p.out, "<%s>%s</%s>", tag, html.EscapeString(cell), tag)
		}
		p.out.WriteString("</tr>\n")
	}
	p.out.WriteString("</table></div>\n")
}

// notes tell how the figures stand to theory, and what else there is to know.
func (p *page) notes(s *Sweep, points []Point) {
	var items []string
	for _, basis := range s.bases(points) {
		items = append(items, p.words.Sayf("theory, %s", basis))
	}
	for _, r := range s.remarks(points, p.words) {
		items = append(items, strings.TrimPrefix(r.mark, "- ")+r.text)
		if r.command != "" {
			items = append(items, r.command)
		}
	}
	p.list(items)
}

// explanation is what the lesson says.
func (p *page) explanation(about experiments.Prose) {
	say := func(all []text.Message) []string {
		lines := make([]string, len(all))
		for i, m := range all {
			lines[i] = p.words.Text(m)
		}
		return lines
	}
	p.element("h2", p.words.Say("Why it is so"))
	p.element("p", p.words.Text(about.Method))
	p.element("p", p.words.Text(about.Why))
	p.list(say(about.Theory))
	p.element("p", strings.Join(about.References, " · "))
}

// origin is what made the figures.
func (s *Sweep) origin(p text.Printer) []string {
	lines := []string{p.Sayf("lab %s, network %s", s.Lab, s.Network)}
	if m := s.Machine; m != nil {
		lines = append(lines, p.Sayf("%s/%s, kernel %s, processors: %d", m.OS, m.Arch, m.Kernel, m.CPUs))
	}
	return lines
}
