package quiz_test

import (
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments/registry"
	"echolab/lab/quiz"
	"echolab/lab/text/texttest"
)

// TestQuestionsAreAboutRows: every experiment is asked about, and every
// question about a row that an experiment has.
func TestQuestionsAreAboutRows(t *testing.T) {
	rows := texttest.Keys(t, "../experiments", "Row")
	var asked []string
	keys := map[string]bool{}
	for _, q := range quiz.Questions() {
		if !slices.Contains(rows, q.Measurement) {
			t.Errorf("%s asks about a row that no experiment has", q.Key())
		}
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

// TestChoicesAreOutcomes: of the words to choose from, those that are right
// somewhere are words that the experiments say.
func TestChoicesAreOutcomes(t *testing.T) {
	said := map[string][]string{
		"refusal.outcome":             texttest.Fields(t, "../experiments", "refusedAtOnce", "toldLate", "neverTold"),
		"refusal.outcome_unconnected": texttest.Fields(t, "../experiments", "refusedAtOnce", "toldLate", "neverTold"),
		"refusal.first_message":       texttest.Fields(t, "../experiments", "isSent", "notSent"),
		"size.beyond":                 texttest.Fields(t, "../experiments", "worksToo", "messageTooLong"),
		"programs.sixth_client":       texttest.Fields(t, "../experiments", "servedToo", "findsNobody"),
		"close.waits_after":           append(texttest.Fields(t, "../experiments", "inTimeWait", "inNothing"), "CLOSE-WAIT"),
	}
	asked := map[string]bool{}
	for _, q := range quiz.Questions() {
		row := q.Experiment + "." + q.Measurement
		words, ok := said[row]
		if !ok {
			continue
		}
		asked[row] = true
		var choices []string
		for _, c := range q.Choices {
			choices = append(choices, c.Word)
		}
		if slices.Sort(choices); !slices.Equal(choices, slices.Sorted(slices.Values(words))) {
			t.Errorf("%s offers %q, the experiment says %q", row, choices, words)
		}
	}
	if len(asked) != len(said) {
		t.Errorf("asked about %v only", asked)
	}
}
