//go:build !wasip1

package main

import (
	"context"
	"strings"

	"echolab/lab/grade"
	"echolab/lab/grade/format"
)

// runReplay runs one check and tells what it does while it does it.
func (f *gradeFlags) runReplay(ctx context.Context, t *terminal, a grade.Assignment, o format.Options) error {
	one, ok := a.Only(f.replay)
	if !ok {
		ids := each(a.Checks, func(c grade.Check) string { return c.ID })
		return misusef("one of "+strings.Join(ids, ", "), "--replay: %s has no check %q", a.ID, f.replay)
	}
	told := format.NewReplay(t.out, o)
	f.Step = told.Step
	r, err := grade.Run(ctx, one, f.Options)
	if r == nil {
		return gradeError(err)
	}
	if err := told.Verdict(r.Checks[0]); err != nil {
		return err
	}
	return err
}
