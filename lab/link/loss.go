package link

import "math/rand/v2"

var loss = shares.in(func(c *Conditions) *float64 { return &c.Loss }, Condition{
	Name: "loss", Help: "drop packets by chance, such as 10% or 0.1", Sentence: "loss %s", Drops: true,
	spoils: func(c Conditions) float64 { return c.Loss },
	law: func(c Conditions, chance *rand.Rand) fating {
		return func(f *fated, _ int) {
			if hit(chance, c.Loss) {
				f.drop = "loss"
			}
		}
	},
})
