package grade

import (
	"slices"

	"echolab/lab/text"
)

// Intake is what was done to a submission before it was graded.
type Intake struct {
	Status IntakeStatus   `json:"status,omitempty"`
	Notes  []text.Message `json:"notes,omitempty"` // what was mended, left out or found
	Log    string         `json:"log,omitempty"`   // the end of what building it printed
}

// IntakeStatus is why there is no program that could have passed a check; empty where there
// is one. It is told apart from zero points, which a program has that ran and failed.
type IntakeStatus string

// The statuses of an intake.
const (
	NotHandedIn IntakeStatus = "not handed in"
	Refused     IntakeStatus = "refused"              // nothing that could be unpacked safely
	NotBuilt    IntakeStatus = "could not be built"   // the build step failed
	NotStarted  IntakeStatus = "could not be started" // a file is missing, or the system does not start it
)

// cannotStart is what every check says of a program that the system does not start.
const cannotStart text.Phrase = "The command should start a program, but it cannot be started: %v."

// The exit statuses of a shell that found no program, or none that it may start (POSIX).
var shellCannotStart = []int{126, 127}

// NeverStarted reports whether the program failed in every check that was done because it
// could not be started, and what the first of them says.
func (r *Result) NeverStarted() (says text.Message, never bool) {
	for _, c := range r.Checks {
		switch {
		case c.Status == Skipped:
			continue
		case c.Status != Failed:
			return text.Message{}, false
		case c.Message.Phrase != cannotStart && (c.Exit == nil || !slices.Contains(shellCannotStart, c.Exit.Code)):
			return text.Message{}, false
		case !never:
			says, never = c.Message, true
		}
	}
	return says, never
}

// NotRun is the result of a submission whose program was not run: all checks have the
// status and the reason.
func NotRun(a Assignment, o Options, s Status, reason text.Message) *Result {
	r := newResult(a, &o)
	for _, c := range a.Checks {
		one := c.result()
		one.Status, one.Message = s, reason
		r.Checks = append(r.Checks, one)
	}
	return r
}
