package registry

import (
	"slices"
	"testing"
	"testing/synctest"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/testbed"
)

// TestAttemptsDiffer: every attempt of an experiment has fates of its own.
func TestAttemptsDiffer(t *testing.T) {
	memory, nothing := (*probetest.Opened).Memory, (*probetest.Opened).Nothing
	for _, c := range []struct {
		id       string
		networks int // of TCP
		driver   func(*probetest.Opened) testbed.Driver
	}{
		{"blocking", 5, memory}, {"flow", 2, nothing}, {"congestion", 2, nothing}, {"close", 2, memory},
		{"concurrency", 4, memory}, {"sockets", 2, memory}, {"programs", 4, memory},
	} {
		e := All()[slices.IndexFunc(All(), func(e experiments.Experiment) bool { return e.ID == c.id })]
		synctest.Test(t, func(t *testing.T) {
			probetest.Attempts(t, e, c.networks, c.driver, func(*link.Conditions) {})
		})
	}
}
