package format

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/grade/class"
	"echolab/lab/text"
)

// Summary writes a class's table: who has how many points and which checks failed, how the
// points lie, which check fails most often, and what a teacher should look at.
func Summary(w io.Writer, s *class.Summary, o Options) error {
	b := bufio.NewWriter(w)
	t := &sheet{b, o}
	t.submissions(s)
	t.blank()
	t.rates(s)
	t.histogram(s)
	for _, m := range slices.Concat(figures(s), remarks(s)) {
		t.line(0, m)
	}
	t.similar(s)
	return b.Flush()
}

// submissions are the rows, one for everybody.
func (t *sheet) submissions(s *class.Summary) {
	name := 0
	for _, e := range s.Submissions {
		name = max(name, text.Width(called(e)))
	}
	const points = len("100/100")
	for _, row := range rowsOf(s) {
		head := fmt.Sprintf("%s  %*s  ", text.Pad(row.name, name), points, row.points)
		t.beside(head, name+2+points+2, t.Words.Text(row.about))
	}
}

// row is a line of the table for people.
type row struct {
	name, points string
	about        text.Message
	class        string // in a web page
}

// rowsOf are all lines, those that are missing among them, in the order of the names.
func rowsOf(s *class.Summary) []row {
	records := map[string]*class.Record{}
	for _, r := range s.Records {
		records[r.Entry.Name] = r
	}
	var rows []row
	for _, e := range s.Submissions {
		r := row{name: called(e), points: "-", about: text.Say("not graded yet"), class: "open"}
		if record := records[e.Name]; record != nil {
			r = rowOf(record)
		}
		rows = append(rows, r)
	}
	return rows
}

func rowOf(r *class.Record) row {
	one := row{name: called(r.Entry), points: "-", about: intakeText(r.Result.Intake), class: "bad"}
	if r.Status() != "" {
		return one
	}
	one.points = fmt.Sprintf("%d/%d", r.Result.Score, r.Result.Max)
	one.about = verdict(&r.Result)
	if r.Result.Score == r.Result.Max {
		one.class = "good"
	}
	return one
}

// called is the submission's name, with that of the student.
func called(e class.Entry) string {
	if e.Student == nil || e.Student.Name == "" {
		return e.Name
	}
	return fmt.Sprintf("%s (%s)", e.Name, e.Student.Name)
}

// verdict names the checks that did not pass, or could not tell.
func verdict(r *grade.Result) text.Message {
	var failed, unknown []string
	for _, c := range r.Checks {
		switch c.Status {
		case grade.Unknown:
			unknown = append(unknown, c.ID)
		case grade.Failed, grade.Errored:
			failed = append(failed, c.ID)
		}
	}
	var all []text.Message
	if len(failed) > 0 {
		all = append(all, text.Quote(strings.Join(failed, ", ")))
	}
	if len(unknown) > 0 {
		all = append(all, text.Sayf("unknown: %s", strings.Join(unknown, ", ")))
	}
	if r.Interrupted {
		all = append(all, text.Say("interrupted"))
	}
	if len(all) == 0 && r.Score == r.Max {
		return text.Say("all passed")
	}
	return text.Join(all)
}

// intakes are the words for why there was no program to check.
var intakes = map[grade.IntakeStatus]text.Message{
	grade.NotHandedIn: text.Say("nothing handed in"),
	grade.Refused:     text.Say("not accepted"),
	grade.NotBuilt:    text.Say("could not be built"),
	grade.NotStarted:  text.Say("could not be started"),
}

// intakeText is why there was no program, with the last thing that was found: the reason.
func intakeText(in *grade.Intake) text.Message {
	if in == nil || in.Status == "" {
		return text.Message{}
	}
	if len(in.Notes) == 0 {
		return intakes[in.Status]
	}
	return text.Sayf("%s: %s", intakes[in.Status], in.Notes[len(in.Notes)-1])
}

