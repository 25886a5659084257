package link

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// fated is what chance decided about a packet, before any queue.
type fated struct {
	drop   Cause // why it is dropped; "" if it is not
	copied bool
	flip   int // the bit to flip, modulo the packet's bits; -1 flips none
	jitter time.Duration
	skips  bool // the delay
}

// ofCopy is the fate of a packet's copy: whole, and with the same delay.
func (f fated) ofCopy() fated { return fated{flip: -1, jitter: f.jitter} }

// laws hold a source of chance for each condition, so that switching one on
// does not change what another decides. Every source is drawn from once a
// packet, whatever the others decided.
type laws struct {
	c                                         Conditions
	loss, duplicate, corrupt, jitter, reorder *rand.Rand
	burst                                     *bursts
	exact                                     *deck
	script                                    map[int]bool
}

func newLaws(c Conditions, seed uint64, side string) laws {
	source := func(condition string) *rand.Rand {
		h := fnv.New64a()
		h.Write([]byte(side + " " + condition))
		return rand.New(rand.NewPCG(seed, h.Sum64()))
	}
	l := laws{
		c: c, loss: source("loss"), duplicate: source("duplicate"), corrupt: source("corrupt"),
		jitter: source("jitter"), reorder: source("reorder"),
		burst: newBursts(c.Burst, source("burst")), exact: newDeck(c.Exact, source("exact")),
		script: make(map[int]bool, len(c.Drop)),
	}
	for _, number := range c.Drop {
		l.script[number] = true
	}
	return l
}

// decide draws the fate of packet number. It must be called once a packet, in order.
func (l *laws) decide(number int) fated {
	f := fated{flip: -1}
	lost, inBurst, dealt := hit(l.loss, l.c.Loss), l.burst.drops(), l.exact.drops()
	switch {
	case l.script[number]:
		f.drop = "drop"
	case dealt:
		f.drop = "exact"
	case lost:
		f.drop = "loss"
	case inBurst:
		f.drop = "burst"
	}
	f.copied = hit(l.duplicate, l.c.Duplicate)
	if l.c.Corrupt > 0 {
		damaged, bit := hit(l.corrupt, l.c.Corrupt), int(l.corrupt.Int32())
		if damaged { // both are drawn always: a higher chance damages the same packets and more
			f.flip = bit
		}
	}
	if l.c.Jitter > 0 {
		f.jitter = time.Duration((2*l.jitter.Float64() - 1) * float64(l.c.Jitter))
	}
	f.skips = hit(l.reorder, l.c.Reorder)
	return f
}

// hit draws once, if there is a chance at all.
func hit(r *rand.Rand, p float64) bool { return p > 0 && r.Float64() < p }
