package link

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// fated is what the conditions decided about a packet, before any queue.
type fated struct {
	drop   Cause // why it is dropped; "" if it is not
	cause  Cause // what else was done to it; "" if nothing was
	copied bool
	flip   int // the bit to flip, modulo the packet's bits; -1 flips none
	delay  time.Duration
	skips  bool // the delay
}

// fating decides about a packet by its number. Each is called once a packet, in
// the packets' order, and draws as often whatever the others decided. Where
// several drop it, the last of the table tells why, but for burst.
type fating func(f *fated, number int)

// laws are those of the conditions that are set, in the table's order.
type laws struct {
	all  []fating
	fate fated // of the packet at hand: kept here, it costs no memory for each
}

// newLaws gives each condition a source of chance of its own, so that switching
// one on does not change what another decides.
func newLaws(c Conditions, seed uint64, side string) laws {
	var l laws
	for _, row := range table {
		if row.law == nil || !row.IsSet(c) {
			continue
		}
		h := fnv.New64a()
		h.Write([]byte(side + " " + row.Name))
		l.all = append(l.all, row.law(c, rand.New(rand.NewPCG(seed, h.Sum64()))))
	}
	return l
}

// decide draws the fate of packet number. It must be called once a packet, in order.
func (l *laws) decide(number int) fated {
	l.fate = fated{flip: -1}
	for _, decide := range l.all {
		decide(&l.fate, number)
	}
	return l.fate
}
