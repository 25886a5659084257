package quiz_test

import (
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments/registry"
	"echolab/lab/quiz"
)

// TestQuestionsAreAboutRows: every experiment is asked about, and every
// question about a row that an experiment has.
func TestQuestionsAreAboutRows(t *testing.T) {
	var asked []string
	keys := map[string]bool{}
	for _, q := range quiz.Questions() {
		if keys[q.Key()] {
			t.Errorf("%s is asked twice", q.Key())
		}
		if !strings.HasSuffix(q.Prompt.String(), "?") {
			t.Errorf("%s: %q is no question", q.Key(), q.Prompt)
		}
		if (q.Unit == "") == (q.Choices == nil) {
			t.Errorf("%s asks for a number and a choice, or for neither", q.Key())
		}
		keys[q.Key()] = true
		asked = append(asked, q.Experiment)
	}
	var ids []string
	for _, e := range registry.All() {
		ids = append(ids, e.ID)
	}
	if got := slices.Compact(asked); !slices.Equal(got, ids) {
		t.Errorf("asked about %v\nin the table stand %v", got, ids)
	}
}

// TestAllAreDefined: under an experiment's own conditions every question has an
// answer.
func TestAllAreDefined(t *testing.T) {
	for _, e := range registry.All() {
		for _, q := range quiz.Questions(e.ID) {
			if !q.Defined(e.Conditions.Words()) {
				t.Errorf("%s has no answer under the conditions of %s", q.Key(), e.ID)
			}
		}
	}
}
