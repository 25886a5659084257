package format

import (
	"time"

	"echolab/lab/grade"
	"echolab/lab/text"
)

// notShown is the id of the line that stands for all checks that students do not see.
const notShown = "not-shown"

// forStudents is a result as students may read it now: of the checks that they do not see
// there is one line with their points, so that the sum is right.
func forStudents(r *grade.Result, now time.Time) *grade.Result {
	seen := *r
	seen.Checks = []grade.CheckResult{}
	hidden, rest := 0, grade.CheckResult{ID: notShown, Status: grade.Passed}
	for _, c := range r.Checks {
		if c.Visibility.IsSeen(now, r.Due) {
			seen.Checks = append(seen.Checks, c)
			continue
		}
		hidden++
		rest.Score, rest.Max, rest.Seconds = rest.Score+c.Score, rest.Max+c.Max, rest.Seconds+c.Seconds
		if c.Status != grade.Passed {
			rest.Status, rest.Message = grade.Failed, text.Say("What these checks ask for is not told.")
		}
	}
	if hidden == 0 {
		return r
	}
	rest.Title = text.Sayf("checks that are not shown: %d", hidden)
	seen.Checks = append(seen.Checks, rest)
	return &seen
}

// takenOff are the checks with what lateness costs taken from their points, the last
// first, for platforms that add them up. Each says so.
func takenOff(r *grade.Result) []grade.CheckResult {
	checks := append([]grade.CheckResult{}, r.Checks...)
	if r.Late == nil {
		return checks
	}
	off := r.Late.Off
	for i := len(checks) - 1; i >= 0; i-- {
		less := min(off, checks[i].Score)
		if less > 0 && checks[i].Message.IsZero() {
			checks[i].Message = r.Late.Sentence()
		}
		checks[i].Score -= less
		off -= less
	}
	return checks
}

// late says what lateness has cost, if anything.
func late(r *grade.Result) text.Message {
	if r.Late == nil {
		return text.Message{}
	}
	return r.Late.Sentence()
}
