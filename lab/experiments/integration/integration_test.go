// Package integration runs the experiments on the network simulated and holds
// their measurements against theory. Nothing is late there, whatever else this
// machine does, and the same seed gives the same figures: so the bounds are
// theory's own, and nothing is ever measured twice.
package integration

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/networks/simulated"
	"echolab/lab/result"
	"echolab/lab/wire"
)

// machine runs the jobs of all tests: its program is translated once.
var machine simulated.Machine

// closing are the tests, and the end of the machine after them.
type closing struct{ *testing.M }

func (m closing) Run() (code int) {
	code = m.M.Run()
	if err := machine.Close(); err != nil {
		fmt.Println("close the simulated machine:", err)
		return max(code, 1)
	}
	return code
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(closing{m}) }

// needsMachine skips where there is no machine to run on.
func needsMachine(t *testing.T) {
	t.Helper()
	if err := simulated.Check(); err != nil {
		t.Skip(err)
	}
}

// takesLong skips what takes long where the tests are to be short.
func takesLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds of work")
	}
}

// job is one run of one experiment.
type job struct {
	id      string
	options result.Options
	asked   link.Overrides         // as a user asks
	change  func(*link.Conditions) // as no user may; may be nil
}

// results are what jobs found that come to the same, whoever asks: each runs once.
var results sync.Map // from what makes a job to func() (*result.Result, error)

// result is what the job found, for every test that asks.
func (j job) result(t *testing.T) *result.Result {
	t.Helper()
	needsMachine(t)
	e, err := j.experiment()
	if err != nil {
		t.Fatal(err)
	}
	makes := fmt.Sprintf("%s %+v %#v", j.id, j.options, e.Conditions)
	once, _ := results.LoadOrStore(makes, sync.OnceValues(func() (*result.Result, error) {
		return j.run(context.Background(), nil) // the test that asks first may end first
	}))
	r, err := once.(func() (*result.Result, error))()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// usualSize is how many bytes the messages have, where a test asks for no other.
const usualSize = 512

// run runs the job.
func (j job) run(ctx context.Context, tap wire.Tap) (*result.Result, error) {
	e, err := j.experiment()
	if err != nil {
		return nil, err
	}
	j.options.Size = cmp.Or(j.options.Size, usualSize)
	return labtest.Measure(ctx, machine.Driver(), e, j.options, nil, tap)
}

// experiment is the one to run, under the job's conditions.
func (j job) experiment() (e experiments.Experiment, err error) {
	e = find(j.id)
	if e.Conditions, err = e.Under(j.asked); err == nil && j.change != nil {
		j.change(&e.Conditions.Client)
		j.change(&e.Conditions.Server)
	}
	return e, err
}

// find is the experiment with that id.
func find(id string) experiments.Experiment {
	all := registry.All()
	return all[slices.IndexFunc(all, func(e experiments.Experiment) bool { return e.ID == id })]
}
