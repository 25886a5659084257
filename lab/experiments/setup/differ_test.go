package setup

import (
	"testing"
	"testing/synctest"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
)

// TestAttemptsDiffer: every handshake has fates of its own.
func TestAttemptsDiffer(t *testing.T) {
	for loss, networks := range map[float64]int{0: leastGreetings + 1, 0.1: attempts} {
		synctest.Test(t, func(t *testing.T) {
			probetest.Attempts(t, Experiment, networks, (*probetest.Opened).Memory, func(c *link.Conditions) { c.Loss = loss })
		})
	}
}
