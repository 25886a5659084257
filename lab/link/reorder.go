package link

import "math/rand/v2"

var reorder = shares.in(func(c *Conditions) *float64 { return &c.Reorder }, Condition{
	Name: "reorder", Help: "let packets skip the delay by chance, and so overtake", Sentence: "reorder %s",
	Needs: Need{Name: "delay", Why: "a packet overtakes by skipping the delay, and there is none to skip"},
	law: func(c Conditions, chance *rand.Rand) fating {
		return func(f *fated, _ int) {
			if hit(chance, c.Reorder) {
				f.skips, f.cause = true, "reorder"
			}
		}
	},
})
