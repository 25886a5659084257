package text

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestFor(t *testing.T) {
	for _, tc := range []struct {
		lang, lcAll, lcMessages, lang2 string
		want                           string // "" is an error
	}{
		{lang: "en", want: "en"},
		{lang: "ko", want: "ko"},
		{lang: "ko-KR", want: "ko"},
		{lang: "ko_KR.UTF-8", want: "ko"},
		{lang: "en_US.UTF-8", lcAll: "ko_KR.UTF-8", want: "en"},
		{lang: "de", want: ""},
		{lang: "klingon!", want: ""},
		{lang: "한국어", want: ""},
		{lcAll: "ko_KR.UTF-8", lang2: "en_US.UTF-8", want: "ko"},
		{lcMessages: "ko_KR.eucKR@x", lang2: "en_US.UTF-8", want: "ko"},
		{lang2: "ko_KR.UTF-8", want: "ko"},
		{lcAll: "C.UTF-8", lang2: "ko_KR.UTF-8", want: "en"},
		{lang2: "POSIX", want: "en"},
		{lang2: "fr_FR.UTF-8", want: "en"},
		{want: "en"},
	} {
		t.Run(fmt.Sprintf("%+v", tc), func(t *testing.T) {
			t.Setenv("LC_ALL", tc.lcAll)
			t.Setenv("LC_MESSAGES", tc.lcMessages)
			t.Setenv("LANG", tc.lang2)
			p, err := For(tc.lang)
			if tc.want == "" {
				if err == nil || !strings.Contains(err.Error(), "en and ko") {
					t.Fatalf("For(%q) = %q, %v; want an error that names the languages", tc.lang, p.Lang(), err)
				}
				return
			}
			if err != nil || p.Lang() != tc.want {
				t.Errorf("For(%q) = %q, %v; want %q", tc.lang, p.Lang(), err, tc.want)
			}
		})
	}
}

func TestPrinter(t *testing.T) {
	korean, err := For("ko")
	if err != nil {
		t.Fatal(err)
	}
	var english Printer
	inner := Sayf("%s: %s", "loss", Say("refuted"))
	for _, tc := range []struct{ got, want string }{
		{english.Say("1 run"), "1 run"},
		{korean.Say("1 run"), "1회 실행"},
		{korean.Sayf("median of %d runs", 5), "5회 실행의 중앙값"},
		{korean.Text(inner), "loss: 반박됨"},
		{english.Text(inner), "loss: refuted"},
		{korean.Say("not in the catalogue, 100 %"), "not in the catalogue, 100 %"},
		{korean.Sayf("not in it either: %d", 3), "not in it either: 3"},
		{korean.Text(Message{}), ""},
		{english.Lang(), "en"},
		{korean.Lang(), "ko"},
	} {
		if tc.got != tc.want {
			t.Errorf("said %q, want %q", tc.got, tc.want)
		}
	}
}

func TestMergeRefusesContradictions(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for _, tc := range []struct {
		name, a, b string
		wrong      string // what the error says; "" is none
	}{
		{"two files", `{"x": "가"}`, `{"y": "나"}`, ""},
		{"the same twice", `{"x": "가"}`, `{"x": "가"}`, ""},
		{"two translations", `{"x": "가"}`, `{"x": "나"}`, `"x" is translated differently in a.json`},
		{"two translations in one file", `{"x": "가", "x": "나"}`, `{}`, `"x" is translated differently`},
		{"a list", `[]`, `{}`, "a JSON object is needed"},
		{"an empty file", ``, `{}`, "EOF"},
		{"a number", `{"x": 1}`, `{}`, `translation of "x"`},
		{"cut off", `{"x": "가"`, `{}`, "EOF"},
		{"something behind", `{} {}`, `{}`, "something follows"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := merge(fstest.MapFS{"ko/a.json": file(tc.a), "ko/b.json": file(tc.b)}, "ko")
			switch {
			case tc.wrong == "" && err != nil:
				t.Errorf("merge: %v", err)
			case tc.wrong != "" && (err == nil || !strings.Contains(err.Error(), tc.wrong)):
				t.Errorf("merge = %v, want an error with %q", err, tc.wrong)
			}
		})
	}
}

