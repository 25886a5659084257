package assignments

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"

	"echolab/lab/text"
)

// Facts are what the grader knows and a handout repeats.
type Facts struct {
	Checks    []Check // of the assignment, in their order, in the language of the handout
	Questions string  // of theory: the file of answers to fill in, ending in a line end
	// Say translates the comments of a starter, which are keys of the
	// catalogue; nil leaves them English.
	Say func(text.Phrase) string
}

// Check is a line of the table of points.
type Check struct {
	ID     string
	Title  string // what the program must do
	Points int
}

// page is what the templates of handouts and starters are filled with.
type page struct {
	ID        string
	Title     string
	Points    string // a Markdown table
	Questions string
	Program   string   // name of the starter's program, without an extension
	Source    string   // file to work in
	Steps     []string // TODO lines
	Start     string   // shell command that starts the starter by hand
	Grade     string   // shell command that grades it
	say       func(text.Phrase) string
}

// Say is a comment in the language of the page; templates call it.
func (p page) Say(english string) string { return p.say(text.Phrase(english)) }

// Handout is the text of an assignment in a language of Languages, in
// Markdown. An unknown id or language is fs.ErrNotExist.
func Handout(id, lang string, facts Facts) (string, error) {
	e, err := find(id)
	if err != nil {
		return "", err
	}
	if err := knownLanguage(lang); err != nil {
		return "", err
	}
	p := e.page(lang, facts)
	p.Points = pointsTable(facts.Checks, lang)
	text, err := fill(p, e.handout(lang), path.Join("handouts", "common."+lang+".md"))
	return strings.TrimRight(text, "\n") + "\n", err
}

func knownLanguage(lang string) error {
	if !slices.Contains(Languages(), lang) {
		return fmt.Errorf("handouts in language %q: %w", lang, fs.ErrNotExist)
	}
	return nil
}

// page is what handout and starter have in common.
func (e entry) page(lang string, facts Facts) page {
	p := page{
		ID: e.id, Title: e.title(lang), Questions: facts.Questions, Program: e.kind.program(),
		Start: "./run 127.0.0.1 9000", Grade: "lab grade " + e.id + " -- ./run {host} {port}",
	}
	p.say = facts.Say
	if p.say == nil {
		p.say = func(english text.Phrase) string { return string(english) }
	}
	for _, step := range e.steps {
		p.Steps = append(p.Steps, p.say(step))
	}
	switch e.kind {
	case transfer:
		p.Start = "./run receiver 127.0.0.1 9000"
		p.Grade = "lab grade " + e.id + " -- ./run {role} {host} {port}"
	case answers:
		p.Grade = "lab grade " + e.id + " -- answers.txt"
	}
	return p
}

// fill fills the first of the embedded templates; the others hold what it
// calls.
func fill(p page, names ...string) (string, error) {
	t, err := template.ParseFS(files, names...)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", names[0], err)
	}
	var b strings.Builder
	err = t.Execute(&b, p)
	return b.String(), err
}

// pointsTable is the table of points with its sum.
func pointsTable(checks []Check, lang string) string {
	heads := map[string][4]string{
		"en": {"check", "the program", "points", "together"},
		"ko": {"검사", "확인하는 내용", "배점", "합계"},
	}[lang]
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | %s | %s |\n|---|---|--:|\n", heads[0], heads[1], heads[2])
	sum := 0
	for _, c := range checks {
		fmt.Fprintf(&b, "| `%s` | %s | %d |\n", c.ID, strings.ReplaceAll(c.Title, "|", `\|`), c.Points)
		sum += c.Points
	}
	fmt.Fprintf(&b, "| | %s | %d |\n", heads[3], sum)
	return b.String()
}
