package link

import "math/rand/v2"

var duplicate = shares.in(func(c *Conditions) *float64 { return &c.Duplicate }, Condition{
	Name: "duplicate", Help: "deliver packets twice by chance", Sentence: "duplicate %s",
	law: func(c Conditions, chance *rand.Rand) fating {
		return func(f *fated, _ int) { f.copied = hit(chance, c.Duplicate) }
	},
})

// ofCopy is the fate of a packet's copy: whole, and with the same delay.
func (f fated) ofCopy() fated { return fated{flip: -1, delay: f.delay, cause: "duplicate"} }