// TestNoContradictions: what the program reads is what all files say together.
func TestNoContradictions(t *testing.T) {
	want, err := merge(files, "ko")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := korean(); err != nil || !maps.Equal(got, want) {
		t.Errorf("%d translations (%v), want %d", len(got), err, len(want))
	}
}

// merge reads every file of a language's folder. Two files may translate one
// key only if they agree.
func merge(fsys fs.FS, folder string) (map[Phrase]string, error) {
	names, err := fs.Glob(fsys, folder+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("list translations in %s: %w", folder, err)
	}
	all := map[Phrase]string{}
	from := map[Phrase]string{}
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read translations: %w", err)
		}
		err = pairs(content, func(key Phrase, translation string) error {
			if old, ok := all[key]; ok && old != translation {
				return fmt.Errorf("%q is translated differently in %s", key, from[key])
			}
			all[key], from[key] = translation, path.Base(name)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("translations %s: %w", name, err)
		}
	}
	return all, nil
}

// pairs calls f for every pair of a flat JSON object, also for keys that come
// twice, which json.Unmarshal would hide.
func pairs(content []byte, f func(key Phrase, translation string) error) error {
	d := json.NewDecoder(bytes.NewReader(content))
	switch t, err := d.Token(); {
	case err != nil:
		return fmt.Errorf("start of the object: %w", err)
	case t != json.Delim('{'):
		return fmt.Errorf("a JSON object is needed, not %v", t)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return fmt.Errorf("read a key: %w", err)
		}
		var translation string
		if err := d.Decode(&translation); err != nil {
			return fmt.Errorf("translation of %q: %w", key, err)
		}
		if err := f(Phrase(key.(string)), translation); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("end of the object: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the object")
	}
	return nil
}

// TestTranslationsFit holds every translation against its key: it takes the
// same arguments, in the same forms, and says something else in Hangul.
func TestTranslationsFit(t *testing.T) {
	sentences, err := korean()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(sentences)) {
		if diff := cmp.Diff(verbs(t, string(key)), verbs(t, sentences[key])); diff != "" {
			t.Errorf("%q and its translation %q take other arguments (-key +translation):\n%s", key, sentences[key], diff)
		}
		if strings.TrimSpace(sentences[key]) == "" {
			t.Errorf("the translation of %q is empty", key)
		}
	}
}

func TestVerbs(t *testing.T) {
	for _, tc := range []struct {
		format string
		want   map[int]string
	}{
		{"100 %% of %d", map[int]string{1: "%d"}},
		{"%s, %.1f %s", map[int]string{1: "%s", 2: "%.1f", 3: "%s"}},
		{"%[2]s, %[1]d and %s", map[int]string{1: "%d", 2: "%s%s"}},
		{"%[3]d, %[1]s", map[int]string{1: "%s", 3: "%d"}},
		{"100 % of it", map[int]string{}},
	} {
		if diff := cmp.Diff(tc.want, verbs(t, tc.format)); diff != "" {
			t.Errorf("verbs of %q (-want +got):\n%s", tc.format, diff)
		}
	}
}

var verb = regexp.MustCompile(`%(%|[-+#0]*\d*(?:\.\d+)?(?:\[(\d+)\])?([a-zA-Z]))`)

// verbs are a format's verbs by the number of the argument that they print.
func verbs(t *testing.T, format string) map[int]string {
	t.Helper()
	found := map[int]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[1] == "%" {
			continue
		}
		if m[2] != "" {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				t.Fatalf("%q: %v", format, err)
			}
			next = n
		}
		found[next] += strings.ReplaceAll(m[0], "["+m[2]+"]", "")
		next++
	}
	return found
}
