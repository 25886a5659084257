// Package grade runs the checks of an assignment against a student's program
// and says what it found: a grade, and for every check that failed what was
// done step by step, what should have been, what was, and a hint.
//
// The program is a black box in any language. It runs in a sandbox (package
// sandbox); the checks (package checks, which has the assignments) talk to it
// over real sockets; the printers (package format) write the result in the forms
// that people and grading platforms read. Package handout writes what students
// get: the task, and a folder to start from.
//
// The same program graded with the same seed gets the same grade: every check
// meets a freshly started program, and all data comes from the seed.
package grade

import (
	"context"
	"time"

	"echolab/lab/text"
)

// Kind is what a student hands in.
type Kind int

// The kinds.
const (
	Server  Kind = iota // a program that clients of the grader talk to
	Client              // a program that talks to a server of the grader
	Pair                // a program in two roles, {role} being "sender" or "receiver"
	Answers             // a file of answers
)

// Assignment is a task, what is handed out for it, and how it is graded.
type Assignment struct {
	ID      string
	Title   text.Phrase
	Kind    Kind
	Network string        // "tcp" or "udp"; "" where it does not matter
	Todo    []text.Phrase // what the starter program leaves to be done, a line each
	Checks  []Check       // in the order in which they run
	Digest  string        // of the teacher's file that it was read from; "" for those of the lab
	File    []byte        // that file
	Base    string        // id of the lab's assignment that it is made of; "" where it has only checks of its own
	Task    text.Phrase   // Markdown that comes first in the handout; "" where the lab has the handout
	Own     text.Own      // the translations of all that is written in that file
	Policy  Policy
	Unseen  Unseen
	// Form is the file of answers to fill in; only of Kind Answers.
	Form func(p text.Printer) string
}

// Max is the points of all checks together.
func (a Assignment) Max() int {
	sum := 0
	for _, c := range a.Checks {
		sum += c.Points
	}
	return sum
}

// DefaultCommand starts a submission in its folder where no command is given.
func (a Assignment) DefaultCommand() []string {
	switch a.Kind {
	case Answers:
		return []string{"answers.txt"}
	case Pair:
		return []string{"./run", "{role}", "{host}", "{port}"}
	}
	return []string{"./run", "{host}", "{port}"}
}

// Check is one thing that a program must do. Its name is a diagnosis.
type Check struct {
	ID       string
	Title    text.Phrase   // what the program does where it passes: "echoes a message of one byte"
	Points   int           // all or nothing
	Timeout  time.Duration // for the whole check, start of the program included; 0 is DefaultCheckTimeout
	Document string        // where the requirement comes from
	Hint     text.Phrase   // what to look at where it fails
	// Needs are ids of earlier checks without which this one tells nothing
	// new. Where one of them did not pass, this one is skipped and scores 0.
	Needs []string
	// Process says that the check must see the process: it is skipped for a
	// server that was already running.
	Process bool
	// Visibility is empty where everybody sees the check.
	Visibility Visibility
	Own        text.Own // the translations of Title and Hint where the teacher has written them
	// Run does the check. It returns nil, a *Failure, a *Skip, or, when the
	// grader itself could not go on, any other error.
	Run func(ctx context.Context, s *Subject) error
}

// result is the result of the check before it runs.
func (c Check) result() CheckResult {
	return CheckResult{ID: c.ID, Title: c.Heading(), Max: c.Points, Visibility: c.Visibility, Document: c.Document}
}

// DefaultCheckTimeout bounds a check that does not say otherwise.
const DefaultCheckTimeout = 40 * time.Second

// Failure is a requirement that the program did not meet, in a full sentence
// that says what should have been and what was.
type Failure struct{ Sentence text.Message }

// Failf makes a Failure.
func Failf(format text.Phrase, args ...any) *Failure { return &Failure{text.Sayf(format, args...)} }

// Error is the sentence in English.
func (f *Failure) Error() string { return f.Sentence.String() }

// Skip is why a check cannot be done here. Its points still count, so that a
// grade never rises because less was looked at.
type Skip struct{ Reason text.Message }

// Error is the reason in English.
func (s *Skip) Error() string { return s.Reason.String() }
