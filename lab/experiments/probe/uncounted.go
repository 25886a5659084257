package probe

import (
	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Uncounted says what theory does not count of a transfer's flow: a timeout of TCP,
// or a pause of the sender. In slow start TCP itself pauses for up to a round trip.
func (n Bottleneck) Uncounted(t testbed.Transport, f packet.Flow) text.Message {
	p := FlowResult{Flow: f}
	if why := n.Timeout(p); t.Reliable && (!why.IsZero() || p.Pause <= n.full()) {
		return why
	}
	return n.PausedShort(p)
}
