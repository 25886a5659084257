package grade

import (
	"time"

	"echolab/lab/grade/sandbox"
	"echolab/lab/text"
)

// SchemaName is the version of a result's JSON form.
const SchemaName = "lab.grade/1"

// Status is how a check ended.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Errored Status = "error"   // the grader could not finish the check
	Skipped Status = "skipped" // not done, for the reason in Message
	Unknown Status = "unknown" // the machine was too busy to tell, also when the check ran alone
)

// Visibility says when students see what a check found.
type Visibility string

// The visibilities, in Gradescope's words.
const (
	Visible  Visibility = "visible" // at once
	Hidden   Visibility = "hidden"  // never
	AfterDue Visibility = "after_due_date"
)

// Result is the grade of one program.
type Result struct {
	Schema     string         `json:"schema"`
	Lab        string         `json:"lab,omitempty"` // version of the program
	Assignment string         `json:"assignment"`
	Digest     string         `json:"digest,omitempty"` // of the teacher's file, where the assignment came from one
	Title      text.Message   `json:"title"`
	Submission string         `json:"submission,omitempty"` // its folder's name, in a class
	Intake     *Intake        `json:"intake,omitempty"`     // in a class, where there is something to say
	Command    []string       `json:"command,omitempty"`
	Address    string         `json:"address,omitempty"` // of a server that was already running
	Seed       uint64         `json:"seed"`
	Score      int            `json:"score"`
	Max        int            `json:"max"`
	Due        time.Time      `json:"due,omitzero"`   // of the assignment
	Late       *Late          `json:"late,omitempty"` // what of the score is taken off already
	Seconds    float64        `json:"seconds"`
	Checks     []CheckResult  `json:"checks"`
	Warnings   []text.Message `json:"warnings"`
	// Interrupted says that the user ended the grading before all checks were
	// done: the score is a part of what it would have been.
	Interrupted bool `json:"interrupted,omitempty"`
}

// CheckResult is the outcome of one check. Of the grader's own words nothing
// is cut; of the program's output there is only the end.
type CheckResult struct {
	ID     string       `json:"id"`
	Title  text.Message `json:"title"`
	Status Status       `json:"status"`
	Score  int          `json:"score"`
	Max    int          `json:"max"`
	// Visibility is empty where everybody sees the check.
	Visibility Visibility     `json:"visibility,omitempty"`
	Message    text.Message   `json:"message,omitzero"` // what should have been and what was
	Ended      text.Message   `json:"ended,omitzero"`   // how the program ended, if it ended by itself
	Exit       *sandbox.Exit  `json:"exit,omitzero"`    // the same for machines
	Steps      []text.Message `json:"steps,omitempty"`  // what was done, in order
	Hint       text.Message   `json:"hint,omitzero"`
	Output     string         `json:"output,omitempty"` // the end of what it printed
	Document   string         `json:"document,omitempty"`
	Seconds    float64        `json:"seconds"`
	// OutputCut is how many bytes the program had printed before Output begins.
	OutputCut int64 `json:"output_cut,omitempty"`
}

// Count is how many checks ended with a status.
func (r *Result) Count(s Status) int {
	n := 0
	for _, c := range r.Checks {
		if c.Status == s {
			n++
		}
	}
	return n
}

// Undone reports whether the check found nothing out, so that there is only a reason to
// tell.
func (c CheckResult) Undone() bool { return c.Status == Skipped || c.Status == Unknown }

// Find returns the result of a check, or nil.
func (r *Result) Find(id string) *CheckResult {
	for i := range r.Checks {
		if r.Checks[i].ID == id {
			return &r.Checks[i]
		}
	}
	return nil
}
