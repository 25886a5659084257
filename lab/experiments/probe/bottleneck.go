package probe

import (
	"math"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Bottleneck is a path with a rate and a queue before it, in full packets.
type Bottleneck struct {
	Rate   float64       // bits per second, headers included; 0 is none
	Packet time.Duration // what a full packet takes at the rate
	Trip   time.Duration // round trip of a full packet while the queue is empty
	bdp    float64       // packets under way then: the bandwidth-delay product
	Limit  float64       // packets that may wait, besides the one that is being sent
	drop   float64       // chance that a packet is dropped before it comes to the queue
	run    float64       // chance that the next one is dropped, too
	jitter time.Duration // of the delay, either way: packets overtake each other
	edges  float64       // how far counts are off because an interval cuts packets in two, as a share
}

func BottleneckOf(c wire.Options) Bottleneck {
	n := Bottleneck{
		Rate: c.Client.Rate, Trip: RoundTrip(c), Limit: float64(QueueLimit(c.Client)),
		drop: c.Client.DropChance(), run: c.Client.DropChance(), jitter: c.Client.Jitter + c.Server.Jitter,
	}
	if length := c.Client.Burst.Length; c.Client.Burst.Loss > 0 {
		n.run = max(n.run, 1-1/length)
	}
	if n.Rate > 0 {
		n.Packet = seconds(testbed.DefaultMTU * 8 / n.Rate)
		n.Trip += n.Packet
		n.bdp = n.Trip.Seconds() / n.Packet.Seconds()
		// One packet at each end of the measurement, and those that jitter moves
		// across it.
		n.edges = 2 * (1 + c.Client.Jitter.Seconds()/n.Packet.Seconds()) / measuredPackets
	}
	return n
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Scale is a duration so often, at most a day.
func Scale(d time.Duration, n float64) time.Duration {
	return time.Duration(min(float64(d)*n, float64(24*time.Hour)))
}

// pipe is how many packets are under way at most, before the queue drops.
func (n Bottleneck) pipe() float64 { return n.bdp + n.Limit }

// full is the round trip while the queue is full.
func (n Bottleneck) full() time.Duration { return n.Trip + n.rest() }

// rest is how long a full queue lasts when nothing comes.
func (n Bottleneck) rest() time.Duration { return Scale(n.Packet, n.Limit) }

// backoff is to what part of its window a control goes back when the queue
// drops: Reno to a half (RFC 5681 3.1), CUBIC to 0.7 (RFC 9438 4.6). Of others
// it is thought that they go back to no less than Reno.
func backoff(control string) float64 {
	if control == "cubic" {
		return 0.7
	}
	return 0.5
}

// leastUse is the part of the link that one flow uses at least once its window
// goes up and down between backoff and all that the path and its queue hold:
// where the queue holds enough, it never runs empty (Appenzeller et al. 2004).
func (n Bottleneck) leastUse(beta float64) float64 { return min(1, beta*n.pipe()/n.bdp) }

// meanUse is the part that it uses on average, if the window grows by as much
// each round trip. In packets and round trips of an empty queue: a cycle begins
// at the window low, fills the path at bdp and the queue at high.
func (n Bottleneck) meanUse(beta float64) float64 {
	low, high := beta*n.pipe()/n.bdp, n.pipe()/n.bdp
	if low >= 1 {
		return 1
	}
	packets := (high*high - low*low) / 2
	return packets / ((1 - low) + (high*high-1)/2)
}

// overfilled is how many times the link's rate comes to the queue of what a
// transport that never waits offers.
func (n Bottleneck) overfilled() float64 { return overload * (1 - n.drop) }

// bridged reports whether the queue keeps the link busy while so many packets in
// a row are dropped before it as hardly ever are: at overload, two of them take
// the time of one.
func (n Bottleneck) bridged() bool {
	const hardlyEver = 1e-4
	return math.Pow(n.run, overload*n.Limit) < hardlyEver
}

// Settled is the state of one flow of TCP whose window goes up and down at the
// end of the path: it has repaired what it lost when the queue dropped for the
// first time. Where the queue is shorter than the path, slow start's bursts
// overflow it long before the window fills the path: there the flow must have
// filled the link after that, and repaired what it then lost. As good is a flow
// that has kept the link full, without a drop, for so long that slow start's
// doubling would have overfilled the queue: that of a control that drops
// nothing, such as BBR, or one that left slow start early (HyStart, RFC 9406).
func (n Bottleneck) Settled() FlowState {
	var last packet.Flow
	var seen, since time.Duration // when it was looked at last, and since when the link has been full
	needs := 1                    // repairs
	return func(now time.Duration, flows []packet.Flow) bool {
		f := flows[0]
		full := float64(f.Fresh-last.Fresh) >= busy*n.Rate*tcpShare/8*(now-seen).Seconds()
		if last, seen = f, now; !full {
			since = now
		}
		if n.short() && needs == 1 && full && f.Repairs > 0 {
			needs = f.Repairs + 1
		}
		if f.Overflowed+f.Lost > 0 {
			return f.Repairs >= needs && (!n.short() || needs != 1)
		}
		return now-since >= n.full()+n.Trip
	}
}

// busy is the part of the link's rate that a full link carries at least, in the
// time between two looks: a packet of the ten or more in it may be cut in two.
const busy = 0.9

// short reports whether the queue is shorter than the path. Where chance drops
// packets, these decide how far the window goes.
func (n Bottleneck) short() bool { return n.Limit+1 < n.bdp && n.drop == 0 }

// overshootShare is the part of what path and queue hold that a window which grows
// by packets has dropped at most.
const overshootShare = 4

// Overshoot is how many packets a window that grows by packets may have dropped
// while it is measured. Slow start, which doubles it, loses more; where the queue
// holds next to nothing nobody can tell.
func (n Bottleneck) Overshoot() int {
	if n.Limit < leastQueue {
		return 0
	}
	return int(n.pipe() / overshootShare)
}

// overflowing is the state of a queue that has dropped a packet.
func overflowing(_ time.Duration, flows []packet.Flow) bool {
	for _, f := range flows {
		if f.Overflowed > 0 {
			return true
		}
	}
	return false
}

// LeastLook is the shortest time between two looks at flows.
const LeastLook = 5 * time.Millisecond

// Look is how often to look for a flow's state: not before a round trip and some
// packets have shown what it does.
func (n Bottleneck) Look() time.Duration { return max(n.Trip, Scale(n.Packet, 10), LeastLook) }

// measuredPackets is over how many packets of the link a state is measured.
const measuredPackets = 600

// MostUntilReady is how many packets of the link a flow may take until it is in
// the state that is asked for. Time costs nothing where it is simulated, but
// packets do.
const MostUntilReady = 20000

// Course is how long one flow is looked at: until it is in its state, but no
// longer than a third of what the lab waits at most, and then for measuredPackets
// or a round trip.
func (n Bottleneck) Course(b *testbed.Bench, t testbed.Transport) FlowPlan {
	if n.Rate == 0 {
		return FixedDuration(UnboundedFor)
	}
	longest := b.Longest() / 3
	c := FlowPlan{
		Every: n.Look(), Most: MostUntilReady,
		Lasts: min(max(Scale(n.Packet, measuredPackets), n.full(), LeastWatch), longest),
	}
	switch {
	case t.Reliable:
		c.State, c.Bound, c.Again, c.Overshoot = n.Settled(), longest, n.Settled, n.Overshoot()
	case n.overfilled() >= surplus:
		c.State, c.Bound = overflowing, min(10*n.full()+time.Second, longest)
	default: // the queue stays empty, or comes and goes
		c.State, c.Bound = AnyState, min(n.full(), longest)
		c.Every = c.Bound
	}
	return c
}

// UnboundedFor is how long a flow pours where there is no rate, so that no
// state can be waited for.
const UnboundedFor = 100 * time.Millisecond

// surplus is from which load on the queue is sure to be full, and its inverse
// from which load down it is sure to be empty. Between them it comes and goes
// with chance.
const surplus = 1.2

// Disturbance says why a flow shows the machine and not the path; it is zero
// where nothing does. A round trip is no longer than the path with its queue
// full, unless the two hosts or the wire took time; packets come late only when
// the wire does; and a sender that has no reason to pause for as long as the
// queue lasts had no processor.
func (n Bottleneck) Disturbance(p FlowResult) text.Message {
	const much = 1.1
	rest, pause := n.rest(), p.Pause
	if p.Packets == 0 {
		pause = p.Lasted
	}
	switch rtt := p.RTT(); {
	case p.Late > 0 && float64(p.Late) > testbed.ManyLate*float64(p.Delivered):
		return text.Sayf("busy: %.0f %% of the packets came more than %d ms late",
			Percent(p.Late, p.Delivered), wire.LateAfter.Milliseconds())
	case float64(rtt) > much*float64(n.full()+time.Millisecond):
		return text.Sayf("busy: a round trip took %s ms, the path with a full queue takes %s ms",
			text.Figure(Milliseconds(rtt)), text.Figure(Milliseconds(n.full())))
	case p.Repairs == 0 && p.Overflowed+p.Lost == 0 && pause > rest+n.Trip, p.Rounds == 0 && pause > rest:
		return text.Sayf("busy: the lab offered nothing for %s ms, longer than the queue lasts", text.Figure(Milliseconds(pause)))
	}
	return n.PausedShort(p)
}

// PausedShort says that the machine kept a sender from its processor for a good
// part of what a very short queue lasts, if it did. What it has to send then comes
// at once, and the queue drops of it what it would else have carried.
func (n Bottleneck) PausedShort(p FlowResult) text.Message {
	rest := n.rest()
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
	if p.Pause <= max(n.full(), LeastRTO/2) || p.Repairs+p.Overflowed+p.Lost == 0 {
		return text.Message{}
	}
	return text.Sayf("stood still for %s s, until its timeout: theory counts none", text.Figure(p.Pause.Seconds()))
}

// tcpShare and udpShare are the parts of full packets that are data.
const (
	tcpShare = float64(SegmentSize) / testbed.DefaultMTU
	udpShare = float64(datagramSize) / datagramPacket
)
