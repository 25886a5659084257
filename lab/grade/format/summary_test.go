package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/grade"
	"echolab/lab/grade/class"
	"echolab/lab/text"
)

// exampleClass is a class with a row of every kind.
func exampleClass() *class.Summary {
	record := func(name, student string, r *grade.Result) *class.Record {
		r.Submission = name
		e := class.Entry{Name: name, Student: &class.Student{ID: name, Name: student}}
		return &class.Record{Entry: e, Result: *r}
	}
	best, broken, unknown := example(), example(), example()
	best.Score = best.Max
	for i := range best.Checks {
		best.Checks[i].Status, best.Checks[i].Score = grade.Passed, best.Checks[i].Max
	}
	broken.Score = 0
	broken.Intake = &grade.Intake{
		Status: grade.NotStarted, Notes: []text.Message{text.Say("its names"), text.Sayf("there is no file %s", "run")},
	}
	unknown.Checks[1].Status = grade.Unknown
	s := &class.Summary{
		List: &class.List{Plan: class.Plan{Assignment: "echo-tcp"}, LeftOut: []string{"notes.txt"}, Roster: true},
		Records: []*class.Record{
			record("=cmd", "+이영희", best), record("choi", "", broken), record("kim", "김철수", example()),
			record("lee", "", unknown),
		},
		Missing: []string{"zoe"}, Graded: 3, Points: 40, Max: 30, Median: 5, Unknown: 1,
		Checks: []class.Rate{{ID: "port-bound", Passed: 3, Of: 3}, {ID: "keeps-utf8", Passed: 1, Of: 2}},
		Equal:  [][]string{{"kim", "lee"}}, Similar: []class.Likeness{{A: "choi", B: "kim", Similarity: 0.876}},
	}
	s.Histogram[1], s.Histogram[class.Tenths] = 2, 1
	for _, r := range s.Records {
		s.Submissions = append(s.Submissions, r.Entry)
	}
	s.Submissions = append(s.Submissions, class.Entry{Name: "zoe"})
	return s
}

func TestSummary(t *testing.T) {
	var b bytes.Buffer
	if err := Summary(&b, exampleClass(), options); err != nil {
		t.Fatal(err)
	}
	want := `=cmd (+이영희)    30/30  all passed
choi                  -  could not be started: there is no file run
kim (김철수)       5/30  keeps-utf8, steady-memory
lee                5/30  steady-memory; unknown: keeps-utf8
zoe                   -  not graded yet

checks that failed most often:
    1  keeps-utf8 (1 of 2 passed)

    0-9 %    0
  10-19 %    2  ########################################
  20-29 %    0
  30-39 %    0
  40-49 %    0
  50-59 %    0
  60-69 %    0
  70-79 %    0
  80-89 %    0
  90-99 %    0
    100 %    1  ####################

3 submissions, 40 of 90 points, 13.3 points each on average
median 5.0 points
could not be started, without points: 1
with a check that the machine was too busy for: 1
not graded yet: 1
not on the roster: zoe
no submissions, left out: notes.txt

similar submissions (a reason to look at them, and no proof of anything):
  equal, but for comments and layout: kim, lee
  choi and kim: 87 %
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

func TestSummaryCSV(t *testing.T) {
	var b bytes.Buffer
	if err := SummaryCSV(&b, exampleClass()); err != nil {
		t.Fatal(err)
	}
	want := `submission,score,max,interrupted,intake,id,name,port-bound,keeps-utf8,survives-junk,steady-memory
'=cmd,30,30,no,,'=cmd,'+이영희,passed,passed,passed,passed
choi,0,30,no,could not be started,choi,,passed,failed,skipped,error
kim,5,30,no,,kim,김철수,passed,failed,skipped,error
lee,5,30,no,,lee,,passed,unknown,skipped,error
zoe,,30,no,not graded yet,,,,,,
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}

// TestPlainCell: nothing that a student may choose is a formula in a spreadsheet.
func TestPlainCell(t *testing.T) {
	for _, s := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"} {
		if got := plainCell(s); got != "'"+s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{"", "kim", "김", "1=1"} {
		if got := plainCell(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

func TestTimesCSV(t *testing.T) {
	var b bytes.Buffer
	if err := TimesCSV(&b, []Timing{{"kim", 1250 * time.Millisecond}, {"=x", 0}}); err != nil {
		t.Fatal(err)
	}
	if want := "submission,seconds\nkim,1.2\n'=x,0.0\n"; b.String() != want {
		t.Errorf("times %q, want %q", b.String(), want)
	}
}

// TestClassPage holds what the table holds, escaped, with a link to each page that there is.
func TestClassPage(t *testing.T) {
	s := exampleClass()
	s.LeftOut = []string{"<script>alert(1)</script>"}
	var b bytes.Buffer
	if err := ClassPage(&b, s, options); err != nil {
		t.Fatal(err)
	}
	got := rows(t, b.Bytes(), "submissions")
	want := "[[Submission Points What was found] [=cmd (+이영희) 30/30 all passed] " +
		"[choi - could not be started: there is no file run] [kim (김철수) 5/30 keeps-utf8, steady-memory] " +
		"[lee 5/30 steady-memory; unknown: keeps-utf8] [zoe - not graded yet]]"
	if fmt.Sprint(got) != want {
		t.Errorf("rows %v\nwant %v", got, want)
	}
	for _, want := range []string{`href="./kim.html"`, `href="./=cmd.html"`, "comments and layout: kim, lee", "&lt;script&gt;"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(b.String(), "<script>") || strings.Contains(b.String(), "zoe.html") {
		t.Error("the page has a script, or a link to a page that is not there")
	}
}

// TestIntake stands in the forms for people.
func TestIntake(t *testing.T) {
	r := example()
	r.Intake = &grade.Intake{
		Status: grade.NotBuilt, Log: "cc: no <input> files\n",
		Notes: []text.Message{text.Sayf("%s was not executable: made so", "run")},
	}
	for name, wants := range map[string][]string{
		"table": {"could not be built", "run was not executable", "| cc: no <input> files"},
		"html":  {"could not be built", "run was not executable", "cc: no &lt;input&gt; files"},
		"json":  {`"status": "could not be built"`, `"run was not executable: made so"`},
	} {
		got := string(written(t, name, r, options))
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}
