package intake

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
)

// good is a file that starts well.
const good = "#!/bin/sh\nexec python3 server.py \"$@\"\n"

// file is one entry of what a test hands in.
type file struct {
	name, content string
	mode          fs.FileMode
}

// zipOf makes a zip file. Names are written as they are, whatever their encoding.
func zipOf(t *testing.T, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, NonUTF8: true}
		h.SetMode(f.mode | 0o600)
		if strings.HasSuffix(f.name, "/") {
			h.SetMode(fs.ModeDir | 0o755)
		}
		out, err := w.CreateHeader(h)
		if err == nil {
			_, err = out.Write([]byte(f.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return saved(t, "kim.zip", b.Bytes())
}

func saved(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// folderOf makes a folder.
func folderOf(t *testing.T, files ...file) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f.content), f.mode|0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func cp949(t *testing.T, s string) string {
	t.Helper()
	encoded, err := korean.EUCKR.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// files are the names below a folder, with a star behind those that can be executed.
func files(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		info, err := d.Info()
		if err == nil && info.Mode()&0o111 != 0 && runtime.GOOS != "windows" {
			name += "*"
		}
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// TestTake: what students send, what becomes of it, and what is said.
func TestTake(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no x bit on Windows")
	}
	run := file{"run", good, 0o755}
	tests := []struct {
		name  string
		from  string
		files string
		says  []string // in order; nothing else is said
	}{
		{"as it should be", folderOf(t, run, file{"server.py", "x", 0}), "run* server.py", nil},
		{"zip", zipOf(t, run, file{"src/", "", 0}, file{"src/server.py", "x", 0}), "run* src/server.py", nil},
		{"no x bit", folderOf(t, file{"run", good, 0}), "run*", []string{"run was not executable: made so"}},
		{
			"CRLF", folderOf(t, file{"run", strings.ReplaceAll(good, "\n", "\r\n"), 0o755}), "run*",
			[]string{"CRLF at the line ends of run: made LF"},
		},
		{
			"no shebang", folderOf(t, file{"run", "exec python3 server.py\n", 0o755}), "run*",
			[]string{"no line #! at the beginning of run: added #!/bin/sh"},
		},
		{
			"python without shebang, with a byte order mark", folderOf(t, file{"run", "\ufeffimport socket\n", 0o755}), "run*",
			[]string{"a byte order mark", "added #!/usr/bin/env python3"},
		},
		{
			"an ending that the system hides", folderOf(t, file{"Run.txt", good, 0o755}), "run*",
			[]string{"there is no file run: Run.txt is taken for it"},
		},
		{"one nested folder", zipOf(t, file{"echo/run", good, 0o755}), "run*", []string{"everything lies in a folder: echo/"}},
		{
			"nested twice, beside a README", folderOf(t, file{"a/README", "", 0}, file{"a/b/run", good, 0o755}), "run*",
			[]string{"everything lies in a folder: a/b/"},
		},
		{
			"two folders with a program", folderOf(t, file{"a/run", good, 0o755}, file{"b/run", good, 0o755}), "a/run* b/run*",
			nil,
		},
		{
			"CP949", zipOf(t, file{cp949(t, "과제/run"), good, 0o755}, file{cp949(t, "과제/서버.py"), "x", 0}), "run* 서버.py",
			[]string{"code page 949", "everything lies in a folder: 과제/"},
		},
		{"UTF-8", zipOf(t, run, file{"서버.py", "x", 0}), "run* 서버.py", nil},
		{"composed letters", zipOf(t, run, file{"\u1109\u1165.py", "x", 0}), "run* \uc11c.py", nil},
		{"backslashes", zipOf(t, file{`echo\run`, good, 0o755}), "run*", []string{"everything lies in a folder: echo/"}},
		{
			"what systems add", zipOf(t, run, file{"__MACOSX/._run", "x", 0}, file{".DS_Store", "x", 0}, file{".git/config", "x", 0}),
			"run*", nil,
		},
		{"what systems add to a folder", folderOf(t, file{".DS_Store", "x", 0}, run, file{".git/config", "x", 0}), "run*", nil},
		{
			"a way out", zipOf(t, run, file{"../x", "x", 0}, file{"/etc/x", "x", 0}, file{"a/../../x", "x", 0}), "run*",
			[]string{"../x leads out", "/etc/x leads out", "a/../../x leads out"},
		},
		{
			"links in a zip", zipOf(t, run, file{"x", "/etc/passwd", fs.ModeSymlink}), "run*",
			[]string{"link x -> /etc/passwd: refused"},
		},
		{"twice the same name", zipOf(t, run, run), "run*", []string{"run has the name of another file: refused"}},
		{"a file that is a folder, too", zipOf(t, run, file{"run/x", "x", 0}), "run*", []string{"run/x has the name of another"}},
		{"a line end in a name", zipOf(t, run, file{"a\nb", "x", 0}), "run*", []string{`"a\nb" leads out`}},
		{"a zip in a folder", folderOf(t, file{"kim.zip", read(t, zipOf(t, run)), 0}), "run*", []string{"unpacked: kim.zip"}},
		{"a tar file", saved(t, "kim.tgz", tarOf(t)), "run*", []string{"link hard -> run: refused", "pipe is no regular file"}},
		{
			"a fixed port", folderOf(t, run, file{"server.py", "s.bind(('', 9000))\n", 0}), "run* server.py",
			[]string{"port 9000 fixed in server.py: then grade it with --port 9000"},
		},
		{
			"no fixed port", folderOf(t, run, file{"server.py", "s.bind(('', int(sys.argv[1]) or 9000))\n", 0}), "run* server.py", nil,
		},
		{
			"Python in CP949", folderOf(t, run, file{"server.py", cp949(t, "# 서버"), 0}), "run* server.py",
			[]string{"server.py is not in UTF-8"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, err := Digest(test.from)
			if err != nil {
				t.Fatal(err)
			}
			taken, err := Take(test.from, t.TempDir(), Main{"run", true})
			if err != nil {
				t.Fatal(err)
			}
			if got := files(t, taken.Dir); got != test.files {
				t.Errorf("files %s, want %s", got, test.files)
			}
			for i, note := range taken.Notes {
				if i >= len(test.says) || !strings.Contains(note.String(), test.says[i]) {
					t.Errorf("says %q, want %q", note, test.says)
				}
			}
			if len(taken.Notes) < len(test.says) {
				t.Errorf("says %q, want %q", taken.Notes, test.says)
			}
			if after, err := Digest(test.from); err != nil || after != before {
				t.Errorf("what was handed in has changed (%v)", err)
			}
		})
	}
}

// TestTakeMends: the content is what it should be.
func TestTakeMends(t *testing.T) {
	taken, err := Take(folderOf(t, file{"run", "\ufeffexec ./server\r\n", 0}), t.TempDir(), Main{"run", true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, filepath.Join(taken.Dir, "run")), "#!/bin/sh\nexec ./server\n"; got != want {
		t.Errorf("run is %q, want %q", got, want)
	}
	elf := "\x7fELF\r\n\x00"
	taken, err = Take(folderOf(t, file{"run", elf, 0o755}), t.TempDir(), Main{"run", true})
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(taken.Dir, "run")); got != elf {
		t.Errorf("a binary was changed to %q", got)
	}
}

// TestRefuses: what is not taken at all, as the student's mistake and not as ours.
func TestRefuses(t *testing.T) {
	many := make([]file, MostFiles+1)
	for i := range many {
		many[i] = file{strings.Repeat("x", 1+i%50) + strings.Repeat("y", i/50), "", 0}
	}
	locked := zipOf(t, file{"run", good, 0o755})
	content := []byte(read(t, locked))
	for _, header := range []string{"PK\x03\x04\x14\x00", "PK\x01\x02\x14\x03\x14\x00"} { // general purpose bit 0
		if i := bytes.Index(content, []byte(header)); i >= 0 {
			content[i+len(header)] |= 1
		} else {
			t.Fatalf("no header %q", header)
		}
	}
	for name, test := range map[string]struct{ from, says string }{
		"empty":                {folderOf(t), "no files"},
		"only what is no file": {zipOf(t, file{".DS_Store", "x", 0}, file{"a/", "", 0}), "no files"},
		"no zip":               {saved(t, "kim.zip", []byte("<html>")), "cannot be read"},
		"another archive":      {saved(t, "kim.egg", []byte("x")), `a file .egg cannot be unpacked here`},
		"a bomb":               {zipOf(t, file{"a", strings.Repeat("x", MostBytes/2), 0}, file{"b", strings.Repeat("x", MostBytes), 0}), "more than 100 MiB"},
		"too many":             {zipOf(t, many...), "more than 5000 files"},
		"a password":           {saved(t, "kim.zip", content), "password"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Take(test.from, t.TempDir(), Main{"run", true})
			refusal, ok := errors.AsType[*Refusal](err)
			if !ok || !strings.Contains(refusal.Reason.String(), test.says) {
				t.Errorf("error %v, want a refusal with %q", err, test.says)
			}
		})
	}
}

// TestLinksInFolders are named, and nothing is read through them.
func TestLinksInFolders(t *testing.T) {
	dir := folderOf(t, file{"run", good, 0o755})
	for link, target := range map[string]string{"etc": "/etc", "up": "../..", "self": "run"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	taken, err := Take(dir, t.TempDir(), Main{"run", true})
	if err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, n := range taken.Notes {
		says = append(says, n.String())
	}
	want := []string{"link etc -> /etc: refused", "link self -> run: refused", "link up -> ../..: refused"}
	if !slices.Equal(says, want) || strings.Contains(files(t, taken.Dir), " ") {
		t.Errorf("says %q, want %q; files %s", says, want, files(t, taken.Dir))
	}
}

// TestDigest changes with all that matters, and only with that.
func TestDigest(t *testing.T) {
	digest := func(files ...file) string {
		d, err := Digest(folderOf(t, files...))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first := digest(file{"run", good, 0o755}, file{"a", "x", 0})
	if again := digest(file{"a", "x", 0}, file{"run", good, 0o755}, file{".DS_Store", "x", 0}); again != first {
		t.Error("the same files, another digest")
	}
	for name, files := range map[string][]file{
		"content": {{"run", good, 0o755}, {"a", "y", 0}},
		"name":    {{"run", good, 0o755}, {"b", "x", 0}},
		"x bit":   {{"run", good, 0}, {"a", "x", 0}},
		"fewer":   {{"run", good, 0o755}},
	} {
		if runtime.GOOS != "windows" && digest(files...) == first {
			t.Errorf("%s: other files, the same digest", name)
		}
	}
}

func tarOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range []*tar.Header{
		{Name: "./run", Mode: 0o755, Size: int64(len(good))},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "run"},
		{Name: "pipe", Typeflag: tar.TypeFifo},
	} {
		err := w.WriteHeader(h)
		if err == nil && h.Size > 0 {
			_, err = w.Write([]byte(good))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
