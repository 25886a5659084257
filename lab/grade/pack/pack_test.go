package pack

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var options = Options{
	Assignment: "echo-tcp", Command: []string{"sh", "-c", `echo "it's" $PATH`, "{port}"}, Seed: 7, Timeout: 5 * time.Minute, Lang: "ko",
}

// unpacked is an archive's files by name.
func unpacked(t *testing.T, platform string) map[string]*zip.File {
	t.Helper()
	o := options
	o.Binary = filepath.Join(t.TempDir(), "lab")
	if err := os.WriteFile(o.Binary, []byte("binary"), 0o600); err != nil {
		t.Fatal(err)
	}
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
	for platform, want := range map[string][]string{
		"gradescope":  {"setup.sh", "run_autograder", "lab"},
		"classroom50": {"autograder.py", "lab"},
		"github":      {".github/workflows/autograding.yml", ".github/lab/lab"},
	} {
		t.Run(platform, func(t *testing.T) {
			files := unpacked(t, platform)
			if len(files) != len(want) {
				t.Errorf("%d files, want %d", len(files), len(want))
			}
			for _, name := range want {
				f := files[name]
				if f == nil {
					t.Fatalf("no %s", name)
				}
				body := content(t, f)
				if strings.HasSuffix(name, "lab") {
					if body != "binary" || f.Mode().Perm() != 0o755 {
						t.Errorf("%s: %q, mode %v", name, body, f.Mode())
					}
					continue
				}
				if strings.Contains(body, "{{.") || strings.Contains(body, "<no value>") {
					t.Errorf("%s is not filled in:\n%s", name, body)
				}
			}
		})
	}
	if err := Write(io.Discard, "moodle", options); err == nil || !strings.Contains(err.Error(), "gradescope") {
		t.Errorf("error = %v, want one that lists the platforms", err)
	}
}

func TestCommandIsQuoted(t *testing.T) {
	script := content(t, unpacked(t, "gradescope")["run_autograder"])
	want := `grade echo-tcp --format gradescope --output "$results" --lang ko --seed 7 --timeout 5m0s --start-timeout 1m0s -- 'sh' '-c' 'echo "it'\''s" $PATH' '{port}'`
	if !strings.Contains(script, want) {
		t.Errorf("the script lacks %s:\n%s", want, script)
	}
	python := content(t, unpacked(t, "classroom50")["autograder.py"])
	if want := `shlex.split("'sh' '-c' 'echo \"it'\\''s\" $PATH' '{port}'")`; !strings.Contains(python, want) {
		t.Errorf("the script lacks %s:\n%s", want, python)
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
