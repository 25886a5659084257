package pack

import (
	"archive/zip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestGradescopeRoot grades submissions as Gradescope does: in a root that holds
// nothing but a shell, the package and the submission.
func TestGradescopeRoot(t *testing.T) {
	r := newRoot(t)
	buildStatic(t, "../../../testdata/programs/echo-tcp/go/good.go", filepath.Join(r.dir, "autograder/submission/run"))
	if result := r.grade(t, options); result.Score != 100 {
		t.Errorf("score = %d, want 100:\n%s", result.Score, result.body)
	}
}

// TestGradescopeSpy grades a program that looks into all that it can find: the
// secret must not be there.
func TestGradescopeSpy(t *testing.T) {
	r := newRoot(t)
	o := options
	o.Secret = []byte(rand.Text()) // no other process of this machine has it in its words
	spy := `#!/bin/sh
for file in /autograder/* /autograder/source/* /proc/*/environ /proc/*/cmdline /proc/*/fd/*; do
	[ -f "$file" ] || continue
	while read -r line; do
		case $line in *` + string(o.Secret[:10]) + `*) echo "$file: $line" ;; esac
	done <"$file"
done
echo looked around
`
	if err := os.WriteFile(filepath.Join(r.dir, "autograder/submission/run"), []byte(spy), 0o755); err != nil {
		t.Fatal(err)
	}
	result := r.grade(t, o)
	if !strings.Contains(result.body, "looked around") {
		t.Errorf("the result does not show what the program printed:\n%s", result.body)
	}
	if strings.Contains(result.body, string(o.Secret)) {
		t.Errorf("the program found the secret:\n%s", result.body)
	}
	if _, err := os.Stat(filepath.Join(r.dir, "autograder/source/secret")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the grading, the secret: %v", err)
	}
}

// TestGradescopeOwnFile grades with a teacher's file, which says what a day of
// lateness costs, and which the program does not find either.
func TestGradescopeOwnFile(t *testing.T) {
	r := newRoot(t)
	o := options
	marker := rand.Text()
	o.Assignment, o.Dated = "own", true
	o.File = []byte("schema: lab.assignment/1\nid: own\ntitle: Own # " + marker + "\nbased-on: hello-tcp\nlanguage: en\n" +
		"due: 2026-12-10T00:00:00Z\nlate: {per-day: 10%}\nchecks:\n  - {use: port-bound, points: 100}\n")
	spy := "#!/bin/sh\nfor file in /autograder/source/*; do\n\twhile read -r line; do\n" +
		"\t\tcase $line in *" + marker[:10] + "*) echo \"$line\" ;; esac\n\tdone <\"$file\"\ndone\necho looked around\n"
	for name, body := range map[string]string{
		"submission/run":           spy,
		"submission_metadata.json": `{"id": 1, "created_at": "2026-12-11T12:00:00Z", "assignment": {"due_date": "2026-12-10T00:00:00Z"}}`,
	} {
		if err := os.WriteFile(filepath.Join(r.dir, "autograder", name), []byte(body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	result := r.grade(t, o)
	if !strings.Contains(result.body, "looked around") || !strings.Contains(result.body, `"assignment": "own"`) {
		t.Errorf("it was not graded with the file:\n%s", result.body)
	}
	if strings.Contains(result.body, marker) {
		t.Errorf("the program found the file:\n%s", result.body)
	}
}

// TestGradescopeWithoutSecret finds the machine without what the package came
// with: there is a result all the same, and it does not blame the student.
func TestGradescopeWithoutSecret(t *testing.T) {
	r := newRoot(t)
	o := options
	o.Binary = filepath.Join(r.dir, "lab")
	unpackInto(t, filepath.Join(r.dir, "autograder"), o)
	if err := os.Remove(filepath.Join(r.dir, "autograder/source/secret")); err != nil {
		t.Fatal(err)
	}
	if result := r.run(t); !strings.Contains(result.body, excuses["ko"]) || result.Score != 0 {
		t.Errorf("result = %s", result.body)
	}
}

// root is the machine that Gradescope makes for a submission.
type root struct{ dir string }

// result is what is read of results.json.
type result struct {
	Score int
	body  string
}

func newRoot(t *testing.T) root {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the program")
	}
	if os.Getuid() != 0 {
		t.Skip("another root needs root")
	}
	r := root{t.TempDir()}
	for _, dir := range []string{"bin", "tmp", "proc", "dev", "autograder/source", "autograder/submission", "autograder/results"} {
		if err := os.MkdirAll(filepath.Join(r.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"sh", "mkdir", "chmod", "rm"} {
		copyTool(t, name, r.dir)
	}
	for name, body := range map[string]string{"dev/null": "", "autograder/submission_metadata.json": `{"id": 12345}`} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(body), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	buildStatic(t, "../../../cmd/lab", filepath.Join(r.dir, "lab"))
	if err := Check(filepath.Join(r.dir, "lab")); err != nil {
		t.Error(err)
	}
	mountProc(t, r.dir)
	return r
}

// grade unpacks the package, and grades the submission.
func (r root) grade(t *testing.T, o Options) result {
	t.Helper()
	o.Command, o.Binary = []string{"./run", "{host}", "{port}"}, filepath.Join(r.dir, "lab")
	unpackInto(t, filepath.Join(r.dir, "autograder"), o)
	return r.run(t)
}

// run does what Gradescope does once, and for each submission.
func (r root) run(t *testing.T) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", "/bin/sh /autograder/source/setup.sh && /autograder/run_autograder")
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: r.dir}
	cmd.Dir, cmd.Env = "/autograder", []string{"PATH=/bin"}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run_autograder: %v\n%s", err, out)
	}
	body, err := os.ReadFile(filepath.Join(r.dir, "autograder/results/results.json"))
	if err != nil {
		t.Fatal(err)
	}
	graded := result{body: string(body)}
	if err := json.Unmarshal(body, &graded); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return graded
}

// mountProc gives the root the list of processes that every container has.
func mountProc(t *testing.T, root string) {
	t.Helper()
	proc := filepath.Join(root, "proc")
	if err := syscall.Mount("proc", proc, "proc", 0, ""); err != nil {
		t.Skipf("mount proc: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(proc, 0); err != nil {
			t.Error(err)
		}
	})
}

func buildStatic(t *testing.T, source, out string) {
	t.Helper()
	// As make build does it, which shares the work.
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=amd64")
	if message, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", source, err, message)
	}
}

// copyTool copies a program and the libraries that it needs.
func copyTool(t *testing.T, name, root string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no %s here", name)
	}
	copyFile(t, path, filepath.Join(root, "bin", name))
	list, err := exec.Command("ldd", path).Output()
	if err != nil {
		return // a static program needs none
	}
	for word := range strings.FieldsSeq(string(list)) {
		if !filepath.IsAbs(word) {
			continue
		}
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(word)), 0o755); err != nil {
			t.Fatal(err)
		}
		copyFile(t, word, filepath.Join(root, word))
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	body, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, body, 0o755); err != nil {
		t.Fatal(err)
	}
}

// unpackInto does what Gradescope does with the archive.
func unpackInto(t *testing.T, base string, o Options) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "package.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(f, "gradescope", o); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"source", "."} {
			if dir == "." && f.Name != "run_autograder" {
				continue
			}
			if err := os.WriteFile(filepath.Join(base, dir, f.Name), body, f.Mode()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
