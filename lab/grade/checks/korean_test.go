package checks

import (
	"regexp"
	"slices"
	"testing"

	"echolab/lab/grade"
	"echolab/lab/text"
	"echolab/lab/text/texttest"
)

// names are answers that stay as they are in every language: numbers and
// functions.
var names = []string{"8", "20", "28", "40", "socket", "bind", "listen", "accept"}

// TestKorean finds a translation of every sentence that a check says, and of
// what assignments and questions are called.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		texttest.Keys(t, ".", "Say", "Fail", "Step", "tell"),
		texttest.Arguments(t, ".", 1, "repeat"),
		[]string{"sender", "receiver", "loss %s", "delay %s", "reorder %s", "duplicate %s"},
	)
	for _, a := range All() {
		keys = append(keys, a.Title)
		for _, c := range a.Checks {
			keys = append(keys, c.Title, c.Hint)
		}
	}
	for _, q := range Questions() {
		keys = append(keys, q.Ask, q.because)
		keys = append(keys, q.Choices...)
	}
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(names, key) }))
}

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
