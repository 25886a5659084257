package link

import (
	"fmt"
	"math/rand/v2"
)

// bursts is the two-state model of Gilbert: nothing is lost in the good state
// and everything in the bad one (E. N. Gilbert, "Capacity of a burst-noise
// channel", 1960). With bursts of mean length L the chance to leave the bad
// state is 1/L; that the share p of packets is lost in the long run asks for
// the chance p/(1-p)/L to enter it. The first packet finds the model in its
// long-run state, so that p holds for short runs too.
type bursts struct {
	enter, leave float64
	bad          bool
	chance       *rand.Rand
}

func newBursts(b Burst, chance *rand.Rand) *bursts {
	if b.Loss == 0 {
		return &bursts{}
	}
	return &bursts{
		enter: b.Loss / (1 - b.Loss) / b.Length, leave: 1 / b.Length,
		bad: chance.Float64() < b.Loss, chance: chance,
	}
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

// validate says what is wrong with the model. Between two bursts there is at
// least one packet that arrives, so bursts of length L lose L/(L+1) at most.
func (b Burst) validate() error {
	switch {
	case !(b.Loss >= 0 && b.Loss <= 1):
		return fmt.Errorf("burst loss %v: not a share from 0 to 1", b.Loss)
	case b.Loss == 0:
		return nil
	case !(b.Length >= 1 && b.Length <= MaxLimit):
		return fmt.Errorf("burst length %v: not from 1 to %d packets", b.Length, MaxLimit)
	case b.Loss > b.Length/(b.Length+1):
		return fmt.Errorf("burst %s: bursts of %v packets cannot lose more than %s, since a packet arrives between two of them",
			b, b.Length, formatShare(b.Length/(b.Length+1)))
	}
	return nil
}
