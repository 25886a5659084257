package grade

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/text"
)

// late is a watch that tells given latenesses, one after the other, and then none.
func late(all ...time.Duration) func() func() time.Duration {
	return func() func() time.Duration {
		return func() time.Duration {
			if len(all) == 0 {
				return 0
			}
			first := all[0]
			all = all[1:]
			return first
		}
	}
}

// TestLateChecksAreRepeated: what was found while the grader ran late does not count.
func TestLateChecksAreRepeated(t *testing.T) {
	const busy, quiet = tooLate, tooLate - 1
	bad := Failf("It should be there.")
	tests := []struct {
		name  string
		late  []time.Duration
		found []error
		want  Status
		tries int
	}{
		{"in time", []time.Duration{quiet}, []error{bad}, Failed, 1},
		{"late once, good then", []time.Duration{busy, quiet}, []error{bad, nil}, Passed, 2},
		{"late once, bad again", []time.Duration{busy, quiet}, []error{bad, bad}, Failed, 2},
		{"late, good", []time.Duration{busy}, []error{nil}, Passed, 1},
		{"late twice, bad", []time.Duration{busy, busy}, []error{bad, bad}, Unknown, 2},
		{"late twice, good", []time.Duration{busy, busy}, []error{bad, nil}, Passed, 2},
		{"late by its own doing", []time.Duration{busy, busy}, []error{errLimit}, Failed, 1},
		{"late, not done", []time.Duration{busy}, []error{&Skip{text.Say("not here")}}, Skipped, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tries := 0
			check := Check{ID: "check", Points: 3, Hint: "try", Run: func(ctx context.Context, s *Subject) error {
				s.Stepf("look")
				tries++
				if found := test.found[tries-1]; !errors.Is(found, errLimit) {
					return found
				}
				return printsWithoutEnd(ctx, s)
			}}
			follows := Check{ID: "follows", Points: 1, Needs: []string{"check"}, Run: func(context.Context, *Subject) error { return nil }}
			o := Options{Command: []string{"yes"}, guard: &guard{watch: late(test.late...)}}
			r, err := Run(t.Context(), small(check, follows), o)
			if err != nil {
				t.Fatal(err)
			}
			one, after := r.Checks[0], r.Checks[1]
			if one.Status != test.want || tries != test.tries {
				t.Errorf("%s after %d tries, want %s after %d", one.Status, tries, test.want, test.tries)
			}
			if unknown := test.want == Unknown; unknown != (after.Status == Unknown) || unknown != (len(r.Warnings) > 0) {
				t.Errorf("the check that needs it is %s, warnings %v", after.Status, r.Warnings)
			}
			if one.Status == Unknown && (one.Score != 0 || len(one.Steps) > 0 || one.Message.IsZero()) {
				t.Errorf("unknown, and yet: %+v", one)
			}
		})
	}
}

// errLimit stands for a program that a limit ends.
var errLimit = errors.New("a limit")

func printsWithoutEnd(ctx context.Context, s *Subject) error {
	p, err := s.Launch(ctx, "", 0)
	if err != nil {
		return err
	}
	<-p.Done()
	return Failf("It should have stopped.")
}

// TestRepeatedAlone: while a check is done again, no other of the class runs.
func TestRepeatedAlone(t *testing.T) {
	const students = 6
	var running, runs atomic.Int32
	check := func(tries *int) Check {
		return Check{ID: "check", Points: 1, Run: func(context.Context, *Subject) error {
			runs.Add(1)
			others := running.Add(1) - 1
			defer running.Add(-1)
			time.Sleep(10 * time.Millisecond) // so that others would begin meanwhile
			if *tries++; *tries == 1 || others > 0 || running.Load() > 1 {
				return Failf("It should have been alone.")
			}
			return nil
		}}
	}
	always := func() func() time.Duration { return func() time.Duration { return tooLate } }
	o := Options{Command: []string{"true"}, guard: &guard{watch: always}}
	var group errgroup.Group
	for range students {
		group.Go(func() error {
			r, err := Run(t.Context(), small(check(new(int))), o)
			if err == nil && r.Checks[0].Status != Passed {
				t.Errorf("%s %s", r.Checks[0].Status, r.Checks[0].Message)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if runs.Load() != 2*students {
		t.Errorf("%d runs, want each of %d twice", runs.Load(), students)
	}
}
