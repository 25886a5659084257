package blocking

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/testbed"
)

func TestWorstGap(t *testing.T) {
	x := &testbed.Exchange{Observations: make([]testbed.Observation, 4), Arrivals: []int{0, 2, 1, 3}}
	for i, at := range []time.Duration{10 * probetest.Ms, 40 * probetest.Ms, 15 * probetest.Ms, 41 * probetest.Ms} {
		x.Observations[i].Received = at
	}
	if got := worstGap(x); got != 25*probetest.Ms {
		t.Errorf("the longest gap is %v, want 25ms", got)
	}
}
