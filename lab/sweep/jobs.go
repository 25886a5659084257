package sweep

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"echolab/lab/testbed"
)

// Job is one repetition of one point.
type Job struct {
	Point, Repetition int
	At                []Value // one of each axis
	Seed              uint64
}

// Points is how many points the axes make.
func (p Plan) Points() int {
	n := 1
	for _, a := range p.Axes {
		n *= len(a.Values)
	}
	return n
}

// At are the values of a point, one of each axis. The last axis changes first.
func (p Plan) At(point int) []Value {
	at := make([]Value, len(p.Axes))
	for i := len(p.Axes) - 1; i >= 0; i-- {
		values := p.Axes[i].Values
		at[i] = values[point%len(values)]
		point /= len(values)
	}
	return at
}

// Jobs are all repetitions of all points, in the order in which they are measured:
// one of each point after the other, and each time in another order, so that a
// machine that slows down bends no curve.
func (p Plan) Jobs() []Job {
	var all []Job
	for repetition := range p.Seeds {
		order := rand.New(rand.NewPCG(p.Options.Seed, uint64(repetition))).Perm(p.Points())
		for _, point := range order {
			all = append(all, p.job(point, repetition))
		}
	}
	return all
}

// job is one repetition of one point.
func (p Plan) job(point, repetition int) Job {
	j := Job{Point: point, Repetition: repetition, At: p.At(point)}
	j.Seed = testbed.Seed(p.Options.Seed, "sweep", p.Experiment, p.fates(j.At), repetition)
	return j
}

// fates names the point for its seed. What does not change the wire is left out: each
// transport, and each congestion control, meets the same fates.
func (p Plan) fates(at []Value) string {
	var names []string
	for i, a := range p.Axes {
		if a.Name != AxisTransport && a.Name != AxisCongestion {
			names = append(names, a.Name+"="+at[i].Text)
		}
	}
	return strings.Join(names, " ")
}

// Share is a part of the jobs: the I-th of every N, I from 1. The zero value is all.
type Share struct{ I, N int }

// of are the jobs of the share.
func (s Share) of(jobs []Job) []Job {
	if s.N == 0 {
		return jobs
	}
	var mine []Job
	for i, j := range jobs {
		if i%s.N == s.I-1 {
			mine = append(mine, j)
		}
	}
	return mine
}

// MostJobs bounds the jobs of a plan.
const MostJobs = 100_000

// jobCount is how many jobs the plan has, or more than MostJobs.
func (p Plan) jobCount() int {
	n := p.Seeds
	for _, a := range p.Axes {
		if n > MostJobs {
			break
		}
		n *= len(a.Values)
	}
	return n
}

// Check says what is wrong with a plan, before anything is measured.
func (p Plan) Check() error {
	names := map[string]bool{}
	for _, a := range p.Axes {
		if names[a.Name] {
			return fmt.Errorf("%s is an axis twice", a.Name)
		}
		names[a.Name] = true
	}
	if n := p.jobCount(); n > MostJobs {
		return fmt.Errorf("the axes make %d points of %d runs each: the lab makes %d runs at most",
			p.Points(), p.Seeds, MostJobs)
	}
	return nil
}
