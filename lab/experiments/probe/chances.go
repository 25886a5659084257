package probe

import (
	"echolab/lab/link"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Confidence of every interval that chance is granted.
const Confidence = 0.999

// ExpectDelivery says how many messages should come back.
func ExpectDelivery(row *result.Measurement, t testbed.Transport, c wire.Options, w testbed.Workload) {
	if t.Reliable {
		row.ExpectExactly(t.Name, 100)
		return
	}
	if p, ok := Survival(c, w.Size); ok {
		low, high := theory.Interval(w.Messages, p, Confidence)
		row.Expect(t.Name, 100*p, Percent(low, w.Messages), Percent(high, w.Messages))
		row.Because("(1-p)^2, binomial 99.9 %")
		if Copied(c) {
			row.Because("chance that a request and an answer to it arrive, copies too, binomial 99.9 %")
		}
		return
	}
	if low, high, ok := dealtEchoes(c, w); ok {
		p := (1 - c.Client.DropChance()) * (1 - c.Server.DropChance())
		row.Expect(t.Name, 100*p, Percent(low, w.Messages), Percent(high, w.Messages))
		row.Because("of every so many packets exactly so many are dropped")
		return
	}
	if d, ok := burstEchoes(c, w); ok {
		low, high := d.Interval(Confidence)
		row.Expect(t.Name, 100*d.Mean()/float64(w.Messages), Percent(low, w.Messages), Percent(high, w.Messages))
		row.Because("Gilbert's model of bursts there and back, message by message, 99.9 %")
	}
}

// mostReckoned is how many messages the distribution behind bursts is reckoned
// for: each is a step.
const mostReckoned = 10_000

// burstEchoes is the distribution of the messages that come back where losses
// come in bursts, and nothing else makes their fates hang together.
func burstEchoes(c wire.Options, w testbed.Workload) (d theory.Distribution, ok bool) {
	there, one := channel(c.Client)
	back, other := channel(c.Server)
	if !one || !other || w.Messages > mostReckoned || theory.Fragments(w.Size, testbed.DefaultMTU) > 1 {
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
// not ok where fates hang together, or where fragments are copied: nobody knows
// which of a damaged one and its copy the host takes, and the copies that are
// left over fill the host's memory for fragments.
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

// dealtEchoes are the least and the most messages that come back where packets
// are dropped by exact counts and nothing else happens to them.
func dealtEchoes(c wire.Options, w testbed.Workload) (least, most int, ok bool) {
	there, back := c.Client.Exact, c.Server.Exact
	if !onlyDealt(c.Client) || !onlyDealt(c.Server) || theory.Fragments(w.Size, testbed.DefaultMTU) > 1 {
		return 0, 0, false
	}
	few, many := theory.Dealt(there.Drop, there.Of, w.Messages)
	_, worst := theory.Dealt(back.Drop, back.Of, w.Messages-many)
	best, _ := theory.Dealt(back.Drop, back.Of, w.Messages-few)
	return w.Messages - many - worst, w.Messages - few - best, true
}

// onlyDealt reports whether exact counts alone decide who arrives, and how often.
func onlyDealt(c link.Conditions) bool {
	c.Exact, c.Delay, c.Jitter, c.Reorder = link.Exact{}, 0, 0, 0
	return Independent(c) && c.DropChance() == 0 && c.Duplicate == 0
}
