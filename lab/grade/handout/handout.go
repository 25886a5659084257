// Package handout writes what students get of an assignment: the task in English
// or Korean, and a starter folder for Go, Python or C.
//
// The texts lie in tasks and starters. What the assignment itself knows, its
// title, the points of its checks and the form of its answers, is not written
// there but filled in, so that a handout never disagrees with a grade. Read
// tasks/echo-tcp.en.md first, then echo-tcp.guide.en.md beside it, then starter.go.
package handout

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"echolab/lab/grade"
	"echolab/lab/text"
)

//go:embed tasks starters
var files embed.FS

// page is what the templates of tasks and starters are filled with.
type page struct {
	ID      string
	Named   string // what commands call it: its id, or the file that it is in
	Title   string
	Points  string // a Markdown table
	Task    string // of an assignment that a teacher has written, with its task
	Form    string // of theory: the file of answers to fill in, ending in a line end
	Program string // name of the starter's program, without an extension
	Source  string // file to work in
	Todo    []string
	Args    string // what the program is given by hand
	Start   string // shell command that starts the starter by hand
	Grade   string // shell command that grades it
	printer text.Printer
}

// Say is a comment in the language of the page; templates call it.
func (p page) Say(english string) string { return p.printer.Say(text.Phrase(english)) }

// newPage is what task and starter have in common.
func newPage(a grade.Assignment, printer text.Printer) page {
	p := page{
		ID: a.ID, Named: a.ID, Title: printer.Text(a.Heading()), Points: pointsTable(a, printer) + deadline(a, printer),
		Task: strings.TrimSpace(printer.Text(a.Own.Say(a.Task))), Program: program(a.Kind),
		Args:    "127.0.0.1 9000",
		printer: printer,
	}
	if a.File != nil {
		p.Named = AssignmentFile
	}
	p.Grade = "lab grade " + p.Named + " -- " + strings.Join(a.DefaultCommand(), " ")
	if a.Kind == grade.Pair {
		p.Args = "receiver " + p.Args
	}
	p.Start = "./run " + p.Args
	if a.Form != nil {
		p.Form = a.Form(printer)
	}
	for _, line := range a.Todo {
		p.Todo = append(p.Todo, printer.Say(line))
	}
	return p
}

// Task is the text of an assignment in the printer's language, in Markdown. It
// has the parts of an assignment's own in three files: the task, a guide to it, and
// what the guide shows of terminals and packets, which is the same in every
// language.
func Task(a grade.Assignment, printer text.Printer) (string, error) {
	lang := printer.Lang() + ".md"
	own := "tasks/" + cmp.Or(a.Base, a.ID) + "."
	names := []string{own + lang, "tasks/common." + lang, "tasks/help." + lang}
	if a.Task != "" {
		names[0] = "tasks/own." + lang
	}
	for _, name := range []string{own + "guide." + lang, own + "shown.md"} {
		if _, err := fs.Stat(files, name); err == nil && a.Task == "" { // a task that calls for none needs none
			names = append(names, name)
		}
	}
	task, err := newPage(a, printer).fill(names...)
	return strings.TrimRight(task, "\n") + "\n", err
}

// fill fills the first of the embedded templates; the others hold what it
// calls.
func (p page) fill(names ...string) (string, error) {
	t, err := template.ParseFS(files, names...)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path.Base(names[0]), err)
	}
	var b strings.Builder
	err = t.Execute(&b, p)
	return b.String(), err
}

// pointsTable is the table of points with its sum.
func pointsTable(a grade.Assignment, p text.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s |\n|---|---|--:|\n", p.Say("check"), p.Say("the program"), p.Say("points"))
	for _, c := range a.Checks {
		row(&b, "`"+c.ID+"`", told(c, p), c.Points)
	}
	together := a.Max()
	if n := a.Unseen; n.Checks > 0 {
		together += n.Points
		row(&b, "", p.Sayf("checks that are not shown: %d", n.Checks), n.Points)
	}
	row(&b, "", p.Say("together"), together)
	return b.String()
}

func row(b *strings.Builder, id, what string, points int) {
	fmt.Fprintf(b, "| %s | %s | %d |\n", id, strings.ReplaceAll(what, "|", `\|`), points)
}

// told is what a check asks for, and for teachers, who sees it.
func told(c grade.Check, p text.Printer) string {
	switch c.Visibility {
	case grade.Hidden:
		return p.Sayf("%s (hidden)", c.Heading())
	case grade.AfterDue:
		return p.Sayf("%s (hidden until it is due)", c.Heading())
	}
	return p.Text(c.Heading())
}

// deadline says when the assignment is due and what lateness costs, if it is due at all.
func deadline(a grade.Assignment, p text.Printer) string {
	if a.Policy.Due.IsZero() {
		return ""
	}
	said := []string{p.Sayf("Due: %s.", a.Policy.Due.Format("2006-01-02 15:04 -07:00"))}
	l := a.Policy.Late
	if l.PerDay > 0 {
		said = append(said, p.Sayf("Each day that has begun after that costs %d %% of the points reached.", l.PerDay))
	}
	if l.AtMost > 0 {
		said = append(said, p.Sayf("What comes more than %s later counts nothing.", grade.Span(l.AtMost)))
	}
	if l.Grace > 0 {
		said = append(said, p.Sayf("A delay of %s is forgiven.", grade.Span(l.Grace)))
	}
	return "\n" + strings.Join(said, " ") + "\n"
}

// AssignmentFile is the name of a teacher's file in the folder that students start from.
const AssignmentFile = "assignment.yaml"
