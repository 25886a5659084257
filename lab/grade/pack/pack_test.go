package pack

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var options = Options{
	Assignment: "echo-tcp", Command: []string{"sh", "-c", `echo "it's" $PATH ${{ secrets.X }} "한글\n"`, "{port}"},
	Secret: []byte("correct horse battery"), Seed: 7, Timeout: 5 * time.Minute, Lang: "ko",
	Repository: "ORG/course", Ref: "v1",
}

// unpacked is an archive's files by name.
func unpacked(t *testing.T, platform string, o Options) map[string]*zip.File {
	t.Helper()
	o.Binary = filepath.Join(t.TempDir(), "lab")
	if err := os.WriteFile(o.Binary, []byte("binary"), 0o600); err != nil {
		t.Fatal(err)
	}
	return unpackedAs(t, platform, o)
}

// unpackedAs is the same with a binary that is there.
func unpackedAs(t *testing.T, platform string, o Options) map[string]*zip.File {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, platform, o); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*zip.File{}
	for _, f := range r.File {
		files[f.Name] = f
	}
	return files
}

func content(t *testing.T, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestArchives(t *testing.T) {
	teachers := options
	teachers.File = []byte("id: echo-tcp\n")
	seeded := options
	seeded.Secret = nil
	for name, c := range map[string]struct {
		platform string
		options  Options
		want     map[string]os.FileMode
	}{
		"Gradescope": {"gradescope", options, map[string]os.FileMode{
			"setup.sh": 0o755, "run_autograder": 0o755, "lab": 0o755, "secret": 0o600}},
		"Gradescope, own file": {"gradescope", teachers, map[string]os.FileMode{
			"setup.sh": 0o755, "run_autograder": 0o755, "lab": 0o755, "secret": 0o600, "assignment.yaml": 0o600}},
		"Gradescope, one seed": {"gradescope", seeded, map[string]os.FileMode{
			"setup.sh": 0o755, "run_autograder": 0o755, "lab": 0o755}},
		"Classroom 50": {"classroom50", teachers, map[string]os.FileMode{
			"autograder.py": 0o644, "lab": 0o755, "secret": 0o600, "assignment.yaml": 0o600}},
		"GitHub": {"github", options, map[string]os.FileMode{
			"README.md": 0o644, "teacher/lab": 0o755, "teacher/.github/workflows/grade-echo-tcp.yml": 0o644,
			"student/.github/workflows/autograding.yml": 0o644}},
	} {
		t.Run(name, func(t *testing.T) {
			files, modes := unpacked(t, c.platform, c.options), map[string]os.FileMode{}
			for name, f := range files {
				modes[name] = f.Mode().Perm()
				if body := content(t, f); strings.Contains(body, "<no value>") {
					t.Errorf("%s is not filled in:\n%s", name, body)
				}
			}
			if !maps.Equal(modes, c.want) {
				t.Errorf("files = %v, want %v", modes, c.want)
			}
		})
	}
}

// TestNoSecretElsewhere looks for the secret in every file that is not it.
func TestNoSecretElsewhere(t *testing.T) {
	for _, platform := range Platforms() {
		for name, f := range unpacked(t, platform, options) {
			if has := strings.Contains(content(t, f), string(options.Secret)); has != (name == "secret") {
				t.Errorf("%s: %s has the secret: %v", platform, name, has)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		platform string
		change   func(*Options)
		want     string
	}{
		"unknown platform":     {"moodle", func(*Options) {}, "want one of gradescope"},
		"unknown language":     {"gradescope", func(o *Options) { o.Lang = "de" }, "want en or ko"},
		"line end in command":  {"github", func(o *Options) { o.Command = []string{"a\nb"} }, "one line"},
		"line end in secret":   {"gradescope", func(o *Options) { o.Secret = []byte("a\nb") }, "one line"},
		"no repository":        {"github", func(o *Options) { o.Repository = "" }, "want OWNER/NAME"},
		"hostile repository":   {"github", func(o *Options) { o.Repository = "a/b@x\n" }, "want OWNER/NAME"},
		"hostile ref":          {"github", func(o *Options) { o.Ref = "v1 # x" }, "want a tag or a commit"},
		"fetched in the clear": {"github", func(o *Options) { o.URL = "http://example.org/lab" }, "https://"},
		"hostile id":           {"gradescope", func(o *Options) { o.Assignment = "../x" }, "file names"},
		"hidden in the open":   {"github", func(o *Options) { o.File = []byte("x") }, "read all that is in it"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options
			o.Binary = os.Args[0]
			c.change(&o)
			if err := Write(io.Discard, c.platform, o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestClassroomCommand runs the script with a grader that notes its words, and
// what there is to see when it starts.
func TestClassroomCommand(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	o := options
	o.File = []byte("id: echo-tcp\n")
	dir := t.TempDir()
	for name, f := range unpacked(t, "classroom50", o) {
		body := content(t, f)
		if name == "lab" {
			body = "#!/bin/sh\nprintf '%s\\n' \"$@\" >words\ncat >stdin\ncat \"$2\" >file\nls \"$(dirname \"$0\")\" >there\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), f.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	checkout := t.TempDir()
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(dir, "autograder.py"))
	cmd.Dir, cmd.Env = checkout, append(os.Environ(), "COMMIT_URL=https://example.org/c/1", "LAB_KEEP=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said := func(name string) string {
		body, err := os.ReadFile(filepath.Join(checkout, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	words := strings.Split(strings.TrimSuffix(said("words"), "\n"), "\n")
	if want := append([]string{"--secret", "-", "--student", "https://example.org/c/1", "--"}, o.Command...); !slices.Equal(
		words[len(words)-len(want):], want) {
		t.Errorf("words = %q", words)
	}
	if got := said("stdin"); got != string(o.Secret)+"\n" {
		t.Errorf("standard input = %q, want the secret", got)
	}
	if got := said("file"); got != string(o.File) {
		t.Errorf("the assignment that it was given is %q, want %q", got, o.File)
	}
	if got := said("there"); got != "autograder.py\nlab\n" {
		t.Errorf("when a program starts, there is %q", got)
	}
}

func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab")
	if err := os.WriteFile(path, []byte("MZ"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(path); err == nil || !strings.Contains(err.Error(), "not a program for Linux") {
		t.Errorf("error = %v", err)
	}
}

// TestDated: Gradescope says when the work was handed in, where the file says when it is due.
func TestDated(t *testing.T) {
	dated := options
	dated.Dated, dated.StartTimeout = true, 2*time.Minute
	const submitted, start = `--submitted "$base/submission_metadata.json"`, "--start-timeout 2m0s"
	for _, o := range []Options{options, dated} {
		body := content(t, unpacked(t, "gradescope", o)["run_autograder"])
		if strings.Contains(body, submitted) != o.Dated || strings.Contains(body, start) != o.Dated {
			t.Errorf("due at a time: %v, run_autograder says\n%s", o.Dated, body)
		}
	}
}
