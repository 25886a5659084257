package probe

import (
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Disturbance says why a flow shows the machine and not the path; it is zero
// where nothing does. A round trip is no longer than the path with its queue
// full, unless the two hosts or the wire took time; packets come late only when
// the wire does; and a sender that has no reason to pause for as long as the
// queue lasts had no processor.
func (n Bottleneck) Disturbance(p FlowResult) text.Message {
	const much = 1.1
	rest, pause := n.drain(), p.Pause
	if p.Packets == 0 {
		pause = p.Lasted
	}
	switch rtt := p.RTT(); {
	case p.Late > 0 && float64(p.Late) > testbed.ManyLate*float64(p.Delivered):
		return text.Sayf("busy: %.0f %% of the packets came more than %d ms late",
			Percent(p.Late, p.Delivered), wire.LateAfter.Milliseconds())
	case float64(rtt) > much*float64(n.FullRTT()+time.Millisecond):
		return text.Sayf("busy: a round trip took %s ms, the path with a full queue takes %s ms",
			text.Figure(Milliseconds(rtt)), text.Figure(Milliseconds(n.FullRTT())))
	case p.Repairs == 0 && p.Overflowed+p.Lost == 0 && pause > rest+n.Trip, p.Rounds == 0 && pause > rest:
		return text.Sayf("busy: the lab offered nothing for %s ms, longer than the queue lasts",
			text.Figure(Milliseconds(pause)))
	}
	return n.PausedShort(p)
}

// PausedShort says that the machine kept a sender from its processor for a good
// part of what a very short queue lasts, if it did. What it has to send then comes
// at once, and the queue drops of it what it would else have carried.
func (n Bottleneck) PausedShort(p FlowResult) text.Message {
	rest := n.drain()
	if n.Rate == 0 || rest > wire.LateAfter || p.Pause < rest/2 {
		return text.Message{}
	}
	return text.Sayf("busy: the lab offered nothing for %s ms, and the queue lasts for %s ms only",
		text.Figure(Milliseconds(p.Pause)), text.Figure(Milliseconds(rest)))
}

// StartedOver says that a flow overfilled the queue again and again, if it did:
// slow start came back, or the control does not mind.
func StartedOver(p FlowResult) text.Message {
	if !p.Restarted {
		return text.Message{}
	}
	return text.Sayf("the flow overfilled the queue again and again, which dropped %s %% of its packets",
		text.Figure(Percent(p.Before.Overflowed+p.Overflowed, p.Before.Packets+p.Packets)))
}

// Timeout says for how long a flow of TCP stood still after a drop, if for so long
// that only its timeout sent again (RFC 6298): longer than a round trip. The timer
// may have been set some round trips before the last packet.
func (n Bottleneck) Timeout(p FlowResult) text.Message {
	if p.Pause <= max(n.FullRTT(), LeastRTO/2) || p.Repairs+p.Overflowed+p.Lost == 0 {
		return text.Message{}
	}
	return text.Sayf("stood still for %s s, until its timeout: theory counts none", text.Figure(p.Pause.Seconds()))
}

// Uncounted says what theory does not count of a transfer's flow: a timeout of TCP,
// or a pause of the sender. In slow start TCP itself pauses for up to a round trip.
func (n Bottleneck) Uncounted(t testbed.Transport, f packet.Flow) text.Message {
	p := FlowResult{Flow: f}
	if why := n.Timeout(p); t.Reliable && (!why.IsZero() || p.Pause <= n.FullRTT()) {
		return why
	}
	return n.PausedShort(p)
}

// FirstOf is the first reason that there is, or none.
func FirstOf(all ...text.Message) text.Message {
	for _, why := range all {
		if !why.IsZero() {
			return why
		}
	}
	return text.Message{}
}

// FirstAmong is the first reason that there is of several flows, or none.
func FirstAmong(reason func(FlowResult) text.Message, flows []FlowResult) (why text.Message) {
	for _, r := range flows {
		if why = reason(r); !why.IsZero() {
			break
		}
	}
	return why
}
