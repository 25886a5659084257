package teacher

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// python is the interpreter itself: what lies in PATH may be a slow launcher.
func python(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skipf("python3 does not run here: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// TestGrade grades the example's programs: the right one has all points, the wrong one
// loses those of the checks that name its bugs.
func TestGrade(t *testing.T) {
	a, err := Read(example(t, "reverse-line"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs(filepath.Join(examples, "reverse-line"))
	if err != nil {
		t.Fatal(err)
	}
	run := func(program string, seed uint64) *grade.Result {
		r, err := grade.Run(t.Context(), a, grade.Options{Command: []string{python(t), program, "{host}", "{port}"}, Dir: dir, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for seed := range uint64(3) {
		if r := run("good.py", seed); r.Score != 100 || r.Digest != a.Digest {
			t.Errorf("seed %d: the right program has %d points: %+v", seed, r.Score, r.Checks)
		}
	}
	r := run("bad.py", 1)
	if r.Score != 40 {
		t.Errorf("the wrong program has %d points", r.Score)
	}
	pieces := r.Find("joins-pieces")
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	// How much of the answer is there by then depends on the machine.
	begins, ends := `Client A should have been sent 6 bytes "olleh\n", but `, ". The line came in two pieces."
	if got := pieces.Message.String(); !strings.HasPrefix(got, begins) || !strings.HasSuffix(got, ends) {
		t.Errorf("says %s\nwant %s...%s", got, begins, ends)
	}
	for _, said := range []text.Message{pieces.Title, pieces.Message, pieces.Hint} {
		if got := ko.Text(said); !strings.ContainsFunc(got, func(r rune) bool { return r >= '가' && r <= '힣' }) || strings.Contains(got, "line") {
			t.Errorf("not in Korean: %s", got)
		}
	}
}
