package class

import (
	"slices"

	"echolab/lab/grade"
	"echolab/lab/grade/similar"
	"echolab/lab/text"
)

// Summary is what came out of a class.
type Summary struct {
	*List
	Records []*Record
	Missing []string // submissions without a record
	Checks  []Rate
	Graded  int // submissions that were graded: a program ran, and to the end
	Points  int // of all graded ones together
	Max     int // of one
	Median  float64
	// Histogram counts the graded ones by tenths of the points: [0, 10 %), [10 %, 20 %) and
	// so on; the last are those with all points.
	Histogram [Tenths + 1]int
	Unknown   int        // submissions with a check that the machine was too busy for
	Cut       int        // submissions whose grading was interrupted
	Equal     [][]string // groups of submissions that differ in no more than comments and layout
	Similar   []Likeness
}

// Tenths is how many parts the points are cut into, full marks not counted.
const Tenths = 10

// Rate is how many passed a check, of those that came to it: after an earlier failure some
// checks are skipped.
type Rate struct {
	ID     string
	Title  text.Message
	Passed int
	Of     int
}

// Likeness are two submissions that resemble each other. That is a reason to look at them, and
// no proof of anything.
type Likeness struct {
	A, B       string
	Similarity float64 // from 0 to 1
}

// LeastSimilarity is from where on two submissions are told to be similar. Good echo servers in
// C by one author reach 0.8 before what was handed out is taken off.
const LeastSimilarity = 0.8

// Summarise reads what is there of a class.
func (f Folder) Summarise(l *List) (*Summary, error) {
	records, missing, err := f.Records(l)
	if err != nil {
		return nil, err
	}
	return summarise(l, records, missing), nil
}

// summarise counts.
func summarise(l *List, records []*Record, missing []string) *Summary {
	s := &Summary{List: l, Records: records, Missing: missing}
	var points []int
	for _, r := range records {
		s.Max = max(s.Max, r.Result.Max)
		switch {
		case r.Result.Interrupted:
			s.Cut++
			continue
		case r.Result.Count(grade.Unknown) > 0:
			s.Unknown++
		}
		if r.Status() != "" {
			continue
		}
		points = append(points, r.Result.Score)
		s.Histogram[tenth(r.Result.Score, r.Result.Max)]++
		s.Points += r.Result.Score
		s.count(&r.Result)
	}
	s.Graded, s.Median = len(points), median(points)
	s.compare()
	return s
}

// Status is why there was no program to check; "" where there was one.
func (r *Record) Status() grade.IntakeStatus {
	if r.Result.Intake == nil {
		return ""
	}
	return r.Result.Intake.Status
}

// count adds a result to the rates of its checks.
func (s *Summary) count(r *grade.Result) {
	for _, c := range r.Checks {
		i := slices.IndexFunc(s.Checks, func(rate Rate) bool { return rate.ID == c.ID })
		if i < 0 {
			i = len(s.Checks)
			s.Checks = append(s.Checks, Rate{ID: c.ID, Title: c.Title})
		}
		switch c.Status {
		case grade.Passed:
			s.Checks[i].Passed++
			s.Checks[i].Of++
		case grade.Failed:
			s.Checks[i].Of++
		}
	}
}

func tenth(score, most int) int {
	if most <= 0 {
		return 0
	}
	return min(Tenths*score/most, Tenths)
}

func median(points []int) float64 {
	if len(points) == 0 {
		return 0
	}
	slices.Sort(points)
	n := len(points)
	return float64(points[(n-1)/2]+points[n/2]) / 2
}

// compare finds those that resemble each other.
func (s *Summary) compare() {
	programs := make([]similar.Program, len(s.Records))
	for i, r := range s.Records {
		programs[i] = r.Program
	}
	name := func(i int) string { return s.Records[i].Entry.Name }
	for _, group := range similar.Equal(programs) {
		var names []string
		for _, i := range group {
			names = append(names, name(i))
		}
		s.Equal = append(s.Equal, names)
	}
	for _, p := range similar.Pairs(programs, LeastSimilarity) {
		s.Similar = append(s.Similar, Likeness{A: name(p.A), B: name(p.B), Similarity: p.Similarity})
	}
}

// Strangers are the submissions of nobody on the roster.
func (l *List) Strangers() []string {
	var names []string
	for _, e := range l.Submissions {
		if l.Roster && e.Student == nil {
			names = append(names, e.Name)
		}
	}
	return names
}
