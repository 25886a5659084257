package link

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Burst is the loss model of Gilbert and Elliott in its two-parameter form:
// in the good state nothing is lost, in the bad state everything is.
type Burst struct {
	Loss   float64 // share of packets lost in the long run
	Length float64 // packets lost in a row on average, at least 1
}

var burst = kind[Burst]{
	value: "SHARE/N", parse: parseBurst, format: Burst.String, check: Burst.check,
	reported: func(b Burst) any { return b.String() },
}.in(func(c *Conditions) *Burst { return &c.Burst }, Condition{
	Name: "burst", Help: "drop this share in the long run, N in a row on average: 5%/4",
	Sentence: "burst loss %s", Drops: true,
	spoils: func(c Conditions) float64 { return c.Burst.Loss },
	law: func(c Conditions, chance *rand.Rand) fating {
		b := newBursts(c.Burst, chance)
		return func(f *fated, _ int) {
			if b.drops() && f.drop == "" {
				f.drop = "burst"
			}
		}
	},
})

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
	return &bursts{
		enter: b.Loss / (1 - b.Loss) / b.Length, leave: 1 / b.Length,
		bad: chance.Float64() < b.Loss, chance: chance,
	}
}

// drops moves on by one packet and tells whether it is lost.
func (b *bursts) drops() bool {
	change := b.chance.Float64()
	if b.bad {
		b.bad = change >= b.leave
	} else {
		b.bad = change < b.enter
	}
	return b.bad
}

// parseBurst reads a share and a mean length: "5%/4" loses 5 % of all packets,
// four in a row on average.
func parseBurst(s string) (Burst, error) {
	share, length, ok := strings.Cut(s, "/")
	p, err := parseShare(share)
	n, lengthErr := strconv.ParseFloat(strings.TrimSpace(length), 64)
	if ok && errors.Is(err, errOneOfWhat) {
		return Burst{}, err
	}
	if !ok || err != nil || lengthErr != nil || !(n >= 1 && n <= MaxLimit) {
		return Burst{}, fmt.Errorf("%q is not a burst: write 5%%/4 for 5 %% loss, 4 packets in a row on average", s)
	}
	if p == 0 {
		return Burst{}, nil
	}
	b := Burst{Loss: p, Length: n}
	if err := b.check(); err != nil {
		return b, fmt.Errorf("burst %w", err)
	}
	return b, nil
}

// String is the burst as a user writes it: "5%/4". No burst gives "".
func (b Burst) String() string {
	if b.Loss == 0 {
		return ""
	}
	return formatShare(b.Loss) + "/" + strconv.FormatFloat(b.Length, 'g', -1, 64)
}

// check says what is wrong with the model. Between two bursts there is at
// least one packet that arrives, so bursts of length L lose L/(L+1) at most.
func (b Burst) check() error {
	most := b.Length / (b.Length + 1)
	switch {
	case !(b.Loss >= 0 && b.Loss <= 1):
		return fmt.Errorf("loss %w", checkShare(b.Loss))
	case b.Loss == 0:
		return nil
	case !(b.Length >= 1 && b.Length <= MaxLimit):
		return fmt.Errorf("length %v: not from 1 to %d packets", b.Length, MaxLimit)
	case b.Loss > most:
		return fmt.Errorf("%s: bursts of %v packets cannot lose more than %s, since a packet arrives between two of them",
			b, b.Length, formatShare(most))
	}
	return nil
}
