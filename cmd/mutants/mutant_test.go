package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListFits: every mistake of the list can still be made, in a file that
// exists, and is one.
func TestListFits(t *testing.T) {
	root := filepath.Join("..", "..")
	all, err := read(filepath.Join(root, "testdata", "mutants.txt"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range all {
		if names[m.name] {
			t.Errorf("two mistakes have the name %q", m.name)
		}
		names[m.name] = true
		source, err := os.ReadFile(filepath.Join(root, m.file))
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		text, err := m.made(string(source))
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		if err == nil && text == string(source) {
			t.Errorf("%s: nothing is changed", m.name)
		}
	}
	if len(all) == 0 {
		t.Error("the list is empty")
	}
}

// TestTry: a mistake that a test notices is caught, and one that none notices
// survives.
func TestTry(t *testing.T) {
	root := sources(t, map[string]string{
		"go.mod":      "module small\n\ngo 1.24\n",
		"a.go":        "package small\n\nfunc Half(n int) int { return n / 2 }\n\nfunc Third(n int) int { return n / 3 }\n",
		"a_test.go":   "package small\n\nimport \"testing\"\n\nfunc TestHalf(t *testing.T) {\n\tif Half(4) != 2 {\n\t\tt.Fail()\n\t}\n}\n",
		"mutants.txt": "# half\na.go .\n-n / 2\n+n / 4\n\n# third\na.go .\n-n / 3\n+n / 4\n",
	})
	all, err := read(filepath.Join(root, "mutants.txt"))
	if err != nil || len(all) != 2 {
		t.Fatalf("the list has %d mistakes: %v", len(all), err)
	}
	dir := t.TempDir()
	if err := clone(t.Context(), root, dir); err != nil {
		t.Fatal(err)
	}
	for i, want := range []fate{{test: "TestHalf"}, {survived: true}} {
		if got, err := all[i].try(t.Context(), dir); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", all[i].name, got, err, want)
		}
	}
}

// sources writes files into a new folder that git knows.
func sources(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := command(t.Context(), dir, "git", "init", "-q"); err != nil {
		t.Skipf("git: %v %s", err, out)
	}
	return dir
}

// TestReadRefuses: what is no list says where.
func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a.go .\n": "1: a mistake begins", "# a\na.go .\nx\n": "3: \"x\" is neither",
	} {
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := (mutant{file: "a", packages: []string{"."}, old: "x"}).made("x x"); err == nil {
		t.Error("a piece that is there twice is replaced")
	}
}
