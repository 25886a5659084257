package pack

import (
	"io"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"sigs.k8s.io/yaml"
)

// TestWorkflows has a linter read what GitHub reads.
func TestWorkflows(t *testing.T) {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range unpacked(t, "github", options) {
		if !strings.HasSuffix(name, ".yml") {
			continue
		}
		found, err := linter.Lint("<stdin>", []byte(content(t, f)), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range found {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// TestStudentsWorkflow holds the file that students can write to holding nothing
// that a grade depends on: it only calls the teacher's.
func TestStudentsWorkflow(t *testing.T) {
	body := content(t, unpacked(t, "github", options)["student/.github/workflows/autograding.yml"])
	var w struct {
		Jobs map[string]struct {
			Uses  string
			Steps []any
		}
	}
	if err := yaml.Unmarshal([]byte(body), &w); err != nil {
		t.Fatal(err)
	}
	grade := w.Jobs["grade"]
	if grade.Uses != "ORG/course/.github/workflows/grade-echo-tcp.yml@v1" || len(w.Jobs) != 1 || len(grade.Steps) != 0 {
		t.Errorf("jobs = %+v", w.Jobs)
	}
}
