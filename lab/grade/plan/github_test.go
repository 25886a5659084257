package plan

import (
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"sigs.k8s.io/yaml"
)

func lint(t *testing.T, body []byte) {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.Lint("<stdin>", body, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		t.Errorf("%v\n%s", e, body)
	}
}

type parsedJob struct {
	Needs    string
	Minutes  int `json:"timeout-minutes"`
	Strategy struct{ Matrix struct{ Shard []int } }
	Steps    []struct{ Name, Run string }
}

// parsed are the jobs of the workflow.
func parsed(t *testing.T, o Options) map[string]parsedJob {
	t.Helper()
	var w struct{ Jobs map[string]parsedJob }
	if err := yaml.Unmarshal(written(t, "github", o), &w); err != nil {
		t.Fatal(err)
	}
	return w.Jobs
}

func TestGitHub(t *testing.T) {
	o := options()
	fetched := o
	fetched.URL = "https://example.org/it's lab"
	for name, o := range map[string]Options{"in the repository": o, "fetched": fetched} {
		t.Run(name, func(t *testing.T) { lint(t, written(t, "github", o)) })
	}
	jobs := parsed(t, o)
	grade, merge := jobs["grade"], jobs["merge"]
	if !slices.Equal(grade.Strategy.Matrix.Shard, []int{1, 2, 3, 4, 5, 6}) || grade.Minutes != 90 || merge.Needs != "grade" {
		t.Errorf("jobs = %+v", jobs)
	}
}

// TestGitHubRuns runs the scripts of the job that grades as a runner does, with
// the expressions put in.
func TestGitHubRuns(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *bench)
		status int
		starts int
	}{
		"as planned":      {func(*bench) {}, 0, 1},
		"another grader":  {func(b *bench) { b.options.Sum = strings.Repeat("0", 64) }, wrongGrader, 0},
		"no grader there": {func(b *bench) { b.options.Binary = "no such file" }, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.options.Binary = filepath.Base(b.options.Binary) // the folder is the repository
			c.change(b)
			status, said := b.run(t, gradeScript(t, b.options), []string{"LAB_SHARD=3/6"})
			if calls := b.calls(t); status != c.status || len(calls) != c.starts {
				t.Fatalf("status %d after %d starts, want %d after %d\n%s", status, len(calls), c.status, c.starts, said)
			}
			for _, call := range b.calls(t) {
				if want := graded(b.options, "--shard=3/6"); !slices.Equal(call, want) {
					t.Errorf("words = %q\nwant    %q", call, want)
				}
			}
		})
	}
}

// gradeScript is the check of the grader and the grading, one behind the other.
func gradeScript(t *testing.T, o Options) string {
	t.Helper()
	all := ""
	for _, s := range parsed(t, o)["grade"].Steps {
		if s.Name == "Check the grader" || s.Name == "Grade" {
			all += strings.ReplaceAll(s.Run, "${{ '${{' }}", "${{")
		}
	}
	return all
}
