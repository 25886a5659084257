package checks

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"echolab/lab/grade"
	"echolab/lab/grade/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	goleak.VerifyTestMain(m)
}

// gradeProgram grades a command that runs in dir.
func gradeProgram(t *testing.T, assignment, dir string, command ...string) *grade.Result {
	t.Helper()
	a, ok := Find(assignment)
	if !ok {
		t.Fatalf("no assignment %q", assignment)
	}
	return gradeWith(t, a, dir, command...)
}

func gradeWith(t *testing.T, a grade.Assignment, dir string, command ...string) *grade.Result {
	t.Helper()
	r, err := grade.Run(t.Context(), a, grade.Options{Command: command, Dir: dir, Seed: 1, Timeout: 4 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// failing lists the checks that were done and not passed.
func failing(r *grade.Result) []string {
	var ids []string
	for _, c := range r.Checks {
		if c.Status == grade.Failed || c.Status == grade.Errored {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// explain logs a result in full.
func explain(t *testing.T, r *grade.Result) {
	t.Helper()
	t.Logf("%s: %d of %d points, %.1f s", r.Assignment, r.Score, r.Max, r.Seconds)
	for _, c := range r.Checks {
		t.Logf("%-8s %2d/%2d %-26s %.2fs %s", c.Status, c.Score, c.Max, c.ID, c.Seconds, c.Message)
		if c.Status != grade.Failed && c.Status != grade.Errored {
			continue
		}
		for i, s := range c.Steps {
			t.Logf("      %d. %s", i+1, s)
		}
		t.Logf("   ended %q output %q", c.Ended.String(), c.Output)
	}
}

// TestTables holds the assignments to their rules.
func TestTables(t *testing.T) {
	for _, a := range All() {
		seen := map[string]bool{}
		if a.Title == "" || a.Max() != 100 {
			t.Errorf("%s: title %q, %d points, want 100", a.ID, a.Title, a.Max())
		}
		for _, c := range a.Checks {
			if seen[c.ID] || c.Title == "" || c.Hint == "" || c.Document == "" || c.Points <= 0 || c.Run == nil {
				t.Errorf("%s/%s: named twice, or something is missing", a.ID, c.ID)
			}
			for _, id := range c.Needs {
				if !seen[id] {
					t.Errorf("%s/%s needs %s, which does not come before it", a.ID, c.ID, id)
				}
			}
			seen[c.ID] = true
		}
	}
}

func TestTry(t *testing.T) {
	args := strings.Fields(os.Getenv("TRY"))
	if len(args) == 0 {
		t.Skip("set TRY to an assignment and a command")
	}
	dir, _ := filepath.Abs(".")
	explain(t, gradeProgram(t, args[0], dir, args[1:]...))
}

// TestEndedClient wants no wait for the datagrams of a client that has ended.
func TestEndedClient(t *testing.T) {
	if _, err := exec.LookPath("false"); err != nil {
		t.Skip(err)
	}
	a, _ := Find("client-udp")
	a.Checks = a.Checks[:1]
	r := gradeWith(t, a, "", "false")
	if m := r.Checks[0].Message.String(); !strings.Contains(m, "it ended without") {
		t.Errorf("message = %q, want that the program ended", m)
	}
}
