package link

import "math/rand/v2"

var corrupt = shares.in(func(c *Conditions) *float64 { return &c.Corrupt }, Condition{
	Name: "corrupt", Help: "flip one bit of packets by chance", Sentence: "corrupt %s",
	spoils: func(c Conditions) float64 { return c.Corrupt },
	law: func(c Conditions, chance *rand.Rand) fating {
		return func(f *fated, _ int) {
			damaged, bit := chance.Float64() < c.Corrupt, int(chance.Int32())
			if damaged { // both are drawn always: a higher chance damages the same packets and more
				f.flip, f.cause = bit, "corrupt"
			}
		}
	},
})
