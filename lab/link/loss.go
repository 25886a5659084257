package link

var loss = shares.in(func(c *Conditions) *float64 { return &c.Loss }, Condition{
	Name: "loss", Help: "drop packets by chance, such as 10% or 0.1", Sentence: "loss %s", Drops: true,
	spoils: lossShare, law: byChance(lossShare, func(f *fated) { f.drop = "loss" }),
})

func lossShare(c Conditions) float64 { return c.Loss }
