package probe

import (
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Confidence is the chance that a value which obeys theory lies in its interval.
const Confidence = 0.999

// expectDelivery says how many messages should come back.
func expectDelivery(cell result.Cell, t testbed.Transport, c wire.Options, w testbed.Workload) result.Cell {
	share := func(p float64, low, high int, basis text.Phrase) result.Cell {
		return cell.Expect(100*p, Percent(low, w.Messages), Percent(high, w.Messages)).Because(text.Say(basis))
	}
	if t.Reliable {
		return cell.ExpectExactly(100)
	}
	if p, ok := Survival(c, w.Size); ok {
		low, high := theory.Interval(w.Messages, p, Confidence)
		if Copied(c) {
			return share(p, low, high, "chance that a request and an answer to it arrive, copies too, binomial 99.9 %")
		}
		return share(p, low, high, "(1-p)^2, binomial 99.9 %")
	}
	if low, high, ok := exactEchoes(c, w); ok {
		p := (1 - c.Client.DropChance()) * (1 - c.Server.DropChance())
		return share(p, low, high, "exactly K of every N packets are dropped")
	}
	if d, ok := burstEchoes(c, w); ok {
		low, high := d.Interval(Confidence)
		return share(d.Mean()/float64(w.Messages), low, high,
			"Gilbert's model of bursts there and back, message by message, 99.9 %")
	}
	return cell
}

// mostComputed is how many messages the distribution behind bursts is computed
// for, at most: each message is a step.
const mostComputed = 10_000

// burstEchoes is the distribution of the messages that come back where losses
// come in bursts, and nothing else makes their fates hang together.
func burstEchoes(c wire.Options, w testbed.Workload) (d theory.Distribution, ok bool) {
	there, one := channel(c.Client)
	back, other := channel(c.Server)
	if !one || !other || w.Messages > mostComputed || theory.Fragments(w.Size, testbed.DefaultMTU) > 1 {
		return d, false
	}
	return theory.Echoed(there, back, w.Messages), true
}

// channel is what one direction is to single packets, if bursts or chance alone
// decide who arrives, and each once.
func channel(c link.Conditions) (g theory.Gilbert, ok bool) {
	burst := c.Burst
	c.Burst = link.Burst{}
	ok = Independent(c) && c.Duplicate == 0
	if burst.Loss == 0 {
		return theory.ByChance(LostTo(c)), ok
	}
	return theory.Bursts(burst.Loss, burst.Length), ok && c.DropChance() == 0 && c.Corrupt == 0
}

// Copied reports whether the wire makes copies.
func Copied(c wire.Options) bool { return c.Client.Duplicate > 0 || c.Server.Duplicate > 0 }

// Independent reports whether each packet's fate is its own, as the binomial
// distribution asks: no bursts, no exact counts, no script, no full queue.
func Independent(c link.Conditions) bool {
	return c.Burst == link.Burst{} && c.Exact == link.Exact{} && len(c.Drop) == 0 && c.Rate == 0
}

// LostTo is the chance that a packet does not arrive whole, if it is not copied.
func LostTo(c link.Conditions) float64 { return 1 - (1-c.Loss)*(1-c.Corrupt) }

// Chances are what one direction does to a packet, as theory has it.
func Chances(c link.Conditions) theory.Chances {
	return theory.Chances{Lost: c.Loss, Copied: c.Duplicate, Damaged: c.Corrupt}
}

// Survival is the chance that at least one echo of a message comes back. It is
// not ok where fates hang together, or where fragments are copied: whether the host
// takes a damaged one or its copy is not known, and the copies that are left over
// fill the host's memory for fragments.
func Survival(c wire.Options, size int) (p float64, ok bool) {
	if !Independent(c.Client) || !Independent(c.Server) {
		return 0, false
	}
	packets := theory.Fragments(size, testbed.DefaultMTU)
	there, back := Chances(c.Client), Chances(c.Server)
	switch {
	case packets == 1:
		return 1 - theory.Echoes(there, back)[0], true
	case !Copied(c):
		return theory.EchoSurvival(LostTo(c.Client), LostTo(c.Server), packets), true
	}
	return 0, false
}

// exactEchoes are the least and the most messages that come back where packets
// are dropped by exact counts and nothing else happens to them.
func exactEchoes(c wire.Options, w testbed.Workload) (least, most int, ok bool) {
	there, back := c.Client.Exact, c.Server.Exact
	if !onlyExact(c.Client) || !onlyExact(c.Server) || theory.Fragments(w.Size, testbed.DefaultMTU) > 1 {
		return 0, 0, false
	}
	few, many := theory.Dealt(there.Drop, there.Of, w.Messages)
	_, worst := theory.Dealt(back.Drop, back.Of, w.Messages-many)
	best, _ := theory.Dealt(back.Drop, back.Of, w.Messages-few)
	return w.Messages - many - worst, w.Messages - few - best, true
}

// onlyExact reports whether exact counts alone decide who arrives, and how often.
func onlyExact(c link.Conditions) bool {
	c.Exact, c.Delay, c.Jitter, c.Reorder = link.Exact{}, 0, 0, 0
	return Independent(c) && c.DropChance() == 0 && c.Duplicate == 0
}
