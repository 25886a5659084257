package assignments

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"echolab/lab/grade/checks"
	"echolab/lab/text"
)

// TestKorean finds a translation of every comment of a starter.
func TestKorean(t *testing.T) {
	said := regexp.MustCompile(`\.Say "([^"]*)"`)
	var keys []text.Phrase
	for _, e := range table {
		keys = append(keys, e.steps...)
	}
	err := fs.WalkDir(files, "starters", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		for _, m := range said.FindAllSubmatch(content, -1) {
			keys = append(keys, text.Phrase(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range text.Missing("ko", keys) {
		t.Errorf("no translation of %q", key)
	}
}

// TestKoreanStarters wants Korean in every comment of a starter in Korean.
func TestKoreanStarters(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range All() {
		a, _ := checks.Find(h.ID)
		f := facts(a)
		f.Say = korean.Say
		for _, language := range h.Languages {
			folder, err := Starter(h.ID, language, "ko", f)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(h.ID+"/"+language, func(t *testing.T) { wantKoreanComments(t, folder) })
		}
	}
}

var comment = regexp.MustCompile(`(?m)(^|\s)(#|//) .*$`)

func wantKoreanComments(t *testing.T, folder fs.FS) {
	t.Helper()
	names, err := fs.Glob(folder, "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range comment.FindAllString(string(text), -1) {
			if !hangul.MatchString(line) {
				t.Errorf("%s: not Korean: %s", name, strings.TrimSpace(line))
			}
		}
	}
}
