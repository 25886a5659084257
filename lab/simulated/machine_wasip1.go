package simulated

import (
	"context"

	"echolab/lab"
)

// Machine runs nothing: a sandbox does not hold another one.
type Machine struct{ Told func(step lab.Text) }

var errInside = &lab.Unavailable{Reason: "this is a simulated machine already", Hint: "lab compare --network virtual"}

// Check says that the machine cannot run here.
func Check() error { return errInside }

// Run runs no job.
func (m *Machine) Run(context.Context, lab.Job, lab.NewTap) (lab.Findings, error) {
	return lab.Findings{}, errInside
}

// Close has nothing to forget.
func (m *Machine) Close() error { return nil }