// rates counts how often each check failed, most often first.
func (t *sheet) rates(s *class.Summary) {
	failed := slices.DeleteFunc(slices.Clone(s.Checks), func(r class.Rate) bool { return r.Passed == r.Of })
	if len(failed) == 0 {
		return
	}
	slices.SortStableFunc(failed, func(a, b class.Rate) int { return (b.Of - b.Passed) - (a.Of - a.Passed) })
	t.line(0, text.Say("checks that failed most often:"))
	for _, r := range failed {
		t.putf("%5d  %s\n", r.Of-r.Passed, t.Words.Sayf("%s (%d of %d passed)", r.ID, r.Passed, r.Of))
	}
	t.blank()
}

// widest is the longest bar of the histogram, in columns.
const widest = 40

// histogram draws how the points lie.
func (t *sheet) histogram(s *class.Summary) {
	if s.Graded < 2 {
		return
	}
	most := slices.Max(s.Histogram[:])
	for i, n := range s.Histogram {
		bar := strings.Repeat("#", (n*widest+most-1)/most)
		t.putf("%s\n", strings.TrimRight(fmt.Sprintf("%9s  %3d  %s", tenths(i), n, bar), " "))
	}
	t.blank()
}

// tenths are the points of a bar, in percent.
func tenths(i int) string {
	const part = 100 / class.Tenths
	if i == class.Tenths {
		return "100 %"
	}
	return fmt.Sprintf("%d-%d %%", i*part, (i+1)*part-1)
}

// figures are the points of the class in sentences.
func figures(s *class.Summary) []text.Message {
	all := []text.Message{text.Sayf("%d submissions, %d of %d points, %s points each on average",
		s.Graded, s.Points, s.Graded*s.Max, mean(s.Points, s.Graded))}
	if s.Graded > 0 {
		all = append(all, text.Sayf("median %s points", fmt.Sprintf("%.1f", s.Median)))
	}
	return all
}

func mean(sum, n int) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", float64(sum)/float64(n))
}

// remarks are what a teacher should look at.
func remarks(s *class.Summary) []text.Message {
	var all []text.Message
	count := func(n int, format text.Phrase) {
		if n > 0 {
			all = append(all, text.Sayf(format, n))
		}
	}
	statuses := map[grade.IntakeStatus]int{}
	for _, r := range s.Records {
		statuses[r.Status()]++
	}
	count(statuses[grade.NotHandedIn], "nothing handed in: %d")
	count(statuses[grade.Refused], "not accepted, without points: %d")
	count(statuses[grade.NotBuilt], "could not be built, without points: %d")
	count(statuses[grade.NotStarted], "could not be started, without points: %d")
	count(s.Unknown, "with a check that the machine was too busy for: %d")
	count(s.Cut, "interrupted before all was checked: %d")
	count(len(s.Missing), "not graded yet: %d")
	if names := s.Strangers(); len(names) > 0 {
		all = append(all, text.Sayf("not on the roster: %s", strings.Join(names, ", ")))
	}
	if len(s.LeftOut) > 0 {
		all = append(all, text.Sayf("no submissions, left out: %s", strings.Join(s.LeftOut, ", ")))
	}
	return all
}

// mostPairs is how many pairs of similar submissions are listed.
const mostPairs = 50

// warning goes before the pairs of similar submissions.
const warning text.Phrase = "similar submissions (a reason to look at them, and no proof of anything):"

func (t *sheet) similar(s *class.Summary) {
	all := pairs(s)
	if len(all) == 0 {
		return
	}
	t.blank()
	t.line(0, text.Say(warning))
	for _, m := range all {
		t.line(2, m)
	}
}

// pairs are the equal and the similar submissions in sentences.
func pairs(s *class.Summary) []text.Message {
	var all []text.Message
	for _, names := range s.Equal {
		all = append(all, text.Sayf("equal, but for comments and layout: %s", strings.Join(names, ", ")))
	}
	for _, p := range s.Similar[:min(len(s.Similar), mostPairs)] {
		all = append(all, text.Sayf("%s and %s: %d %%", p.A, p.B, int(100*p.Similarity)))
	}
	if more := len(s.Similar) - mostPairs; more > 0 {
		all = append(all, text.Sayf("and %d pairs more", more))
	}
	return all
}
