package ordering

import (
	"testing"
	"time"

	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// TestOrderingWorkload: the messages are as many as can be sent in a third of
// the longest wait.
func TestOrderingWorkload(t *testing.T) {
	for _, c := range []struct {
		delay, longest time.Duration
		messages       int
	}{
		{10 * probetest.Ms, 0, 1000}, {0, 0, 1000}, {2 * time.Second, 0, 43}, {2 * time.Second, time.Hour, 1000},
		{time.Hour, 0, 1},
	} {
		b := &testbed.Bench{
			Options: result.Options{Messages: 1000, Size: 512}, Driver: testbed.Driver{Longest: c.longest},
			Conditions: wire.BothWays(link.Conditions{Delay: c.delay}),
		}
		w := orderingWorkload(b)
		if w.Messages != c.messages {
			t.Errorf("%v, at most %v: %d messages, want %d", c.delay, c.longest, w.Messages, c.messages)
		}
	}
}
