package teacher

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/text"
)

// TestBuiltin: each assignment of the lab is such a file, with its checks one by one or
// all at once, and comes back as it is.
func TestBuiltin(t *testing.T) {
	for _, a := range checks.All() {
		var named strings.Builder
		for _, c := range a.Checks {
			fmt.Fprintf(&named, "  - {use: %s, points: %d}\n", c.ID, c.Points)
		}
		for _, list := range []string{named.String(), "  - use: all\n"} {
			content := fmt.Sprintf("schema: lab.assignment/1\nid: my-%s\ntitle: %q\nbased-on: %s\nchecks:\n%s", a.ID, a.Title, a.ID, list)
			got, err := Read([]byte(content))
			if err != nil {
				t.Errorf("%s: %v\n%s", a.ID, err, content)
				continue
			}
			want := a
			want.ID, want.Base, want.Own = "my-"+a.ID, a.ID, text.Own{}
			same := cmp.Options{
				cmpopts.IgnoreFields(grade.Assignment{}, "File", "Digest", "Form"), cmpopts.IgnoreFields(grade.Check{}, "Run"),
				cmpopts.EquateEmpty(),
			}
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("%s comes back as another (-want +got):\n%s", a.ID, diff)
			}
			if slices.ContainsFunc(got.Checks, func(c grade.Check) bool { return c.Run == nil }) || (got.Form == nil) != (a.Form == nil) {
				t.Errorf("%s: something cannot be run", a.ID)
			}
		}
	}
}

// TestNew: a new file works as it is, and its points are those of what it is based on.
func TestNew(t *testing.T) {
	for _, lang := range text.Languages() {
		p, err := text.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, base := range append(checks.All(), grade.Assignment{}) {
			content, err := New("my-own", base, p)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Read(content)
			if err != nil {
				t.Errorf("%s of %q: %v\n%s", lang, base.ID, err, content)
				continue
			}
			if a.Max() != 100 || a.Base != base.ID || a.Policy.Language != lang {
				t.Errorf("%s of %q: %d points, based on %q", lang, base.ID, a.Max(), a.Base)
			}
			holdComments(t, content)
		}
	}
}

// holdComments wants a file to be right with its comments as lines, too.
func holdComments(t *testing.T, content []byte) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(content)) {
		rest, commented := strings.CutPrefix(line, "#")
		if commented && (strings.HasPrefix(rest, "  ") || !strings.HasPrefix(rest, " ")) && strings.Contains(rest, ":") {
			line = rest
		}
		lines = append(lines, line)
	}
	if _, err := Read([]byte(strings.Join(lines, ""))); err != nil {
		t.Errorf("with the comments: %v\n%s", err, strings.Join(lines, ""))
	}
}

// TestSchema: the schema allows the keys that a file is read into, and no others.
func TestSchema(t *testing.T) {
	for _, c := range []struct {
		at   string
		read any
	}{
		{"#", file{}}, {"#/properties/late", late{}}, {"#/properties/seed", seed{}}, {"#/properties/limits", limits{}},
		{"#/properties/not-shown", notShown{}}, {"#/$defs/check", check{}}, {"#/$defs/check/properties/transfer", transfer{}},
		{"#/$defs/step", step{}}, {"#/$defs/step/properties/send", send{}}, {"#/$defs/step/properties/expect", expect{}},
		{"#/$defs/step/properties/repeat", repeat{}}, {"#/$defs/client", expectEnd{}}, {"#/$defs/words", words{}},
	} {
		read := tags(reflect.TypeOf(c.read))
		slices.Sort(read)
		if diff := cmp.Diff(keys(c.at), read); diff != "" {
			t.Errorf("%s (-schema +file):\n%s", c.at, diff)
		}
	}
}

// tags are the YAML keys of a struct.
func tags(s reflect.Type) []string {
	var all []string
	for i := range s.NumField() {
		name, rest, _ := strings.Cut(s.Field(i).Tag.Get("yaml"), ",")
		switch {
		case rest == "inline":
			all = append(all, tags(s.Field(i).Type)...)
		case name != "":
			all = append(all, name)
		}
	}
	return all
}

// TestExamples: all examples are read, and so are their copies for students.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(examples, "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range files {
		dir := filepath.Base(filepath.Dir(name))
		if _, err := ForStudents(example(t, dir)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCRLF: a file that a Windows editor wrote says the same.
func TestCRLF(t *testing.T) {
	content := example(t, "reverse-line")
	a, err := Read(bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Read(content)
	if err != nil {
		t.Fatal(err)
	}
	if a.Max() != b.Max() || a.Task != b.Task {
		t.Errorf("%q\n%q", a.Task, b.Task)
	}
	if _, err := Read([]byte("# \xc7\xd1\xb1\xdb\n" + string(content))); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("with Korean in another coding: %v", err)
	}
	if a, err := Read(append([]byte("\ufeff"), content...)); err != nil || a.ID != b.ID {
		t.Errorf("with a byte order mark: %v", err)
	}
}
