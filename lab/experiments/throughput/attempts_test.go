package throughput

import (
	"testing"
	"testing/synctest"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/testbed"
)

// TestAttemptsDiffer: every transfer has fates of its own. The last of the
// networks is for the flow in bulk, which would pour without an end.
func TestAttemptsDiffer(t *testing.T) {
	transfers := 0
	for _, size := range sizes {
		transfers += size.attempts
	}
	few := func(o *probetest.Opened) testbed.Driver { return o.Few(transfers) }
	synctest.Test(t, func(t *testing.T) {
		probetest.Attempts(t, Experiment, transfers+1, few, func(*link.Conditions) {})
	})
}
