package probe

import (
	"errors"

	"echolab/lab/testbed"
	"echolab/lab/text"
)

// WhyCut says why a conversation that sends again did not bring every
// message back; it is zero where it did. The lab stopped waiting, or TCP itself
// gave up: neither is loss.
func WhyCut(x *testbed.Exchange) text.Message {
	missing := len(x.Observations) - x.Delivered()
	switch {
	case missing == 0:
		return text.Message{}
	case x.Broken != nil:
		return text.Sayf("the connection broke after %s s (%s), %d messages not echoed",
			text.Figure(x.Stopped.Seconds()), innermost(x.Broken).Error(), missing)
	}
	return text.Sayf("stopped after %s s, %d messages under way", text.Figure(x.Stopped.Seconds()), missing)
}

// innermost is what the system said, without the steps around it.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
