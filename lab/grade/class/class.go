// Package class grades what a class has handed in, on one machine or in shares on many, and
// tells what came out of it.
//
// Of each submission there is a record, a file that holds all that any form in any language
// needs, and no time of day, no duration and no folder of this machine: whoever grades the same
// submissions with the same options gets the same bytes. So a grading can be gone on with, be
// done again for one, and be put together from shares.
//
// Read list.go first (who has handed in what), then record.go and folder.go (what is kept),
// grade.go (one submission), merge.go and summary.go.
package class

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"echolab/lab/grade"
	"echolab/lab/grade/similar"
)

// Options says how a class is graded.
type Options struct {
	grade.Options               // Command runs in each submission's folder; empty is the assignment's own
	Jobs          int           // submissions graded at once, at most MostJobs; 0 is the number of processors
	Build         string        // a command for the shell that makes the program, in its folder; "" is none
	BuildTimeout  time.Duration // 0 is DefaultBuildTimeout
	Students      []Student     // of the roster; nil is none
	Starters      []fs.FS       // what was handed out: it is no sign of copying
	Shard         Shard
	Only          []string // the submissions to grade; empty is all of the shard
	Resume        bool     // leave out those whose record is there and fits
}

// DefaultBuildTimeout bounds the building of one program.
const DefaultBuildTimeout = 2 * time.Minute

// MostJobs is how many submissions this machine can grade at once: a program that is
// checked mostly waits, so that a processor carries four.
func MostJobs() int { return 4 * runtime.NumCPU() }

// Class is a class that is graded into a folder.
type Class struct {
	List

	assignment grade.Assignment
	options    Options
	from       string
	folder     Folder
	given      []similar.Program
}

// Open looks what is in the folder from, and makes the output folder. The error is a
// grade.ErrUsage where the options make no sense.
func Open(a grade.Assignment, from, output string, o Options) (*Class, error) {
	if o.Address != "" {
		return nil, fmt.Errorf("%w: a class has programs to start, not one address", grade.ErrUsage)
	}
	if len(o.Command) == 0 {
		o.Command = a.DefaultCommand()
	}
	if err := o.Validate(a); err != nil {
		return nil, fmt.Errorf("%w: %w", grade.ErrUsage, err)
	}
	if o.Jobs <= 0 {
		o.Jobs = runtime.NumCPU()
	}
	o.Jobs = min(o.Jobs, MostJobs())
	o.Hide = append(slices.Clone(o.Hide), from, output) // the others' work, and everybody's results
	c := &Class{assignment: a, options: o, from: from, folder: Folder(output)}
	c.Plan = planOf(a, o)
	if err := c.find(from, o.Students); err != nil {
		return nil, err
	}
	c.date(o.Receipts)
	for _, name := range o.Only {
		if _, ok := c.entry(name); !ok {
			return nil, fmt.Errorf("%w: there is no submission %s", grade.ErrUsage, name)
		}
	}
	for _, starter := range o.Starters {
		given, err := similar.Of(starter)
		if err != nil {
			return nil, fmt.Errorf("read what was handed out: %w", err)
		}
		c.given = append(c.given, given)
	}
	return c, c.folder.begin(&c.List)
}

// Todo are the submissions that are to be graded now.
func (c *Class) Todo() []Entry {
	var todo []Entry
	for i, e := range c.Submissions {
		switch {
		case !c.options.Shard.Has(i):
		case len(c.options.Only) > 0 && !slices.Contains(c.options.Only, e.Name):
		case c.options.Resume && c.done(e):
		default:
			todo = append(todo, e)
		}
	}
	return todo
}

// done reports whether there is a whole record of just this submission.
func (c *Class) done(e Entry) bool {
	r, err := c.folder.Record(e.Name)
	return err == nil && r.fits(c.Plan, e) && !r.Result.Interrupted && r.Result.Count(grade.Unknown) == 0
}

// Progress hears of each submission that is done, one call at a time, with how long it took,
// and how many of how many are done. An error of it ends the grading.
type Progress func(r *Record, took time.Duration, finished, all int) error

// Grade grades what is to be done. What one submission does, or what goes wrong with it, does
// not touch the others. When ctx ends, those that were being graded are marked as
// interrupted, others get no record, and the error is that of ctx.
func (c *Class) Grade(ctx context.Context, progress Progress) error {
	todo := c.Todo()
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(c.options.Jobs)
	var telling sync.Mutex
	finished := 0
	for _, e := range todo {
		group.Go(func() error {
			if working.Err() != nil {
				return nil
			}
			began := time.Now()
			r, err := c.grade(working, e)
			if err != nil {
				return err
			}
			if err := c.folder.write(r); err != nil {
				return err
			}
			telling.Lock()
			defer telling.Unlock()
			finished++
			return progress(r, time.Since(began), finished, len(todo))
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(c.options.Only) > 0 {
		return nil // the share may not be whole
	}
	return c.folder.finish(c.options.Shard)
}
