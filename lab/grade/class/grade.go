package class

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"echolab/lab/grade"
	"echolab/lab/grade/intake"
	"echolab/lab/grade/similar"
	"echolab/lab/text"
)

// grade grades one submission. A grader that could not run gives a record that says so, so
// that the others go on.
func (c *Class) grade(ctx context.Context, e Entry) (*Record, error) {
	r := &Record{Plan: c.Plan, Entry: e}
	room, err := newRoom()
	if err != nil {
		return nil, err
	}
	defer room.remove()
	result, err := c.inRoom(ctx, r, room)
	switch {
	case result != nil: // whole, or interrupted
	case errors.Is(err, grade.ErrUsage):
		return nil, err
	case ctx.Err() != nil:
		result = grade.NotRun(c.assignment, c.options.Options, grade.Skipped, text.Say("Interrupted before this check."))
		result.Interrupted = true
	default:
		why := text.Sayf("The grader could not go on: %v.", err)
		result = grade.NotRun(c.assignment, c.options.Options, grade.Errored, why)
	}
	result.Submission = e.Name
	r.Result = *result
	room.tidy(r)
	return r, nil
}

// reasons are why no check was done.
var reasons = map[grade.IntakeStatus]text.Phrase{
	grade.NotHandedIn: "Nothing was handed in.",
	grade.Refused:     "What was handed in was refused.",
	grade.NotBuilt:    "The program could not be built.",
	grade.NotStarted:  "The program could not be started.",
}

// without is the result of a submission that comes to no check.
func (c *Class) without(in grade.Intake) *grade.Result {
	r := grade.NotRun(c.assignment, c.options.Options, grade.Skipped, text.Say(reasons[in.Status]))
	r.Intake = &in
	return r
}

// inRoom takes the submission in, builds it, and runs the checks.
func (c *Class) inRoom(ctx context.Context, r *Record, room *room) (*grade.Result, error) {
	switch len(r.Entry.Source) {
	case 0:
		return c.without(grade.Intake{Status: grade.NotHandedIn}), nil
	case 1:
	default:
		twice := text.Sayf("it was handed in twice: %s", strings.Join(r.Entry.Source, ", "))
		return c.without(grade.Intake{Status: grade.Refused, Notes: []text.Message{twice}}), nil
	}
	main := c.main()
	taken, err := intake.Take(filepath.Join(c.from, r.Entry.Source[0]), room.files, main)
	if refusal, ok := errors.AsType[*intake.Refusal](err); ok {
		return c.without(grade.Intake{Status: grade.Refused, Notes: []text.Message{refusal.Reason}}), nil
	}
	if err != nil {
		return nil, fmt.Errorf("take the submission in: %w", err)
	}
	program, err := similar.Of(os.DirFS(taken.Dir))
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	r.Program = program.Without(c.given...)
	in := grade.Intake{Notes: taken.Notes}
	if c.options.Build != "" {
		built, err := c.build(ctx, taken.Dir)
		if err != nil {
			return nil, err
		}
		r.Build, in.Log = built.log, end(built.log, mostLog)
		if !built.ok {
			in.Status, in.Notes = grade.NotBuilt, append(in.Notes, built.reason)
			return c.without(in), nil
		}
	}
	return c.run(ctx, r.Entry.Name, taken.Dir, main, in)
}

// run runs the checks, if there is something to run.
func (c *Class) run(
	ctx context.Context, name, dir string, main intake.Main, in grade.Intake,
) (*grade.Result, error) {
	if _, err := os.Stat(filepath.Join(dir, main.Name)); err != nil && c.assignment.Kind != grade.Answers {
		in.Status, in.Notes = grade.NotStarted, append(in.Notes, text.Sayf("there is no file %s", main.Name))
		return c.without(in), nil
	}
	o := c.options.Options
	o.Dir, o.Student = dir, name
	result, err := grade.Run(ctx, c.assignment, o)
	if result == nil {
		return nil, err
	}
	if says, never := result.NeverStarted(); never && !result.Interrupted {
		in.Status, in.Notes = grade.NotStarted, append(in.Notes, says)
	}
	if in.Status != "" || len(in.Notes) > 0 || in.Log != "" {
		result.Intake = &in
	}
	return result, nil
}

// main is the file that the command begins with, if it is one of the submission's.
func (c *Class) main() intake.Main {
	first := c.options.Command[0]
	if name, ok := strings.CutPrefix(first, "./"); ok {
		return intake.Main{Name: filepath.ToSlash(filepath.Clean(name)), Start: true}
	}
	if c.assignment.Kind == grade.Answers {
		return intake.Main{Name: first}
	}
	for _, arg := range c.options.Command[1:] {
		if scripts.MatchString(arg) {
			return intake.Main{Name: arg}
		}
	}
	return intake.Main{}
}

// scripts are arguments of an interpreter that name a file.
var scripts = regexp.MustCompile(`^[\pL\pN_][\pL\pN_./-]*\.(py|js|mjs|rb|pl|php|sh|jar|lua)$`)

func (o Options) buildTimeout() time.Duration { return cmp.Or(o.BuildTimeout, DefaultBuildTimeout) }
