package experiments

import (
	"context"
	"fmt"

	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// RunJob runs a job of the experiment here, through the transports that the job
// names, on networks of the opener. Every wire that is opened is tapped where
// tap, which may be nil, makes one.
func (e Experiment) RunJob(ctx context.Context, j testbed.Job, all []testbed.Transport, opener testbed.Driver, tap testbed.NewTap) (testbed.Findings, error) {
	b := &testbed.Bench{Options: j.Options, Transports: all, Conditions: j.Conditions, Driver: watched(opener, tap)}
	rows, err := e.Run(ctx, b)
	return testbed.Findings{Rows: rows, Warnings: b.Warnings()}, err
}

// watched opens the same networks, tapped where somebody wants to watch.
func watched(opener testbed.Driver, tap testbed.NewTap) testbed.Driver {
	if tap == nil {
		return opener
	}
	open := opener.Open
	opener.Open = func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		s.Wire.Tap = wire.Taps(s.Wire.Tap, tap(s.Wire))
		return open(ctx, s)
	}
	return opener
}

// FitsOn says why the experiment makes no sense on the networks of an opener;
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
