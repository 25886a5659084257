package format

import (
	"fmt"
	"html"
	"io"
	"strings"

	"echolab/lab/document"
	"echolab/lab/grade"
	"echolab/lab/result"
	"echolab/lab/text"
)

// A page is below 1 MB with as many as 30 checks, although what is escaped takes up to
// five times as many bytes.
const (
	mostText     = 100 << 10 // bytes of transcripts and output that a page shows in all
	mostSentence = 1000      // bytes of a sentence
)

// page is the form that a browser opens from a file. Nothing in it is loaded from
// elsewhere, and whatever a student's program printed is text.
func page(w io.Writer, r *grade.Result, o Options) error {
	h := &sheetHTML{Options: o, share: mostText / 2 / max(1, len(r.Checks))}
	h.head(r)
	h.intake(r.Intake)
	h.checks(r)
	for _, c := range r.Checks {
		h.details(c, text.ShellWords(r.Command...))
	}
	h.warnings(r)
	h.environment(r)
	_, err := io.WriteString(w, document.Document{
		Language: o.Words.Lang(), Style: pageStyle, Body: h.out.String(),
		Title: h.plain(text.Sayf("%s (%s): %d of %d points", r.Title, r.Assignment, r.Score, r.Max)),
	}.String())
	return err
}

// pageStyle shows what programs printed in lines that wrap, each from left to right
// whatever letters are in it.
const pageStyle = `pre, code { direction: ltr; unicode-bidi: isolate; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; }
pre { margin: .25rem 0 1rem; padding: .5rem .75rem; }
h3 { margin: 1.5rem 0 .25rem; } p { margin: .25rem 0; }
@media print { pre { border-color: #000; } h3 { break-after: avoid; } tr { break-inside: avoid; } }
`

// sheetHTML is the body of a page. All that it writes is escaped by say or block.
type sheetHTML struct {
	Options
	out   strings.Builder
	share int // bytes of each of a check's two texts
}

func (h *sheetHTML) putf(format string, args ...any) { fmt.Fprintf(&h.out, format, args...) }

// plain is a sentence in the reader's language, with what steers a screen made visible,
// and not too long.
func (h *sheetHTML) plain(m text.Message) string {
	return cut(grade.Printable([]byte(h.Words.Text(m))), mostSentence)
}

// say is a sentence for a page.
func (h *sheetHTML) say(m text.Message) string { return html.EscapeString(h.plain(m)) }

// head is the assignment, whose it is, and the points.
func (h *sheetHTML) head(r *grade.Result) {
	h.putf("<h1>%s</h1>\n", h.say(text.Sayf("%s (%s)", r.Title, r.Assignment)))
	if r.Submission != "" {
		h.line("strong", text.Sayf("Submission: %s", r.Submission))
	}
	points := text.Sayf("%d of %d points", r.Score, r.Max)
	if r.Max > 0 {
		points = text.Sayf("%s, %d %%", points, (100*r.Score+r.Max/2)/r.Max)
	}
	h.line("strong", points)
	h.line("", late(r))
	if r.Interrupted {
		h.line("bad", text.Say("Interrupted before all was checked: the points are a part of what they would have been"))
	}
}

// line is a paragraph; a message without words is none.
func (h *sheetHTML) line(class string, m text.Message) {
	if m.IsZero() {
		return
	}
	if class != "" {
		class = ` class="` + class + `"`
	}
	h.putf("<p%s>%s</p>\n", class, h.say(m))
}

func (h *sheetHTML) heading(m text.Message) { h.putf("<h2>%s</h2>\n", h.say(m)) }

// checks is the table of all checks.
func (h *sheetHTML) checks(r *grade.Result) {
	h.heading(text.Say("Checks"))
	h.putf("<div class=\"table\"><table id=\"checks\">\n<thead><tr><th>%s</th><th class=\"number\">%s</th>"+
		"<th>%s</th><th>%s</th></tr></thead>\n<tbody>\n",
		h.say(text.Say("Status")), h.say(text.Say("Points")), h.say(text.Say("Check")), h.say(text.Say("What it checks")))
	for _, c := range r.Checks {
		about := h.say(c.Title)
		if c.Undone() && !c.Message.IsZero() {
			about += "<br>" + h.say(c.Message)
		}
		id := html.EscapeString(c.ID)
		if told(c) {
			id = fmt.Sprintf(`<a href="#%s">%s</a>`, id, id)
		}
		h.putf("<tr><td>%s</td><td class=\"number\">%d/%d</td><td>%s</td><td>%s</td></tr>\n",
			h.status(c), c.Score, c.Max, id, about)
	}
	h.putf("</tbody></table></div>\n")
}

