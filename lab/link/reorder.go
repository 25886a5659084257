package link

var reorder = shares.in(func(c *Conditions) *float64 { return &c.Reorder }, Condition{
	Name: "reorder", Help: "let packets skip the delay by chance, and so overtake", Sentence: "reorder %s",
	Needs: Need{Name: "delay", Why: "a packet overtakes by skipping the delay, and there is none to skip"},
	law: byChance(func(c Conditions) float64 { return c.Reorder },
		func(f *fated) { f.skips, f.cause = true, "reorder" }),
})
