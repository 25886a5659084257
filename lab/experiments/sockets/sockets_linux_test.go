package sockets

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

// TestSocketsOfThisSystem reads the table of the system that runs the test.
func TestSocketsOfThisSystem(t *testing.T) {
	t.Parallel()
	b := &testbed.Bench{Transports: transports.Transports(), Driver: localhost.Localhost}
	rows, err := Experiment.Run(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Result{Measurements: rows}
	for _, transport := range transports.Transports() {
		probetest.WantExpected(t, r, transport.Name, true,
			"server_sockets", "server_ports", "states", "client_ports", "sessions", "any_address", "sockets_after_close")
	}
}
