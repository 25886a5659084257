package concurrency

import (
	"testing"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/transports"
)

func TestQueueing(t *testing.T) {
	r := probetest.OnMemory(t, Experiment.Run, nil, transports.Transports()...)
	probetest.WantValues(t, r, "tcp", map[string]result.Value{
		"wait_iterative": result.Num(150), "wait_concurrent": result.Num(0), "served_iterative": result.Num(1), "served_concurrent": result.Num(20),
	})
	probetest.WantValues(t, r, "udp", map[string]result.Value{
		"wait_iterative": result.Num(0), "wait_concurrent": result.Num(0), "served_iterative": result.Num(20), "served_concurrent": result.Num(20),
	})
	for _, transport := range transports.Transports() {
		probetest.WantExpected(t, r, transport.Name, true, "wait_iterative", "wait_concurrent", "served_iterative", "served_concurrent")
	}
}

// TestQueueingTheOtherWay: servers that take one client at a time whatever was
// asked, or all at once, are not as expected.
func TestQueueingTheOtherWay(t *testing.T) {
	always := probetest.ServingOther(transports.TCP, func(o *testbed.ServerOptions) { o.Iterative = true })
	probetest.WantExpected(t, probetest.OnMemory(t, Experiment.Run, nil, always), "tcp", false, "wait_concurrent", "served_concurrent")
	never := probetest.ServingOther(transports.TCP, func(o *testbed.ServerOptions) { o.Iterative = false })
	probetest.WantExpected(t, probetest.OnMemory(t, Experiment.Run, nil, never), "tcp", false, "wait_iterative", "served_iterative")
}
