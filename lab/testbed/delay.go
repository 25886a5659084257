package testbed

import (
	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// SchedulingDelay counts the packets that the wires of an experiment delivered
// later than their links said, because the machine was busy. Where these are
// many, times and rates are the machine's and not the conditions'.
type SchedulingDelay struct{ count wire.LateCounter }

// ManyLate is the share of late packets from which an experiment is disturbed.
const ManyLate = 0.05

// NewTap watches a wire whose links keep packets back. Others are never late.
func (d *SchedulingDelay) NewTap(o wire.Options) wire.Tap {
	if !keepsBack(o.Client) && !keepsBack(o.Server) {
		return nil
	}
	return d.count.Tap
}

func keepsBack(c link.Conditions) bool { return c.Delay > 0 || c.Jitter > 0 || c.Rate > 0 }

// Disturbed reports whether many packets were late, and says how late.
func (d *SchedulingDelay) Disturbed() (warning text.Message, yes bool) {
	late := d.count.Lateness()
	if late.Share() < ManyLate {
		return text.Message{}, false
	}
	return text.Sayf("the machine was busy: %.0f %% of the packets came more than %d ms late, at most %d ms; "+
		"times and rates are not the link's alone",
		100*late.Share(), wire.LateAfter.Milliseconds(), late.Worst.Milliseconds()), true
}
