package class

import (
	"context"
	"testing"
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// dated is an assignment that is due, and whose only check needs no program.
func dated() grade.Assignment {
	title := text.Own{"Dated": {"ko": "마감이 있는 과제"}}
	return grade.Assignment{
		ID: "dated", Title: "Dated", Own: title, Kind: grade.Answers,
		Checks: []grade.Check{{ID: "good", Points: 50, Run: func(context.Context, *grade.Subject) error { return nil }}},
		Policy: grade.Policy{Due: time.Date(2026, 12, 10, 23, 59, 0, 0, time.UTC), Late: grade.LatePolicy{PerDay: 10}},
	}
}

// grades grades a class and returns how many submissions were graded now, and all records.
func grades(t *testing.T, from, output string, o Options) (int, map[string]*Record) {
	t.Helper()
	c, err := Open(dated(), from, output, o)
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	if err := c.Grade(t.Context(), func(*Record, time.Duration, int, int) error { done++; return nil }); err != nil {
		t.Fatal(err)
	}
	records := map[string]*Record{}
	for _, e := range c.Submissions {
		if records[e.Name], err = Folder(output).Record(e.Name); err != nil {
			t.Fatal(err)
		}
	}
	return done, records
}

// TestDated: each student has a seed and a due time of his own; a record with another time
// of handing in, or another secret, is made anew.
func TestDated(t *testing.T) {
	from := tree(t, map[string]string{"kim/answers.txt": "", "lee/answers.txt": "", "ho/answers.txt": ""})
	output := t.TempDir()
	due := dated().Policy.Due
	secret := []byte("0123456789abcdef")
	o := Options{Jobs: 2, Resume: true}
	o.Secret = secret
	o.Receipts = map[string]grade.Receipt{
		"kim": {Submitted: due.Add(25 * time.Hour)},
		"lee": {Submitted: due.Add(25 * time.Hour), Due: due.Add(48 * time.Hour)},
	}
	done, records := grades(t, from, output, o)
	if done != 3 {
		t.Errorf("%d were graded", done)
	}
	for name, want := range map[string]int{"kim": 40, "lee": 50, "ho": 50} {
		r := records[name].Result
		if r.Score != want || r.Seed != grade.StudentSeed(secret, "dated", name) {
			t.Errorf("%s: %d points, seed %x", name, r.Score, r.Seed)
		}
	}
	if n := len(records["ho"].Result.Warnings); n != 1 {
		t.Errorf("of a time that nobody knows there are %d warnings", n)
	}
	ko, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	if got := ko.Text(records["kim"].Result.Title); got != "마감이 있는 과제" {
		t.Errorf("the title is kept as %q", got)
	}
	if done, _ := grades(t, from, output, o); done != 0 {
		t.Errorf("%d were graded again", done)
	}
	o.Receipts["kim"] = grade.Receipt{Submitted: due}
	done, records = grades(t, from, output, o)
	if done != 1 || records["kim"].Result.Score != 50 {
		t.Errorf("%d were graded again, kim has %d points", done, records["kim"].Result.Score)
	}
	o.Secret = []byte("another secret...")
	if done, _ := grades(t, from, output, o); done != 3 {
		t.Errorf("with another secret %d were graded again", done)
	}
}
