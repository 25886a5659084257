package link

// Duplicate is the Cause of every copy.
const Duplicate = "duplicate"

var duplicate = shares.in(func(c *Conditions) *float64 { return &c.Duplicate }, Condition{
	Name: Duplicate, Help: "deliver packets twice by chance", Sentence: "duplicate %s",
	law: byChance(func(c Conditions) float64 { return c.Duplicate }, func(f *fated) { f.copied = true }),
})

// ofCopy is the fate of a packet's copy: whole, and with the same delay.
func (f fated) ofCopy() fated { return fated{flip: -1, delay: f.delay, cause: Duplicate} }
