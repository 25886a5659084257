package checks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"echolab/lab/grade"
	"echolab/lab/quiz"
	"echolab/lab/text"
)

func answersFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "answers.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gradeAnswers(t *testing.T, path string) *grade.Result {
	t.Helper()
	a, _ := Find("theory")
	r, err := grade.Run(t.Context(), a, grade.Options{Command: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheory(t *testing.T) {
	template := quiz.Form(text.Printer{})
	empty := gradeAnswers(t, answersFile(t, template))
	if empty.Score != 0 || len(failing(empty)) != 7 {
		t.Errorf("the empty template has %d points", empty.Score)
	}
	filled := template
	for _, q := range quiz.Theory() {
		filled = strings.Replace(filled, q.ID+" =", q.ID+" = "+string(rune('a'+q.Right)), 1)
	}
	if r := gradeAnswers(t, answersFile(t, filled)); r.Score != r.Max {
		explain(t, r)
		t.Errorf("all right answers have %d of %d points", r.Score, r.Max)
	}
	wrong := gradeAnswers(t, answersFile(t, strings.Replace(filled, "q4 = c", "q4 = d", 1)))
	wantFailing(t, wrong, "q4")
	c := wrong.Find("q4")
	if m := c.Message.String(); !strings.Contains(m, "accept") || !strings.Contains(m, "the kernel shakes hands") {
		t.Errorf("message = %q, want the answer and the reason", m)
	}
	if !strings.Contains(c.Hint.String(), "lab compare backlog") {
		t.Errorf("hint = %q, want the experiment that shows the answer", c.Hint)
	}
	unfit := gradeAnswers(t, answersFile(t, "q1 = 28\nq2 = x\nno answer"))
	if m := unfit.Find("q1").Message.String(); unfit.Score != 0 || !strings.Contains(m, `"28" is none of the letters a, b, c, d`) {
		t.Errorf("answers that are no letters have %d points, message %q", unfit.Score, m)
	}
	if r := gradeAnswers(t, filepath.Join(t.TempDir(), "none")); r.Score != 0 || r.Count(grade.Failed) != 7 {
		t.Errorf("a missing file: %d points", r.Score)
	}
}
