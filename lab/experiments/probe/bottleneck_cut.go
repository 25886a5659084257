package probe

import (
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Missing is how many bytes of those that the flow had sent before it was
// measured had not come when that ended.
func (p FlowResult) Missing() int { return max(p.Before.Distinct-p.Before.Whole-p.Whole, 0) }

// Cut notes in the rows of a flow why they do not show the state that was asked
// for, if they do not. What the machine did, and whether a timeout, of which
// theory knows nothing, stopped the flow, is only asked where something is not as
// expected.
func (n Bottleneck) Cut(t testbed.Transport, p FlowResult, rows ...*result.Measurement) {
	why := n.unready(t, p)
	if why.IsZero() && t.Reliable && p.Missing() > 0 {
		why = text.Sayf("the lab stopped while %d bytes waited to be sent again", p.Missing())
	}
	if why.IsZero() && IsOutside(t.Name, rows...) {
		why = FirstOf(n.Disturbance(p), StartedOver(p))
		if why.IsZero() && t.Reliable {
			why = n.Timeout(p)
		}
	}
	for _, r := range rows {
		if !why.IsZero() {
			r.CutShort(t.Name, why)
		}
	}
}

// unready says why a flow was not in the state that was asked for; it is zero
// where it was.
func (n Bottleneck) unready(t testbed.Transport, p FlowResult) text.Message {
	after := text.Figure(p.Started.Seconds())
	switch {
	case !p.Ended.IsZero():
		return p.Ended
	case p.Ready:
		return text.Message{}
	case p.Restarted:
		return StartedOver(p)
	case !t.Reliable:
		return text.Sayf("the queue was not full after %s s: the lab offered %s Mbit/s, the link carries %s",
			after, text.Figure(p.Sent()/1e6), text.Figure(n.Rate/1e6))
	case p.Before.Repairs == 0:
		return text.Sayf("slow start was not over after %s s", after)
	}
	return text.Sayf("the window had not filled path and queue after %s s", after)
}

// ExpectGoodput says how fast one flow can be behind the bottleneck. TCP that
// packets are lost to by chance, or overtake each other, is held back by them: how
// fast it then is depends on its congestion control, and what Reno makes of it has
// its own row.
// UDP fills the link as long as enough comes to the queue.
func (n Bottleneck) ExpectGoodput(row *result.Measurement, b *testbed.Bench, t testbed.Transport) {
	switch beta := backoff(controlOf(b)); {
	case n.Rate == 0 || t.Reliable && (n.drop > 0 || n.jitter > 0 || n.Limit < leastQueue):
	case t.Reliable:
		full := n.Rate * tcpShare / 1e6
		row.Expect(t.Name, full*n.meanUse(beta), full*n.leastUse(beta)*(1-ResentShare), full*(1+n.edges))
		row.Becausef("the link's rate less headers; TCP's window goes back to %s of what path and queue hold (Appenzeller 2004)",
			text.Figure(beta))
	case n.overfilled() >= surplus && n.bridged():
		full := n.Rate * udpShare / 1e6
		row.Expect(t.Name, full, full*(1-n.edges), full*(1+n.edges))
	}
}

// ExpectOverflow says how much of what a transport that never waits offers finds
// the queue full: all that the link does not carry, of what was really offered.
func (n Bottleneck) ExpectOverflow(queue, data *result.Measurement, t testbed.Transport, p FlowResult) {
	full, empty := n.overfilled() >= surplus && n.bridged(), n.overfilled() <= 1/surplus
	if n.Rate == 0 || p.Packets == 0 || !full && !empty {
		return
	}
	offered, arrived := float64(p.Packets), float64(p.Packets-p.Lost)
	dropped := max(arrived-n.Rate*p.Lasted.Seconds()/(8*datagramPacket), 0)
	cut := 2 + n.Rate*p.Pause.Seconds()/(8*datagramPacket) // packets at the ends of the interval, and in the longest pause
	share, lost, off := 100*dropped/offered, 100*(dropped+float64(p.Lost))/offered, 100*cut/offered
	queue.Expect(t.Name, share, max(share-off, 0), share+off)
	data.Expect(t.Name, lost, max(lost-off, 0), lost+off)
	queue.Becausef("UDP: 1 - rate/offered, to a few packets; %s Mbit/s of packets came to the queue",
		text.Figure(arrived*8*datagramPacket/p.Lasted.Seconds()/1e6))
}