func (h *sheetHTML) status(c grade.CheckResult) string {
	m := marks[c.Status]
	return fmt.Sprintf(`<span class="%s">%s</span>`, m.class, h.say(m.word))
}

// told reports whether there is more to say of a check than its line.
func told(c grade.CheckResult) bool {
	return !c.Undone() && (len(c.Steps) > 0 || c.Output != "" || !c.Message.IsZero())
}

// details tell what was done, what was wrong, how to go on, and what the program said.
func (h *sheetHTML) details(c grade.CheckResult, command string) {
	if !told(c) {
		return
	}
	h.putf("<section>\n<h3 id=\"%s\">%s: %s</h3>\n", html.EscapeString(c.ID), html.EscapeString(c.ID), h.say(c.Title))
	h.putf("<p>%s, %s%s</p>\n", h.status(c), h.say(text.Sayf("%d of %d points", c.Score, c.Max)), h.took(c))
	h.line("strong", c.Message)
	h.line("", c.Ended)
	if !c.Hint.IsZero() {
		h.line("", text.Sayf("hint: %s", c.Hint))
	}
	if c.Document != "" {
		h.line("dim", result.SourceTitle(c.Document))
	}
	h.block(text.Say("What was done:"), h.steps(c), 0)
	h.block(text.Say("the end of what the program printed:"), grade.Printable([]byte(c.Output)), c.OutputCut)
	if c.Status != grade.Passed && h.Again != "" {
		h.block(text.Say("Run only this check, with its steps told as they are done:"),
			grade.Printable([]byte(replay(h.Again, c, command))), 0)
	}
	h.putf("</section>\n")
}

// took is how long a check took; in a class, where the same submission gives the same page,
// that is not told.
func (h *sheetHTML) took(c grade.CheckResult) string {
	if c.Seconds == 0 {
		return ""
	}
	return ", " + h.say(text.Sayf("%.1f s", c.Seconds))
}

// steps are the transcript of a check, a line each.
func (h *sheetHTML) steps(c grade.CheckResult) string {
	var b strings.Builder
	for i, step := range c.Steps {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, strings.ReplaceAll(h.plain(step), "\n", " "))
	}
	return b.String()
}

// block is the end of a long text, and how many bytes before it are not shown.
func (h *sheetHTML) block(title text.Message, content string, before int64) {
	if content == "" {
		return
	}
	if cut := len(content) - h.share; cut > 0 {
		before += int64(cut)
		content = strings.ToValidUTF8(content[cut:], "")
	}
	h.line("", title)
	if before > 0 {
		h.line("dim", text.Sayf("(%d bytes before that are not shown)", before))
	}
	h.putf("<pre>%s</pre>\n", html.EscapeString(content))
}

func (h *sheetHTML) warnings(r *grade.Result) {
	if len(r.Warnings) == 0 {
		return
	}
	h.heading(text.Say("Notes"))
	h.putf("<ul>\n")
	for _, w := range r.Warnings {
		h.putf("<li>%s</li>\n", h.say(w))
	}
	h.putf("</ul>\n")
}

// environment is what a reader needs to grade the same way again.
func (h *sheetHTML) environment(r *grade.Result) {
	h.heading(text.Say("How it was graded"))
	h.putf("<table id=\"environment\">\n")
	for _, row := range []struct {
		name  text.Message
		value string
	}{
		{text.Say("Lab"), r.Lab},
		{text.Say("System"), h.System},
		{text.Say("Time"), h.time()},
		{text.Say("Seconds"), strings.TrimSuffix(fmt.Sprintf("%.1f", r.Seconds), "0.0")},
		{text.Say("Seed"), fmt.Sprint(r.Seed)},
		{text.Say("Address"), r.Address},
		{text.Say("Command"), text.ShellWords(r.Command...)},
	} {
		if row.value != "" {
			h.putf("<tr><th>%s</th><td>%s</td></tr>\n", h.say(row.name), h.say(text.Quote(row.value)))
		}
	}
	h.putf("</table>\n")
	h.again(r)
}

// time is when it was graded; in a class that is not told.
func (h *sheetHTML) time() string {
	if h.Now.IsZero() {
		return ""
	}
	return h.Now.Format("2006-01-02 15:04:05 -07:00")
}

// again is the command that grades the same way.
func (h *sheetHTML) again(r *grade.Result) {
	if h.Again == "" {
		return
	}
	line := h.Again
	if len(r.Command) > 0 {
		line += " -- " + text.ShellWords(r.Command...)
	}
	again := text.Say("Grade it again:")
	if r.Submission != "" {
		again = text.Say("Grade it again, in the folder of the submission:")
	}
	h.block(again, grade.Printable([]byte(line)), 0)
}
