package format

import (
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"

	"echolab/lab/document"
	"echolab/lab/grade"
	"echolab/lab/grade/class"
	"echolab/lab/text"
)

// ClassPage writes the page of a class: the same as Summary, with a link to the page of each
// submission.
func ClassPage(w io.Writer, s *class.Summary, o Options) error {
	h := &sheetHTML{Options: o}
	title := text.Sayf("%s: a class of %d", s.Assignment, len(s.Submissions))
	h.putf("<h1>%s</h1>\n", h.say(title))
	for _, m := range slices.Concat(figures(s), remarks(s)) {
		h.line("", m)
	}
	h.histogram(s)
	h.rates(s)
	h.submissions(s)
	h.similar(s)
	_, err := io.WriteString(w, document.Document{
		Language: o.Words.Lang(), Title: h.plain(title), Style: classStyle, Body: h.out.String(),
	}.String())
	return err
}

// classStyle draws the bars.
const classStyle = `.bar { display: inline-block; height: .8em; background: #4a7dc4; }
@media print { .bar { border: 1px solid; } }
`

// table writes the head of a table; the caller writes the rows and its end.
func (h *sheetHTML) table(id string, columns ...text.Phrase) {
	h.putf("<div class=\"table\"><table id=\"%s\">\n<thead><tr>", id)
	for _, c := range columns {
		h.putf("<th>%s</th>", h.say(text.Say(c)))
	}
	h.putf("</tr></thead>\n<tbody>\n")
}

func (h *sheetHTML) endTable() { h.putf("</tbody></table></div>\n") }

func (h *sheetHTML) histogram(s *class.Summary) {
	if s.Graded < 2 {
		return
	}
	h.heading(text.Say("How the points lie"))
	h.table("histogram", "Points", "Submissions", "")
	most := slices.Max(s.Histogram[:])
	for i, n := range s.Histogram {
		h.putf("<tr><td>%s</td><td class=\"number\">%d</td>"+
			"<td><span class=\"bar\" style=\"width: %.1fem\"></span></td></tr>\n",
			tenths(i), n, 20*float64(n)/float64(most))
	}
	h.endTable()
}

func (h *sheetHTML) rates(s *class.Summary) {
	h.heading(text.Say("Checks"))
	h.table("rates", "Check", "What it checks", "passed", "failed", "%")
	for _, r := range s.Checks {
		percent := "-"
		if r.Of > 0 {
			percent = fmt.Sprint((100*r.Passed + r.Of/2) / r.Of)
		}
		h.putf("<tr><td>%s</td><td>%s</td><td class=\"number\">%d</td><td class=\"number\">%d</td>"+
			"<td class=\"number\">%s</td></tr>\n", html.EscapeString(r.ID), h.say(r.Title), r.Passed, r.Of-r.Passed, percent)
	}
	h.endTable()
}

func (h *sheetHTML) submissions(s *class.Summary) {
	h.heading(text.Say("Submissions"))
	h.table("submissions", "Submission", "Points", "What was found")
	for i, r := range rowsOf(s) {
		name := h.say(text.Quote(r.name))
		if e := s.Submissions[i]; !slices.Contains(s.Missing, e.Name) {
			page := url.URL{Path: "./" + e.Name + ".html"}
			name = fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(page.String()), name)
		}
		h.putf("<tr><td>%s</td><td class=\"number\">%s</td><td class=\"%s\">%s</td></tr>\n",
			name, r.points, r.class, h.say(r.about))
	}
	h.endTable()
}

func (h *sheetHTML) similar(s *class.Summary) {
	all := pairs(s)
	if len(all) == 0 {
		return
	}
	h.heading(text.Say("Similar submissions"))
	h.line("strong", text.Say(warning))
	h.putf("<ul>\n")
	for _, m := range all {
		h.putf("<li>%s</li>\n", h.say(m))
	}
	h.putf("</ul>\n")
}

// intake is what was done to a submission before it was graded.
func (h *sheetHTML) intake(in *grade.Intake) {
	if in == nil {
		return
	}
	h.heading(text.Say("What was handed in"))
	if in.Status != "" {
		h.line("bad strong", intakes[in.Status])
	}
	if len(in.Notes) > 0 {
		h.putf("<ul>\n")
		for _, m := range in.Notes {
			h.putf("<li>%s</li>\n", h.say(m))
		}
		h.putf("</ul>\n")
	}
	h.block(text.Say("the end of what building it printed:"), grade.Printable([]byte(in.Log)), 0)
}
