package experiments

import (
	"context"
	"fmt"

	"echolab/lab/testbed"
)

// RunJob runs a job of the experiment here, through the transports that the job
// names, on networks of the driver. Every network that is opened is watched by what
// watch makes, and its wire by the taps that newTaps make; any of them may be nil.
func (e Experiment) RunJob(
	ctx context.Context, j testbed.Job, all []testbed.Transport, driver testbed.Driver,
	watch testbed.NewWatch, newTaps ...testbed.NewTap,
) (testbed.Findings, error) {
	b := &testbed.Bench{
		Options: j.Options, Transports: all, Conditions: j.Conditions, Taps: newTaps, Watch: watch,
		Driver: driver,
	}
	rows, err := e.Run(ctx, b)
	return testbed.Findings{Rows: rows, Warnings: b.Warnings()}, err
}

// FitsOn says why the experiment makes no sense on the networks of a driver;
// nil if it does. Localhost has no wire. A machine elsewhere is not this
// system, and has no speed: its clock stands still while it works.
func (e Experiment) FitsOn(o testbed.Driver) error {
	switch {
	case e.Place == OnWire && !o.Wired:
		return fmt.Errorf("%s needs a wire, which network %s has not", e.ID, o.Name)
	case e.Place == OnSystem && o.Elsewhere != nil:
		return fmt.Errorf("%s is about this system's own sockets, which network %s has not", e.ID, o.Name)
	case e.Alone && o.Elsewhere != nil:
		return fmt.Errorf("%s measures how fast this machine is, which network %s does not show", e.ID, o.Name)
	}
	return nil
}
