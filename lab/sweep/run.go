package sweep

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"echolab/lab/result"
)

// Runner runs the jobs of a plan.
type Runner struct {
	// Measure runs the experiment at a point, with the seed of a job.
	Measure func(ctx context.Context, j Job) (*result.Result, error)
	AtOnce  int // jobs that run side by side, at least 1
	Share   Share
	// Done is called when a job has ended, one call after the other; may be nil. An
	// error from it ends the run.
	Done func(done, all int) error
}

// Run runs those jobs of the share that s has no run of, and adds their runs to it.
// When ctx ends, it returns at once with the runs that are there, and the cause.
func (r Runner) Run(ctx context.Context, s *Sweep) error {
	jobs := r.Share.of(s.Jobs())
	todo := slices.DeleteFunc(slices.Clone(jobs), s.has)
	done := len(jobs) - len(todo)
	var mu sync.Mutex
	g, within := errgroup.WithContext(ctx)
	g.SetLimit(max(r.AtOnce, 1))
	for _, j := range todo {
		if within.Err() != nil {
			break
		}
		g.Go(func() error {
			found, err := r.Measure(within, j)
			if within.Err() != nil {
				return context.Cause(within) // part of an experiment is no result
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			s.add(j, found)
			done++
			if r.Done == nil {
				return nil
			}
			return r.Done(done, len(jobs))
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// has reports whether the run of a job is there.
func (s *Sweep) has(j Job) bool {
	_, found := s.place(j.Point, j.Repetition)
	return found
}

// place is where the run of a point and repetition stands, or belongs.
func (s *Sweep) place(point, repetition int) (int, bool) {
	return slices.BinarySearchFunc(s.Runs, Run{Point: point, Repetition: repetition}, byPoint)
}

func byPoint(a, b Run) int {
	if a.Point != b.Point {
		return a.Point - b.Point
	}
	return a.Repetition - b.Repetition
}

// add puts in what a job found.
func (s *Sweep) add(j Job, found *result.Result) {
	run := Run{Point: j.Point, Repetition: j.Repetition, Seed: j.Seed, Error: found.Error}
	for _, m := range found.Measurements {
		if len(s.Measure) > 0 && !slices.Contains(s.Measure, m.ID) {
			continue
		}
		run.Figures = append(run.Figures, figureOf(m))
		s.tell(Row{m.ID, m.Label, m.Unit, m.Headline})
	}
	at, _ := s.place(j.Point, j.Repetition)
	s.Runs = slices.Insert(s.Runs, at, run)
}

// tell notes what is told of a measurement. It is a headline where any run says so.
func (s *Sweep) tell(r Row) {
	for i := range s.Rows {
		if s.Rows[i].ID == r.ID {
			s.Rows[i].Headline = s.Rows[i].Headline || r.Headline
			return
		}
	}
	s.Rows = append(s.Rows, r)
}

// sortRows puts the rows into the order in which the runs have them, whichever was
// there first.
func (s *Sweep) sortRows() {
	place := map[string]int{}
	for _, run := range s.Runs {
		for _, f := range run.Figures {
			if _, ok := place[f.ID]; !ok {
				place[f.ID] = len(place)
			}
		}
	}
	slices.SortFunc(s.Rows, func(a, b Row) int { return place[a.ID] - place[b.ID] })
}
