package quiz_test

import (
	"slices"
	"testing"

	"echolab/lab/quiz"
	"echolab/lab/text/texttest"
)

// names stay as they are in every language.
var names = []string{"TCP", "UDP", "TIME-WAIT", "CLOSE-WAIT", "RTT", "%", "count", ""}

// TestKorean finds a translation of every question, choice and unit.
func TestKorean(t *testing.T) {
	keys := texttest.Keys(t, ".", "Say", "misfit")
	for _, q := range quiz.Questions() {
		keys = append(keys, q.Prompt.Format, q.Unit)
		for _, c := range q.Choices {
			keys = append(keys, c.Word)
		}
	}
	texttest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(names, key) }))
}
