package plan

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
)

// TestClassOnSlurm grades a class of 60, ten of which sent something broken, at
// once and in six tasks of a real Slurm: the results are the same, byte for byte,
// also where a task is killed and the job is submitted again.
func TestClassOnSlurm(t *testing.T) {
	c := startCluster(t)
	lab := filepath.Join(c.dir, "lab")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", lab, "../../../cmd/lab")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the other tests do, which shares the work
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the grader: %v\n%s", err, out)
	}
	makeClass(t, filepath.Join(c.dir, "class"))
	printed := c.grade(t, lab, "--output", "at-once")
	want := filesOf(t, filepath.Join(c.dir, "at-once"))
	if n := len(within(want, "records")); n != 60 {
		t.Fatalf("graded %d submissions, want 60:\n%s", n, printed)
	}
	same := func(t *testing.T, final string) {
		t.Helper()
		c.idle(t)
		got := filesOf(t, filepath.Join(c.dir, final))
		for _, name := range slices.Sorted(maps.Keys(merged(want, got))) {
			if got[name] != want[name] {
				t.Errorf("%s is not the same: %s", name, difference(want[name], got[name]))
			}
		}
		if log := c.logs(t, "lab-merge-*.log"); !strings.Contains(log, printed) {
			t.Errorf("the merging printed\n%s\nwant\n%s", log, printed)
		}
	}
	t.Run("six tasks", func(t *testing.T) {
		c.submit(t, c.plan(t, lab, "six"))
		same(t, "six-grades")
	})
	t.Run("one of them killed", func(t *testing.T) {
		script := c.plan(t, lab, "killed")
		array := c.submit(t, script)
		task := array + "_3"
		c.eventually(t, "task 3 runs", func() bool { return c.run(t, "squeue", "-h", "-t", "R", "-j", task) != "" })
		c.run(t, "scancel", task)
		c.idle(t)
		if state := c.run(t, "scontrol", "show", "job", task); !strings.Contains(state, "JobState=CANCELLED") {
			t.Fatalf("task 3 was not killed:\n%s", state)
		}
		if _, err := os.Stat(filepath.Join(c.dir, "killed-grades")); err == nil {
			t.Error("what was not complete has been merged")
		}
		c.submit(t, script)
		same(t, "killed-grades")
	})
}

// grade grades the class on this machine, and returns what was printed.
func (c *cluster) grade(t *testing.T, lab string, args ...string) string {
	t.Helper()
	words := append([]string{"grade", "hello-tcp", "--class", "class", "--seed", "7", "--lang", "en"}, args...)
	var said bytes.Buffer
	cmd := c.command(lab, words...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lab %q: %v\n%s", words, err, said.String())
	}
	return string(out)
}

// plan writes the script of the array job. Its folders begin with a name.
func (c *cluster) plan(t *testing.T, lab, name string) string {
	t.Helper()
	script := name + ".sh"
	c.run(t, lab, "grade", "plan", "hello-tcp", "--class", "class", "--for", "slurm", "--shards", "6", "--seed", "7",
		"--lang", "en", "--shares", name+"-shares", "--grades", name+"-grades", "--output", script)
	return script
}

// submit submits the array and the merging, and returns the number of the array.
func (c *cluster) submit(t *testing.T, script string) string {
	t.Helper()
	said := c.run(t, "bash", script)
	var array, merging string
	if _, err := fmt.Sscanf(strings.ReplaceAll(said, ",", ""), "array job %s merging job %s", &array, &merging); err != nil {
		t.Fatalf("submitting said %q", said)
	}
	return array
}

// idle waits until the queue is empty, and shows what the tasks said where one
// failed.
func (c *cluster) idle(t *testing.T) {
	t.Helper()
	c.eventually(t, "the queue is empty", func() bool { return c.run(t, "squeue", "-h") == "" })
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(c.logs(t, "lab-*.log")))
		}
	})
}

// logs are files of what was printed, one behind the other.
func (c *cluster) logs(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(c.dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(body)
	}
	return all.String()
}

// filesOf are the files of a folder, but for the times of a run.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(filepath.Base(path), "times") {
			return err
		}
		body, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// within are the files in a folder of another.
func within(files map[string]string, dir string) []string {
	var names []string
	for name := range files {
		if filepath.Dir(name) == dir {
			names = append(names, name)
		}
	}
	return names
}

// merged has the names of both.
func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// difference shows where two texts begin to differ.
func difference(want, got string) string {
	i := 0
	for i < min(len(want), len(got)) && want[i] == got[i] {
		i++
	}
	from := max(0, i-80)
	return fmt.Sprintf("want ...%q, got ...%q", want[from:min(len(want), i+80)], got[from:min(len(got), i+80)])
}

// makeClass makes 60 submissions: six that are right, 44 that are wrong, each in
// its own words, and ten that a teacher would have to mend by hand.
func makeClass(t *testing.T, dir string) {
	t.Helper()
	good, err := os.ReadFile("../../../testdata/programs/hello-tcp/python/good.py")
	if err != nil {
		t.Fatal(err)
	}
	put := func(path, body string, mode os.FileMode) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), mode); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		put(fmt.Sprintf("a%02d/run", i), "#!/bin/sh\nexec python3 server.py \"$@\"\n", 0o755)
		put(fmt.Sprintf("a%02d/server.py", i), string(good), 0o644)
	}
	for i := range 44 {
		put(fmt.Sprintf("b%02d/run", i), wrong(i), 0o755)
	}
	put("c0-nested/homework 1/run", wrong(100), 0o755)
	put("c1-crlf/run", strings.ReplaceAll(wrong(101), "\n", "\r\n"), 0o755)
	put("c2-no-x-bit/run", wrong(102), 0o644)
	put("c3-no-first-line/run", strings.TrimPrefix(wrong(103), "#!/bin/sh\n"), 0o755)
	put("c4-link/run", wrong(104), 0o755)
	put("c5-no-run/README.md", "I have lost it.\n", 0o644)
	put("c6-no-archive.zip", "this is no archive", 0o644)
	put("c7-cp949.zip", string(archive(t, cp949(t, "과제/서버.txt"), "안녕", cp949(t, "과제/run"), wrong(107))), 0o644)
	put("c8-bomb.zip", string(archive(t, "run", wrong(108), "zeros", strings.Repeat("\x00", 128<<20))), 0o644)
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "c4-link/passwd")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "c9-empty"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// wrong is a program that ends instead of serving.
func wrong(i int) string {
	return fmt.Sprintf("#!/bin/sh\necho 'server number %d gives up'\nexit %d\n", i, i%5)
}

// cp949 is a name as archives from Korean Windows have it.
func cp949(t *testing.T, name string) string {
	t.Helper()
	encoded, err := korean.EUCKR.NewEncoder().String(name)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// archive is a zip file of names and what is in them, by turns.
func archive(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
