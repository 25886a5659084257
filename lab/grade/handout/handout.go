// Package handout writes what students get of an assignment: the task in English
// or Korean, and a starter folder for Go, Python or C.
//
// The texts lie in tasks and starters. What the assignment itself knows, its
// title, the points of its checks and the form of its answers, is not written
// there but filled in, so that a handout never disagrees with a grade. Read
// tasks/echo-tcp.en.md first, then echo-tcp.guide.en.md beside it, then starter.go.
package handout

import (
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
	Title   string
	Points  string // a Markdown table
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
		ID: a.ID, Title: printer.Say(a.Title), Points: pointsTable(a, printer), Program: program(a.Kind),
		Args:    "127.0.0.1 9000",
		Grade:   "lab grade " + a.ID + " -- " + strings.Join(a.DefaultCommand(), " "),
		printer: printer,
	}
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
	own := "tasks/" + a.ID + "."
	names := []string{own + lang, "tasks/common." + lang, "tasks/help." + lang}
	for _, name := range []string{own + "guide." + lang, own + "shown.md"} {
		if _, err := fs.Stat(files, name); err == nil { // a task that calls for none needs none
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
		fmt.Fprintf(&b, "| `%s` | %s | %d |\n", c.ID, strings.ReplaceAll(p.Say(c.Title), "|", `\|`), c.Points)
	}
	fmt.Fprintf(&b, "| | %s | %d |\n", p.Say("together"), a.Max())
	return b.String()
}
