package simulated

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCacheIsBounded: of programs and translations those that were used last
// stay, and nothing else in the folder is touched.
func TestCacheIsBounded(t *testing.T) {
	c := &cache{folder: t.TempDir()}
	builds := 0
	program := func(key string) {
		t.Helper()
		b, err := c.program(key, func(file string) error {
			builds++
			return os.WriteFile(file, []byte(key), 0o600)
		})
		if err != nil || string(b) != key {
			t.Fatalf("program %s: %q, %v", key, b, err)
		}
		old := time.Now().Add(-time.Hour) // so that the next one is newer, whatever the clock's step
		for _, file := range glob(t, c.folder, "program-*") {
			if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) < time.Minute {
				_ = os.Chtimes(file, old.Add(time.Duration(builds)*time.Second), old.Add(time.Duration(builds)*time.Second))
			}
		}
	}
	for _, key := range []string{"a", "b", "c", "c", "d"} {
		program(key)
	}
	if builds != 4 {
		t.Errorf("%d programs were built, want 4: what is kept is not built again", builds)
	}
	want := []string{"program-b.wasm", "program-c.wasm", "program-d.wasm"}
	if got := glob(t, c.folder, "*"); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the cache keeps %v, want %v", got, want)
	}
}

// glob lists the names that match, sorted.
func glob(t *testing.T, folder, pattern string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(all))
	for i, path := range all {
		names[i] = filepath.Base(path)
	}
	return names
}

// TestNowhereToKeep: without a cache folder everything is made anew, and leaves
// nothing behind.
func TestNowhereToKeep(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", filepath.Join(os.DevNull, "cache"))
	t.Setenv("HOME", os.DevNull)
	t.Setenv("LocalAppData", filepath.Join(os.DevNull, "cache"))
	t.Setenv("TMPDIR", t.TempDir())
	c := openCache()
	c.lock()()
	b, err := c.program("key", func(file string) error { return os.WriteFile(file, []byte("wasm"), 0o600) })
	if err != nil || string(b) != "wasm" {
		t.Errorf("%q, %v", b, err)
	}
	if code, known := c.code(b); code != nil || known {
		t.Error("a translation is kept where nothing can be")
	}
	if left := glob(t, os.Getenv("TMPDIR"), "*"); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestBuildFails(t *testing.T) {
	c := &cache{folder: t.TempDir()}
	broken := errors.New("no compiler")
	if _, err := c.program("key", func(string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the build failed with %v", err)
	}
	if left := glob(t, c.folder, "*"); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestUnpack(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte("program"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "program.wasm")
	if err := unpack(packed.Bytes(), file); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "program" {
		t.Errorf("%q, %v", b, err)
	}
	for name, bad := range map[string][]byte{"no gzip": []byte("program"), "cut": packed.Bytes()[:packed.Len()-9]} {
		if err := unpack(bad, file); err == nil {
			t.Errorf("%s: it is unpacked all the same", name)
		}
	}
}

// TestKey: the key follows the sources that decide the program, and no others.
func TestKey(t *testing.T) {
	root := t.TempDir()
	write := func(file, text string) {
		t.Helper()
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{
		"go.mod", "go.sum", "tcp/a.go", "udp/a.go", "lab/link/a.go", "cmd/lab/a.go", "cmd/mutants/a.go", "lab/link/a_test.go",
	} {
		write(file, "one")
	}
	tools := toolchain{root: root}
	key := func() string {
		t.Helper()
		k, err := tools.key()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	last := key()
	for file, counts := range map[string]bool{
		"go.mod": true, "go.sum": true, "tcp/a.go": true, "lab/link/a.go": true, "lab/new/b.go": true, "cmd/lab/a.go": true,
		"cmd/mutants/a.go": false, "lab/link/a_test.go": false, "README.md": false,
	} {
		write(file, "two")
		now := key()
		if (now != last) != counts {
			t.Errorf("%s changed: is the key another? %v, want %v", file, now != last, counts)
		}
		last = now
	}
}

// TestReproducible builds the program in two folders: the bytes are the same.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program twice")
	}
	tools, err := findToolchain()
	if err != nil {
		t.Skip(err)
	}
	elsewhere := toolchain{command: tools.command, root: t.TempDir()}
	for _, room := range append([]string{"go.mod", "go.sum"}, rooms...) {
		from, to := filepath.Join(tools.root, room), filepath.Join(elsewhere.root, room)
		if err := copyTree(from, to); err != nil {
			t.Fatal(err)
		}
	}
	var programs [][]byte
	for i, tools := range []toolchain{tools, elsewhere} {
		file := filepath.Join(t.TempDir(), "guest.wasm")
		if err := tools.build(t.Context(), "./cmd/lab", file); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("build %d: %d bytes", i+1, len(b))
		programs = append(programs, b)
	}
	if !bytes.Equal(programs[0], programs[1]) {
		t.Error("the same sources made other bytes in another folder")
	}
}

// copyTree copies a file or a folder.
func copyTree(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}
