package format

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"echolab/lab/grade"
	"echolab/lab/grade/class"
)

// SummaryCSV writes a line for everybody in a class: the points, whether the grading was
// interrupted, what came of the intake, and how each check ended.
func SummaryCSV(w io.Writer, s *class.Summary) error {
	c := csv.NewWriter(w)
	var checks []string
	for _, r := range s.Records[:min(1, len(s.Records))] {
		for _, check := range r.Result.Checks {
			checks = append(checks, check.ID)
		}
	}
	head := []string{"submission", "score", "max", "interrupted", "intake", "id", "name"}
	_ = c.Write(append(head, checks...)) // Error reports
	records := map[string]*class.Record{}
	for _, r := range s.Records {
		records[r.Entry.Name] = r
	}
	for _, e := range s.Submissions {
		_ = c.Write(csvLine(e, records[e.Name], s.Max, checks))
	}
	c.Flush()
	return c.Error()
}

func csvLine(e class.Entry, r *class.Record, most int, checks []string) []string {
	var student class.Student
	if e.Student != nil {
		student = *e.Student
	}
	score, interrupted, intake := "", "no", "not graded yet"
	if r != nil {
		score, intake = fmt.Sprint(r.Result.Score), string(r.Status())
		if r.Result.Interrupted {
			interrupted = "yes"
		}
	}
	line := []string{
		plainCell(e.Name), score, fmt.Sprint(most), interrupted, intake, plainCell(student.ID), plainCell(student.Name),
	}
	for _, id := range checks {
		line = append(line, string(statusOf(r, id)))
	}
	return line
}

func statusOf(r *class.Record, check string) grade.Status {
	if r == nil {
		return ""
	}
	if c := r.Result.Find(check); c != nil {
		return c.Status
	}
	return ""
}

// formulas are how a formula begins, in the widths that spreadsheets take.
const formulas = "=+-@\t\r\n＝＋－＠"

// plainCell keeps what others have named from being a formula where a spreadsheet opens the
// file (OWASP: CSV injection).
func plainCell(s string) string {
	if first, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(formulas, first) {
		return "'" + s
	}
	return s
}

// Timing is how long the grading of a submission took.
type Timing struct {
	Submission string
	Took       time.Duration
}

// TimesCSV writes how long each grading took. These figures stand in a file of their own, for
// they are never the same twice.
func TimesCSV(w io.Writer, timings []Timing) error {
	c := csv.NewWriter(w)
	_ = c.Write([]string{"submission", "seconds"}) // Error reports
	for _, t := range timings {
		_ = c.Write([]string{plainCell(t.Submission), fmt.Sprintf("%.1f", t.Took.Seconds())})
	}
	c.Flush()
	return c.Error()
}
