package integration

import (
	"runtime"
	"slices"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/networks/localhost"
	"echolab/lab/quiz"
	"echolab/lab/result"
	"echolab/lab/text"
)

// TestQuizAsksWhatIsMeasured: every question is about a row that its experiment
// has, what was measured is one of the choices, and of the theory it is the one
// that the standards name.
func TestQuizAsksWhatIsMeasured(t *testing.T) {
	t.Parallel()
	for _, e := range registry.All() {
		t.Run(e.ID, func(t *testing.T) {
			if !small[e.ID] {
				takesLong(t)
			}
			t.Parallel()
			found := anywhere(t, e)
			questions := quiz.Questions(e.ID)
			for _, q := range quiz.Theory() {
				if q.Experiment == e.ID {
					questions = append(questions, q)
				}
			}
			sheet := quiz.Score(questions, nil, &result.Report{Experiments: []*result.Result{found}})
			for i, m := range sheet.Marks {
				q := questions[i]
				switch {
				case m.Result == quiz.Unmeasured:
					t.Errorf("%s asks about %s.%s, which was not measured", m.Key, q.Experiment, q.Measurement)
				case q.Choices != nil && m.Answer == "":
					t.Errorf("%s: %v is none of the choices %v", m.Key, m.Measured, m.Choices)
				case q.ID != "" && m.Answer != q.Choices[q.Right].Word:
					t.Errorf("%s: measured %q, the standards say %q", m.Key, m.Answer, q.Choices[q.Right].Word)
				}
				wantSaid(t, m, found)
			}
		})
	}
}

// anywhere is what an experiment measures on the machine, or else on this system.
func anywhere(t *testing.T, e experiments.Experiment) *result.Result {
	t.Helper()
	if e.FitsOn(machine.Driver()) == nil {
		return asItIs(e.ID).result(t)
	}
	if runtime.GOOS != "linux" {
		t.Skip("not every system tells all rows of " + e.ID)
	}
	o := result.Options{Messages: 20, Size: usualSize, Seed: 1, Quick: true}
	found, err := labtest.Measure(t.Context(), localhost.Localhost, e, o, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// neverSeen are wrong choices that experiments would say only of a system that
// does not keep to the standards.
var neverSeen = []text.Phrase{"CLOSE-WAIT", "served"}

// wantSaid wants the choices of a question that is answered in words among the
// words of the experiment.
func wantSaid(t *testing.T, m quiz.Mark, found *result.Result) {
	t.Helper()
	var said []text.Phrase
	for _, row := range found.Measurements {
		for _, values := range []map[string]result.Value{row.Values, row.Expected} {
			for _, v := range values {
				said = append(said, v.Word)
			}
		}
	}
	for _, v := range m.Measured {
		if v.Word == "" || v.Word != m.Answer {
			return // a number, or what the system said
		}
	}
	for _, word := range m.Choices {
		if len(m.Measured) > 0 && !slices.Contains(append(said, neverSeen...), word) {
			t.Errorf("%s offers %q, and %s says only %q", m.Key, word, found.ID, said)
		}
	}
}
