package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"echolab/lab/text"
)

// ClassOptions says how a folder of submissions is graded.
type ClassOptions struct {
	Options     // Command runs in each submission's folder; empty means its file "run"
	Jobs    int // submissions graded at once; 0 is the number of processors
	// Done is called after each submission, one call at a time. An error of it
	// ends the grading. It hears of interrupted ones, too.
	Done func(r *Result, finished, all int) error
}

// Class grades every subfolder of dir, as a submission of that name, and
// returns the results in the order of the names. What one submission does, or
// what goes wrong with it, does not touch the others. When ctx ends, Class
// returns what there is until then, with the error of ctx: submissions that
// were being graded are marked as interrupted, others have no result.
func Class(ctx context.Context, a Assignment, dir string, o ClassOptions) ([]*Result, error) {
	names, err := submissions(dir)
	if err != nil {
		return nil, err
	}
	if o.Address != "" {
		return nil, fmt.Errorf("%w: a class has programs to start, not one address", ErrUsage)
	}
	if len(o.Command) == 0 {
		o.Command = a.DefaultCommand()
	}
	if err := o.validate(a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	results, err := gradeAll(ctx, a, dir, names, o)
	if err == nil {
		err = ctx.Err()
	}
	return slices.DeleteFunc(results, func(r *Result) bool { return r == nil }), err
}

// gradeAll grades o.Jobs submissions at once. Those that were not begun when ctx
// ended have no result.
func gradeAll(ctx context.Context, a Assignment, dir string, names []string, o ClassOptions) ([]*Result, error) {
	results := make([]*Result, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(o.Jobs)
	var telling sync.Mutex
	finished := 0
	for i, name := range names {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			r, err := gradeOne(ctx, a, filepath.Join(dir, name), o.Options)
			if err != nil {
				return err
			}
			r.Submission, results[i] = name, r
			telling.Lock()
			defer telling.Unlock()
			finished++
			return o.Done(r, finished, len(names))
		})
	}
	return results, group.Wait()
}

// submissions are the subfolders of dir, hidden ones left out.
func submissions(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for submissions: %w", err)
	}
	var names []string
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name())) // follows links
		if err == nil && info.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("look for submissions: no folders in %s", dir)
	}
	slices.Sort(names)
	return names, nil
}

// gradeOne grades one submission. A grader that could not run gives a result
// that says so, so that the others go on.
func gradeOne(ctx context.Context, a Assignment, dir string, o Options) (*Result, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	o.Dir = dir
	r, err := Run(ctx, a, o)
	if r != nil {
		return r, nil // whole, or interrupted
	}
	if errors.Is(err, ErrUsage) {
		return nil, err
	}
	r = newResult(a, &o)
	for _, c := range a.Checks {
		one := c.result()
		one.Status, one.Message = Errored, text.Sayf("The grader could not go on: %v.", err)
		r.Checks = append(r.Checks, one)
	}
	return r, nil
}
