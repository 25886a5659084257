// Package grade runs the checks of an assignment against a student's program
// and says what it found: a grade, and for every check that failed the story
// of what was done, what should have been, what was, and a hint.
//
// The program is a black box in any language. It runs in a sandbox (package
// sandbox); the checks (package checks) talk to it over real sockets; the
// printers (package format) write the result in the forms that people and
// grading platforms read.
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

// Assignment is a task and how it is graded. Its texts are English and are
// keys of the catalogue.
type Assignment struct {
	ID        string
	Title     text.Phrase
	Kind      Kind
	Network   string   // "tcp" or "udp"; "" where it does not matter
	Documents []string // the documents that it comes from
	Checks    []Check  // in the order in which they run
}

// Max is the points of all checks together.
func (a Assignment) Max() int {
	sum := 0
	for _, c := range a.Checks {
		sum += c.Points
	}
	return sum
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
	// Run does the check. It returns nil, a *Failure, a *Skip, or, when the
	// grader itself could not go on, any other error.
	Run func(ctx context.Context, s *Subject) error
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
