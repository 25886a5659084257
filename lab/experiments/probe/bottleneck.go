// Package probe has the instruments that several lessons share: bulk flows and
// the state that they are measured in (flows.go, bottleneck.go), the accounting
// of every lost message (observer.go, losses.go), echoes, handshakes and sockets.
package probe

import (
	"cmp"
	"slices"
	"time"

	"echolab/lab/packet"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Bottleneck is a path with a rate and a queue before it, in full packets.
type Bottleneck struct {
	Rate   float64       // bits per second, headers included; 0 is none
	Packet time.Duration // what a full packet takes at the rate
	Trip   time.Duration // round trip of a full packet while the queue is empty
	BDP    float64       // packets under way then: the bandwidth-delay product
	Limit  float64       // packets that may wait, besides the one that is being sent
	Drop   float64       // chance that a packet is dropped before it comes to the queue
	Jitter time.Duration // of the delay, either way: packets overtake each other
}

// BottleneckOf is the path from the client to the server.
func BottleneckOf(c wire.Options) Bottleneck {
	n := Bottleneck{
		Rate: c.Client.Rate, Trip: RoundTrip(c), Limit: float64(QueueLimit(c.Client)),
		Drop: c.Client.DropChance(), Jitter: c.Client.Jitter + c.Server.Jitter,
	}
	if n.Rate > 0 {
		n.Packet = Seconds(testbed.DefaultMTU * 8 / n.Rate)
		n.Trip += n.Packet
		n.BDP = n.Trip.Seconds() / n.Packet.Seconds()
	}
	return n
}

// Pipe is how many packets are under way at most, before the queue drops.
func (n Bottleneck) Pipe() float64 { return n.BDP + n.Limit }

// FullRTT is the round trip while the queue is full.
func (n Bottleneck) FullRTT() time.Duration { return n.Trip + n.drain() }

// drain is how long a full queue lasts when nothing comes.
func (n Bottleneck) drain() time.Duration { return Scale(n.Packet, n.Limit) }

// Backoff is to what part of its window a control goes back when the queue
// drops: Reno to a half (RFC 5681 3.1), CUBIC to 0.7 (RFC 9438 4.6). Of others
// it is thought that they go back to no less than Reno.
func Backoff(control string) float64 { return Either(control == "cubic", 0.7, 0.5) }

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
		full := float64(f.Fresh-last.Fresh) >= busy*n.Rate*TCPShare/8*(now-seen).Seconds()
		if last, seen = f, now; !full {
			since = now
		}
		if n.short() && needs == 1 && full && f.Repairs > 0 {
			needs = f.Repairs + 1
		}
		if f.Overflowed+f.Lost > 0 {
			return f.Repairs >= needs && (!n.short() || needs != 1)
		}
		return now-since >= n.FullRTT()+n.Trip
	}
}

// busy is the part of the link's rate that a full link carries at least, in the
// time between two looks: a packet of the ten or more in it may be cut in two.
const busy = 0.9

// short reports whether the queue is shorter than the path. Where chance drops
// packets, these decide how far the window goes.
func (n Bottleneck) short() bool { return n.Limit+1 < n.BDP && n.Drop == 0 }

// overshootShare is the part of what path and queue hold that a window which grows
// by packets has dropped at most.
const overshootShare = 4

// Overshoot is how many packets a window that grows by packets may have dropped
// while it is measured. Slow start, which doubles it, loses more; where the queue
// holds next to nothing nobody can tell.
func (n Bottleneck) Overshoot() int {
	if n.Limit < LeastQueue {
		return 0
	}
	return int(n.Pipe() / overshootShare)
}

// Overflowing is the state of a queue that has dropped a packet.
func Overflowing(_ time.Duration, flows []packet.Flow) bool {
	return slices.ContainsFunc(flows, func(f packet.Flow) bool { return f.Overflowed > 0 })
}

// LeastLook is the shortest time between two looks at flows.
const LeastLook = 5 * time.Millisecond

// Interval is how often to look for a flow's state: not before a round trip and some
// packets have shown what it does.
func (n Bottleneck) Interval() time.Duration { return max(n.Trip, Scale(n.Packet, 10), LeastLook) }

// LeastWatch is the shortest time over which a rate is measured: it evens out the
// moments in which a machine does other work.
const LeastWatch = 50 * time.Millisecond

// MeasuredPackets is over how many packets of the link a state is measured.
const MeasuredPackets = 600

// UnboundedFor is how long a flow sends where there is no rate, so that no
// state can be waited for.
const UnboundedFor = 100 * time.Millisecond

// LeastQueue is how many packets a queue must hold so that TCP drops because
// its window has grown, and not because two acknowledgements came together: a
// delayed acknowledgement lets go of two segments, three while the window grows
// (RFC 5681 3.1, 4.2).
const LeastQueue = 4

// ResentShare is the part of the link that may carry segments for the second time:
// a window's worth of those that were sent again in vain, once in a cycle.
const ResentShare = 0.05

// ControlOf is the congestion control of the bench's network: what was asked for, or
// what the network has; "" where the system decides.
func ControlOf(b *testbed.Bench) string { return cmp.Or(b.Options.Congestion, b.Driver.Congestion) }

// TCPShare and UDPShare are the parts of full packets that are data.
const (
	TCPShare = float64(SegmentSize) / testbed.DefaultMTU
	UDPShare = float64(datagramSize) / DatagramPacket
)
