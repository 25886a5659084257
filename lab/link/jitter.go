package link

import (
	"math/rand/v2"
	"time"
)

var jitter = durations.in(func(c *Conditions) *time.Duration { return &c.Jitter }, Condition{
	Name: "jitter", Help: "vary the delay by up to this much, either way", Sentence: "jitter %s",
	law: func(c Conditions, chance *rand.Rand) fating {
		return func(f *fated, _ int) {
			f.delay += time.Duration((2*chance.Float64() - 1) * float64(c.Jitter))
		}
	},
})
