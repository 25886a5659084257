package handout

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"echolab/lab/text"
)

// TestKoreanStarters wants Korean in every comment of a starter in Korean.
func TestKoreanStarters(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range programmed() {
		for _, language := range Languages() {
			folder, err := Starter(a, language, korean)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(a.ID+"/"+language, func(t *testing.T) { wantKoreanComments(t, folder) })
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
