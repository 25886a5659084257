package simulated

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"io"
	"os"

	"echolab/lab/networks"
	"echolab/lab/networks/simulated/protocol"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Machine runs jobs on a machine that whoever runs this program has ready: a web
// page. Only one runs at a time: this program waits for it.
type Machine struct{ Told func(step text.Message) }

// device is the file of the machine. What is written to it first is the state of
// its chance, two numbers of 8 bytes, the lowest first; then a request. To read
// from it switches the machine on, and gives its answers.
const device = "/machine"

// errInside is why a simulated machine runs no other one.
var errInside = &networks.UnavailableError{
	Reason: "this is a simulated machine already", Hint: "lab compare --network virtual",
}

// Check says why the machine cannot run here.
func Check() error {
	if _, err := os.Stat(device); err != nil {
		return errInside
	}
	return nil
}

// Run runs a job and returns what it found. It is a testbed.Driver's Elsewhere.
func (m *Machine) Run(ctx context.Context, j testbed.Job, watch testbed.NewWatch) (testbed.Findings, error) {
	return findUnwatched(watch, func(watch testbed.NewWatch) (testbed.Findings, error) {
		if err := ctx.Err(); err != nil {
			return testbed.Findings{}, err
		}
		answers, err := ask(protocol.Request{Job: j, Network: Name, Watch: watch != nil})
		if err != nil {
			return testbed.Findings{}, err
		}
		defer answers.Close() //nolint:errcheck // it was only read
		return findings(receive(answers, watch))
	})
}

// ask switches the machine on.
func ask(q protocol.Request) (answers io.ReadCloser, err error) {
	var request bytes.Buffer
	for _, half := range protocol.Chance(q.Job.Options.Seed) {
		request.Write(binary.LittleEndian.AppendUint64(nil, half))
	}
	if err := gob.NewEncoder(&request).Encode(q); err != nil {
		return nil, fmt.Errorf("tell the simulated machine what to do: %w", err)
	}
	machine, err := os.OpenFile(device, os.O_RDWR, 0)
	if err != nil {
		return nil, errInside
	}
	if _, err := machine.Write(request.Bytes()); err != nil {
		return nil, fmt.Errorf("switch on the simulated machine: %w", err)
	}
	return machine, nil
}

// Close does nothing.
func (m *Machine) Close() error { return nil }
