package predict_test

import (
	"slices"
	"testing"

	"echolab/lab/predict"
	"echolab/lab/words/wordstest"
)

// names stay as they are in every language.
var names = []string{"TCP", "UDP", "TIME-WAIT", "CLOSE-WAIT", "RTT", "%", "count", ""}

// TestKorean finds a translation of every question, choice and unit.
func TestKorean(t *testing.T) {
	keys := wordstest.Keys(t, ".", "Say", "misfit")
	for _, q := range predict.Questions() {
		keys = append(keys, q.Prompt.Format, q.Unit)
		for _, c := range q.Choices {
			keys = append(keys, c.Word)
		}
	}
	wordstest.Complete(t, slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(names, key) }))
}
