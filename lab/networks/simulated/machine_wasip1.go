package simulated

import (
	"context"

	"echolab/lab/networks"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Machine runs nothing here: a simulated machine cannot hold another one.
type Machine struct{ Told func(step text.Message) }

var errInside = &networks.UnavailableError{
	Reason: "this is a simulated machine already", Hint: "lab compare --network virtual",
}

// Check says that the machine cannot run here.
func Check() error { return errInside }

// Run returns why no job can run.
func (m *Machine) Run(context.Context, testbed.Job, testbed.NewTap) (testbed.Findings, error) {
	return testbed.Findings{}, errInside
}

// Close does nothing.
func (m *Machine) Close() error { return nil }
