package teacher

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"echolab/lab/grade"
)

// TestForStudents: the copy says all that students may know, and nothing else.
func TestForStudents(t *testing.T) {
	content := example(t, "reverse-line")
	copied, err := ForStudents(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hidden", "after_due", "breaks off", "long-line", "seed", "per-student", "own only"} {
		if strings.Contains(string(copied), secret) {
			t.Errorf("the copy tells of %q:\n%s", secret, copied)
		}
	}
	mine, err := Read(content)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := Read(copied)
	if err != nil {
		t.Fatal(err)
	}
	if theirs.Max() != 70 || theirs.Unseen != (grade.Unseen{Checks: 2, Points: 30}) {
		t.Errorf("%d points, %+v unseen", theirs.Max(), theirs.Unseen)
	}
	if theirs.ID != mine.ID || theirs.Task != mine.Task || theirs.Own.Say(theirs.Task).Own["ko"] == "" ||
		!theirs.Policy.Due.Equal(mine.Policy.Due) || theirs.Policy.Late != mine.Policy.Late {
		t.Errorf("the copy says another thing:\n%s", copied)
	}
	again, err := ForStudents(copied)
	if err != nil || string(again) != string(copied) {
		t.Errorf("a copy of the copy is another: %v\n%s", err, again)
	}
}

// TestForStudentsOfAll: a hidden check of the lab does not come back by "all".
func TestForStudentsOfAll(t *testing.T) {
	copied, err := ForStudents([]byte(`
schema: lab.assignment/1
id: mine
title: Mine
based-on: echo-tcp
checks:
  - use: all
  - {use: steady-memory, visibility: hidden}
  - {use: adds-nothing, needs: []}
`))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := Read(copied)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range theirs.Checks {
		if c.ID == "steady-memory" {
			t.Errorf("steady-memory is in the copy:\n%s", copied)
		}
		if c.ID == "adds-nothing" && len(c.Needs) > 0 {
			t.Errorf("adds-nothing needs %q again:\n%s", c.Needs, copied)
		}
	}
	if theirs.Max()+theirs.Unseen.Points != 100 {
		t.Errorf("%d and %d points", theirs.Max(), theirs.Unseen.Points)
	}
	if _, err := ForStudents([]byte(`
schema: lab.assignment/1
id: mine
title: Mine
based-on: echo-tcp
checks: [{use: all, visibility: hidden}]
`)); err == nil {
		t.Error("there is a copy without checks")
	}
}

// TestWrite: every text that a file may hold is read back as it was.
func TestWrite(t *testing.T) {
	hold := func(t rapid.TB, words string) {
		f := &file{ID: "x", Checks: []check{{ID: "y", Script: []step{{Send: &send{To: "A", Data: data{Text: &words}}}}}}}
		written, err := f.write()
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		var back file
		if err := yaml.Unmarshal(written, &back); err != nil {
			t.Fatalf("%q: %v\n%s", words, err, written)
		}
		if got := *back.Checks[0].Script[0].Send.Data.Text; got != words {
			t.Errorf("%q is read back as %q\n%s", words, got, written)
		}
	}
	for _, words := range []string{
		"", "\n", "a\r\nb", "a\r", "trail  \n", "\t tab", "  lead", "a\n\n\n", "\x00\x1f\x7f", "\u2028\u0085\ufeff", "null", "1e3",
		"a: b", "# x", "- a", "\\n", "안녕\n", "a\n  b\n c", "'q' \"d\"",
	} {
		hold(t, words)
	}
	rapid.Check(t, func(r *rapid.T) {
		hold(r, rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("ab \t\r\n:#-'\"\\{}[]&*!|>%@~=?,0")), rapid.Rune())).Draw(r, "words"))
	})
}
