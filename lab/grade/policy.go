package grade

import (
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// Policy is what a teacher's file says beside the checks. Its zero value leaves all as
// the lab has it.
type Policy struct {
	Language       string         // of results where nobody asks for one; "" is the reader's
	Timeout        time.Duration  // for all checks together; 0 is DefaultTimeout
	StartTimeout   time.Duration  // until a server must listen; 0 is DefaultStartTimeout
	Limits         sandbox.Limits // of a program
	Due            time.Time      // zero: handed in at any time
	Late           LatePolicy
	SeedPerStudent bool // it asks for Options.Secret
}

// Unseen are the checks that the copy of a teacher's file for students leaves out.
type Unseen struct{ Checks, Points int }

// Heading is the title of a check, in every language that it has.
func (c Check) Heading() text.Message { return c.Own.Say(c.Title) }

// Heading is the title of an assignment, in every language that it has.
func (a Assignment) Heading() text.Message { return a.Own.Say(a.Title) }

// IsSeen reports whether students may see at that time what a check found.
func (v Visibility) IsSeen(now, due time.Time) bool {
	switch v {
	case Hidden:
		return false
	case AfterDue:
		return !due.IsZero() && now.After(due)
	}
	return true
}

// ForStudents is the assignment as students may read of it: checks that they do not see
// before the due time are only counted.
func (a Assignment) ForStudents() Assignment {
	var seen []Check
	for _, c := range a.Checks {
		if c.Visibility == "" || c.Visibility == Visible {
			seen = append(seen, c)
			continue
		}
		a.Unseen.Checks++
		a.Unseen.Points += c.Points
	}
	a.Checks = seen
	return a
}
