//go:build !wasip1

package main

import (
	"regexp"
	"testing"

	"echolab/lab/grade/checks"
	"echolab/lab/grade/handout"
	"echolab/lab/text"
)

// inHandouts finds the commands of a handout: in backquotes, and where a line or
// a column begins. What the shell reads itself (pipes, redirections, quotes,
// comments) is left out.
var inHandouts = regexp.MustCompile("(?m)(?:`lab ([^`|<>&\"'#$]+)|(?:^|\\$ )lab ([^`|<>&\"'#$│\n]+))")

// TestHandoutCommandsParse holds every command of the lab that a handout names
// against the program, in each language.
func TestHandoutCommandsParse(t *testing.T) {
	for _, a := range checks.All() {
		for _, lang := range text.Languages() {
			found := inHandouts.FindAllStringSubmatch(handoutOf(t, a.ID, lang), -1)
			if len(found) < 3 {
				t.Errorf("%s/%s: %d commands found: the pattern no longer fits the text", a.ID, lang, len(found))
			}
			for _, m := range found {
				if err := parses(m[1] + m[2]); err != nil {
					t.Errorf("%s/%s shows: lab %s\n%v", a.ID, lang, m[1]+m[2], err)
				}
			}
		}
	}
}

// handoutOf is the handout of an assignment.
func handoutOf(t *testing.T, id, lang string) string {
	t.Helper()
	a, ok := checks.Find(id)
	if !ok {
		t.Fatalf("no assignment %s", id)
	}
	words, err := text.For(lang)
	if err != nil {
		t.Fatal(err)
	}
	task, err := handout.Task(a, words)
	if err != nil {
		t.Fatal(err)
	}
	return task
}
