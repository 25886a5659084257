package pack

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestGradescopeRoot grades a submission as Gradescope does: in a root that
// holds nothing but a shell, the package and the submission.
func TestGradescopeRoot(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	if os.Getuid() != 0 {
		t.Skip("another root needs root")
	}
	root := t.TempDir()
	for _, dir := range []string{"bin", "tmp", "proc", "dev", "autograder/source", "autograder/submission", "autograder/results"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"sh", "mkdir", "chmod"} {
		copyTool(t, name, root)
	}
	buildStatic(t, "../../../cmd/lab", filepath.Join(root, "lab"))
	buildStatic(t, "../../../testdata/programs/echo-tcp/go/good.go", filepath.Join(root, "autograder/submission/run"))
	if err := Check(filepath.Join(root, "lab")); err != nil {
		t.Error(err)
	}
	unpackInto(t, filepath.Join(root, "autograder"), Options{
		Assignment: "echo-tcp", Command: []string{"./run", "{host}", "{port}"}, Binary: filepath.Join(root, "lab"), Seed: 1, Timeout: 2 * time.Minute, Lang: "en",
	})
	if err := os.WriteFile(filepath.Join(root, "dev/null"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", "/bin/sh /autograder/source/setup.sh && /autograder/run_autograder")
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	cmd.Dir, cmd.Env = "/autograder", []string{"PATH=/bin"}
	mountProc(t, root)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("run_autograder: %v\n%s", err, out)
	}
	body, err := os.ReadFile(filepath.Join(root, "autograder/results/results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Score int
		Tests []struct{ Name, Status, Output string }
	}
	if err := json.Unmarshal(body, &result); err != nil {
		t.Fatal(err)
	}
	if result.Score != 100 {
		t.Errorf("score = %d, want 100:\n%s", result.Score, body)
	}
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
			if err := os.WriteFile(filepath.Join(base, dir, f.Name), body, f.Mode()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
