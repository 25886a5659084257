package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/result"
	"echolab/lab/text"
)

// marks are the statuses as words, their colours, and their classes in a web page.
var marks = map[grade.Status]struct {
	word   text.Message
	colour text.Style
	class  string
}{
	grade.Passed:  {text.Say("passed"), text.Green, "good"},
	grade.Failed:  {text.Say("failed"), text.Red, "bad"},
	grade.Errored: {text.Say("error"), text.Magenta, "bad"},
	grade.Skipped: {text.Say("skipped"), text.Yellow, "open"},
	grade.Unknown: {text.Say("unknown"), text.Yellow, "open"},
}

// table is the form for people: a line for each check, and then the steps of
// each that failed.
func table(w io.Writer, r *grade.Result, o Options) error {
	b := bufio.NewWriter(w)
	t := &sheet{b, o}
	t.line(0, text.Sayf("%s (%s): %d of %d points", r.Title, r.Assignment, r.Score, r.Max))
	if r.Late != nil {
		t.line(0, late(r))
	}
	t.intake(r.Intake)
	t.blank()
	t.checks(r)
	for _, c := range wrong(r) {
		t.blank()
		t.failure(c)
	}
	if len(r.Warnings) > 0 {
		t.blank()
	}
	for _, warning := range r.Warnings {
		t.line(0, text.Sayf("note: %s", warning))
	}
	return b.Flush()
}

// intake is what was done to a submission before it was graded.
func (t *sheet) intake(in *grade.Intake) {
	if in == nil {
		return
	}
	if in.Status != "" {
		t.line(0, intakes[in.Status])
	}
	for _, m := range in.Notes {
		t.line(2, m)
	}
	if in.Log != "" {
		t.line(2, text.Say("the end of what building it printed:"))
		t.lastLines(in.Log)
	}
}

// sheet is the paper that a table is written on.
type sheet struct {
	*bufio.Writer
	Options
}

// putf writes; Flush reports what goes wrong.
func (t *sheet) putf(format string, args ...any) { _, _ = fmt.Fprintf(t, format, args...) }

func (t *sheet) blank() { t.putf("\n") }

// line writes a sentence, wrapped, with every line indented.
func (t *sheet) line(indent int, s text.Message) {
	t.beside(strings.Repeat(" ", indent), indent, t.Words.Text(s))
}

// beside writes a head of so many columns, and a text that is wrapped beside it.
func (t *sheet) beside(head string, columns int, s string) {
	for _, l := range text.Wrap(s, max(t.Width-columns, 20)) {
		t.putf("%s%s\n", head, l)
		head = strings.Repeat(" ", columns)
	}
}

// checks is the list: status, points, id, title.
func (t *sheet) checks(r *grade.Result) {
	mark, id := 0, 0
	for _, c := range r.Checks {
		mark = max(mark, text.Width(t.Words.Text(marks[c.Status].word)))
		id = max(id, len(c.ID))
	}
	const points = len("100/100")
	indent := 2 + mark + 2 + points + 2 + id + 2
	for _, c := range r.Checks {
		word := text.Pad(t.Words.Text(marks[c.Status].word), mark)
		score := fmt.Sprintf("%d/%d", c.Score, c.Max)
		about := c.Title
		if c.Undone() {
			about = c.Message // the reason
		}
		head := fmt.Sprintf("  %s  %*s  %-*s  ", marks[c.Status].colour.Paint(word, t.Colour), points, score, id, c.ID)
		t.beside(head, indent, t.Words.Text(about))
	}
}

// failure tells what went wrong: the steps, what should have been, a hint.
func (t *sheet) failure(c grade.CheckResult) {
	heading := c.ID
	if c.Document != "" {
		heading = t.Words.Sayf("%s (%s)", c.ID, result.SourceTitle(c.Document))
	}
	for _, l := range text.Wrap(heading, t.Width) {
		t.putf("%s\n", text.Bold.Paint(l, t.Colour))
	}
	for i, step := range c.Steps {
		t.beside(fmt.Sprintf("%4d. ", i+1), len("   1. "), t.Words.Text(step))
	}
	t.verdict(c)
}

// verdict is what came of a check, without the steps.
func (t *sheet) verdict(c grade.CheckResult) {
	if !c.Message.IsZero() {
		t.line(2, c.Message)
	}
	if !c.Ended.IsZero() {
		t.line(2, c.Ended)
	}
	if !c.Hint.IsZero() {
		t.line(2, text.Sayf("hint: %s", c.Hint))
	}
	if c.Output != "" {
		t.line(2, text.Say("the end of what the program printed:"))
		t.lastLines(c.Output)
	}
}

// lastLines are the end of what a program printed.
func (t *sheet) lastLines(output string) {
	lines := strings.Split(strings.TrimRight(output, "\n"), "\n")
	for _, l := range lines[max(0, len(lines)-outputLines):] {
		t.putf("  | %s\n", l)
	}
}

// outputLines is how many lines of a program's output a table shows.
const outputLines = 12
