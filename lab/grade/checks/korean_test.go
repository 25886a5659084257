package checks

import (
	"slices"
	"testing"

	"echolab/lab/words/wordstest"
)

// names are answers that stay as they are in every language: numbers and
// functions.
var names = []string{"8", "20", "28", "40", "socket", "bind", "listen", "accept"}

// TestKorean finds a translation of every sentence that a check says, and of
// what assignments and questions are called.
func TestKorean(t *testing.T) {
	keys := slices.Concat(
		wordstest.Keys(t, ".", "Say", "Fail", "Step", "tell"),
		wordstest.Arguments(t, ".", 1, "repeat"),
		[]string{"sender", "receiver"},
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
	wordstest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(names, key) }))
}
