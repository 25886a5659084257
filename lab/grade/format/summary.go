package format

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// SummaryCSV writes a line for each submission of a class: its points, whether
// its grading was interrupted, and how each check ended.
func SummaryCSV(w io.Writer, results []*grade.Result) error {
	c := csv.NewWriter(w)
	for i, r := range results {
		head := []string{"submission", "score", "max", "seconds", "interrupted"}
		line := []string{
			plainCell(r.Submission), fmt.Sprint(r.Score), fmt.Sprint(r.Max), fmt.Sprintf("%.1f", r.Seconds),
			map[bool]string{false: "no", true: "yes"}[r.Interrupted],
		}
		for _, check := range r.Checks {
			head = append(head, check.ID)
			line = append(line, string(check.Status))
		}
		if i == 0 {
			_ = c.Write(head) // Error reports
		}
		_ = c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// plainCell keeps a student's folder name from being a formula where a
// spreadsheet opens the file.
func plainCell(s string) string {
	if strings.ContainsAny(s[:min(1, len(s))], "=+-@\t") {
		return "'" + s
	}
	return s
}

// Summary writes a class's table: who has how many points and which checks
// failed, and which check fails most often.
func Summary(w io.Writer, results []*grade.Result, o Options) error {
	b := bufio.NewWriter(w)
	t := &sheet{b, o}
	t.submissions(results)
	t.blank()
	t.failures(results)
	sum, most, cut := 0, 0, 0
	for _, r := range results {
		sum, most = sum+r.Score, most+r.Max
		if r.Interrupted {
			cut++
		}
	}
	t.line(0, text.Sayf("%d submissions, %d of %d points, %s points each on average",
		len(results), sum, most, mean(sum, len(results))))
	if cut > 0 {
		t.line(0, text.Sayf("interrupted before all was checked: %d", cut))
	}
	return b.Flush()
}

func mean(sum, n int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", float64(sum)/float64(n))
}

func (t *sheet) submissions(results []*grade.Result) {
	name := 0
	for _, r := range results {
		name = max(name, text.Width(r.Submission))
	}
	for _, r := range results {
		var failed []string
		for _, c := range wrong(r) {
			failed = append(failed, c.ID)
		}
		switch {
		case r.Score == r.Max:
			failed = []string{t.Words.Say("all passed")}
		case r.Interrupted:
			failed = append(failed, t.Words.Say("interrupted"))
		}
		head := fmt.Sprintf("%s  %7s  ", text.Pad(r.Submission, name), fmt.Sprintf("%d/%d", r.Score, r.Max))
		t.beside(head, name+2+len("100/100")+2, strings.Join(failed, ", "))
	}
}

// failures counts how often each check failed, most often first.
func (t *sheet) failures(results []*grade.Result) {
	counts := map[string]int{}
	var ids []string
	for _, r := range results {
		for _, c := range wrong(r) {
			if counts[c.ID] == 0 {
				ids = append(ids, c.ID)
			}
			counts[c.ID]++
		}
	}
	if len(ids) == 0 {
		return
	}
	slices.SortStableFunc(ids, func(a, b string) int { return counts[b] - counts[a] })
	t.line(0, text.Say("checks that failed most often:"))
	for _, id := range ids {
		t.putf("%5d  %s\n", counts[id], id)
	}
	t.blank()
}
