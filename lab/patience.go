package lab

import (
	"math"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// slack is granted to every exchange for goroutines that a busy machine runs
// late. It is added to what the conditions need, never taken from it.
const slack = 250 * time.Millisecond

// longest bounds every exchange, however bad the conditions.
const longest = 60 * time.Second

// PatienceFor derives from the conditions how long missing echoes may still
// come after the last message was due. A transport that does not resend needs
// the longest way there and back; one that does also needs its timeouts.
func PatienceFor(t Transport, conditions wire.Options, w Workload, mtu int) Patience {
	there, back := transit(conditions.Client, mtu), transit(conditions.Server, mtu)
	p := Patience{Total: there + back + slack}
	if !t.Reliable {
		p.Silence = p.Total
		p.Total = longest // a flood takes as long as it takes
	}
	if conditions.Client.Duplicate > 0 || conditions.Server.Duplicate > 0 {
		p.Linger = there + back + slack
	}
	if t.Reliable {
		p.Total += repair(conditions, w) + transfer(conditions.Client, w, mtu) + transfer(conditions.Server, w, mtu)
	}
	p.Total = min(p.Total, longest)
	return p
}

// transit is the longest that one packet can take over the link: the delay,
// and a full queue in front of it.
func transit(c link.Conditions, mtu int) time.Duration {
	d := c.Delay + c.Jitter
	if c.Rate > 0 {
		limit := c.Limit
		if limit == 0 {
			limit = link.DefaultLimit
		}
		d += time.Duration(float64((limit+1)*mtu*8) / c.Rate * float64(time.Second))
	}
	return d
}

// leastUse is the share of a link that a transport which answers loss gets to
// use at worst, when the queue before it is short.
const leastUse = 0.25

// transfer is how long the whole workload may take over the link's rate.
func transfer(c link.Conditions, w Workload, mtu int) time.Duration {
	if c.Rate == 0 {
		return 0
	}
	const headers = 60 // bytes a packet, at most: IP's and TCP's with options
	bytes := float64(w.Messages) * float64(w.Size+headers*(1+w.Size/mtu))
	return time.Duration(min(bytes*8/c.Rate/leastUse*float64(time.Second), float64(longest)))
}

// repair is how long resending may take: so many timeouts in a row, each twice
// the one before (RFC 6298 section 5.5), that the chance of needing more is
// below one in a million for the whole workload.
func repair(conditions wire.Options, w Workload) time.Duration {
	p := 1 - (1-conditions.Client.DropChance())*(1-conditions.Server.DropChance())
	rto := time.Second + 2*(conditions.Client.Delay+conditions.Server.Delay)
	if p <= 0 {
		return 2 * rto // scripted drops and full queues are mended by one or two
	}
	if p >= 1 {
		return longest
	}
	timeouts := math.Ceil(math.Log(1e-6/float64(w.Messages)) / math.Log(p))
	d := float64(rto) * (math.Exp2(min(timeouts, 32)) - 1)
	return time.Duration(min(d, float64(longest)))
}
