package testbed

import (
	"cmp"
	"math"
	"time"

	"echolab/lab/link"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// slack is added to every exchange for goroutines that a busy machine runs late.
const slack = 250 * time.Millisecond

// longest bounds every exchange, however bad the conditions, where a driver has
// no bound of its own.
const longest = 60 * time.Second

// Timeouts is how long an exchange of w through t may wait under the bench's
// conditions.
func (b *Bench) Timeouts(t Transport, w Workload) Timeouts {
	return timeoutsFor(t, b.Conditions, w, b.Driver.longest())
}

// timeoutsFor derives from the conditions how long missing echoes may still
// come after the last message was due. A transport that does not resend needs
// the longest way there and back; one that does also needs its timeouts, and a
// round trip for every window that loss leaves it.
func timeoutsFor(t Transport, conditions wire.Options, w Workload, longest time.Duration) Timeouts {
	trip := transit(conditions.Client) + transit(conditions.Server) + slack
	var p Timeouts
	if conditions.Client.Duplicate > 0 || conditions.Server.Duplicate > 0 {
		p.Linger = trip
	}
	if !t.Reliable {
		p.Silence, p.Total = trip, longest // a flood takes as long as it takes
		return p
	}
	p.Total = min(longest, trip+repair(conditions, w, longest)+windows(conditions, w, longest)+
		transfer(conditions.Client, w, longest)+transfer(conditions.Server, w, longest))
	return p
}

// transit is the longest that one packet can take over the link: the delay,
// and a full queue in front of it.
func transit(c link.Conditions) time.Duration {
	queue := (cmp.Or(c.Limit, link.DefaultLimit) + 1) * DefaultMTU
	return c.Delay + c.Jitter + theory.Transmission(queue, c.Rate)
}

// leastUse is the share of a link that a transport which answers loss gets to
// use at worst, when the queue before it is short.
const leastUse = 0.25

// transfer is how long the whole workload may take over the link's rate.
func transfer(c link.Conditions, w Workload, longest time.Duration) time.Duration {
	if c.Rate == 0 {
		return 0
	}
	const headers = 60 // bytes a packet, at most: IP's and TCP's with options
	bytes := float64(w.Messages*w.Size) + headers*packets(w)
	return time.Duration(min(bytes*8/c.Rate/leastUse*float64(time.Second), float64(longest)))
}

// packets is how many a workload takes at most, one way.
func packets(w Workload) float64 { return float64(w.Messages * (1 + w.Size/DefaultMTU)) }

// windows is how long the workload may take while the window is small. Without
// loss it opens by at least a packet a round trip (RFC 5681 section 3.1), from
// one at worst, where a timeout came before the first acknowledgement could: so
// n round trips carry n^2/2 packets. Where loss keeps it small, it is twice what
// 1.22/sqrt(p) packets a round trip take (Mathis et al. 1997), and never less
// than one. A stream puts several messages into a packet, so it is an upper
// bound.
func windows(conditions wire.Options, w Workload, longest time.Duration) time.Duration {
	rtt := transit(conditions.Client) + transit(conditions.Server)
	trips := math.Sqrt(2 * packets(w))
	if p := dropChance(conditions); p > 0 {
		trips = max(trips, 2*packets(w)/max(1, theory.MathisEverySegment/math.Sqrt(p)))
	}
	return time.Duration(min(trips*float64(rtt), float64(longest)))
}

// repair is how long retransmissions may take: a series of timeouts, each twice
// the one before (RFC 6298 section 5.5), that is so long that the whole workload
// needs a longer one with a chance below one in a million.
func repair(conditions wire.Options, w Workload, longest time.Duration) time.Duration {
	p := dropChance(conditions)
	rto := time.Second + 2*(conditions.Client.Delay+conditions.Server.Delay)
	if p <= 0 {
		return 2 * rto // scripted drops and full queues are repaired by one or two
	}
	if p >= 1 {
		return longest
	}
	timeouts := math.Ceil(math.Log(1e-6/float64(w.Messages)) / math.Log(p))
	d := float64(rto) * (math.Exp2(min(timeouts, 32)) - 1)
	return time.Duration(min(d, float64(longest)))
}

// dropChance is the chance that a packet or the answer to it is lost.
func dropChance(c wire.Options) float64 {
	return 1 - (1-c.Client.DropChance())*(1-c.Server.DropChance())
}
