package link

import "math/rand/v2"

// bursts is the two-state model of Gilbert: nothing is lost in the good state
// and everything in the bad one (E. N. Gilbert, "Capacity of a burst-noise
// channel", 1960). With bursts of mean length L the chance to leave the bad
// state is 1/L, and the chance to enter it follows from the share of time that
// has to be spent there.
type bursts struct {
	enter, leave float64
	bad          bool
	chance       *rand.Rand
}

func newBursts(b Burst, chance *rand.Rand) *bursts {
	if b.Loss == 0 {
		return &bursts{}
	}
	leave := 1 / max(b.Length, 1)
	return &bursts{enter: min(leave*b.Loss/(1-min(b.Loss, 0.999999)), 1), leave: leave, chance: chance}
}

// drops moves on by one packet and tells whether it is lost.
func (b *bursts) drops() bool {
	if b.enter == 0 {
		return false
	}
	change := b.chance.Float64()
	if b.bad {
		b.bad = change >= b.leave
	} else {
		b.bad = change < b.enter
	}
	return b.bad
}
