package congestion

import (
	"errors"

	"echolab/lab/experiments/probe"
	"echolab/lab/testbed"
)

// endedEarly is what flows passed of which one found nobody, or was given up, and
// false where err is none of these. On a wire that loses packets both are a result.
func endedEarly(err error) (p probe.FlowResult, ok bool) {
	var dial *testbed.DialError
	var broken *probe.BrokenError
	switch {
	case errors.As(err, &dial) && dial.Timeout():
		p.Lasted, p.Ended = dial.After, probe.NoConnection(dial.After)
	case errors.As(err, &broken):
		p.Lasted = broken.After
		p.Ended = probe.BrokeAfter(broken.After, broken.Err)
	}
	return p, !p.Ended.IsZero()
}
