package checks

import (
	"regexp"
	"testing"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// What a Korean sentence may hold besides Korean: what was sent, between
// quotation marks, and the command of a program.
var (
	quoted  = regexp.MustCompile(`"(\\.|[^"\\])*"|'(\\.|[^'\\])*'`)
	command = regexp.MustCompile(`^프로그램을 시작한다: .*`)
	hangul  = regexp.MustCompile(`\p{Hangul}`)
	english = regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,}\b`) // two words of it, one after the other
)

// inKorean reads a result in Korean and looks for what stayed English, also
// inside of sentences.
func inKorean(t *testing.T, r *grade.Result) {
	t.Helper()
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	read := func(check string, text text.Message) {
		if text.IsZero() {
			return
		}
		said := korean.Text(text)
		bare := command.ReplaceAllString(quoted.ReplaceAllString(said, ""), "시작")
		if !hangul.MatchString(bare) || english.MatchString(bare) {
			t.Errorf("%s: not Korean: %s", check, said)
		}
	}
	read("title", r.Title)
	for _, w := range r.Warnings {
		read("warning", w)
	}
	for _, c := range r.Checks {
		for _, text := range append([]text.Message{c.Title, c.Message, c.Ended, c.Hint}, c.Steps...) {
			read(c.ID, text)
		}
	}
}
