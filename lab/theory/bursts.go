package theory

// Gilbert is a channel of two states: in the good one everything passes, in the
// bad one nothing does. It moves before each packet, with these chances (E. N.
// Gilbert, "Capacity of a burst-noise channel", 1960), and begins in its long-run
// state.
type Gilbert struct{ Enter, Leave float64 } // the bad state

// Bursts is the channel that loses the share p, in bursts of that mean length.
func Bursts(p, length float64) Gilbert {
	return Gilbert{Enter: p / (1 - p) / length, Leave: 1 / length}
}

// ByChance is the channel that loses each packet with chance p, whatever became of
// the one before.
func ByChance(p float64) Gilbert { return Gilbert{Enter: p, Leave: 1 - p} }

// Lost is the share that the channel loses in the long run.
func (g Gilbert) Lost() float64 {
	if g.Enter == 0 {
		return 0
	}
	return g.Enter / (g.Enter + g.Leave)
}

// moves are the chances of the next state, good and bad, from a good or a bad one.
func (g Gilbert) moves() [2][2]float64 {
	return [2][2]float64{{1 - g.Enter, g.Enter}, {g.Leave, 1 - g.Leave}}
}

// starts are the chances of the first state, good and bad.
func (g Gilbert) starts() [2]float64 { return [2]float64{1 - g.Lost(), g.Lost()} }

// echoes are the chances that so many messages have come back, by the states of
// both channels: good or bad there, good or bad back.
type echoes [2][2]Distribution

// Echoed is the distribution of how many of n messages come back over two
// channels, a packet each way: exactly, message by message.
func Echoed(there, back Gilbert, n int) Distribution {
	var now echoes
	for t, p := range there.starts() {
		for b, q := range back.starts() {
			now[t][b] = Distribution{Chances: []float64{p * q}}
		}
	}
	for range n {
		now = now.after(there.moves(), back.moves())
	}
	var all Distribution
	for t := range now {
		for b := range now[t] {
			all = all.or(now[t][b], 1, 0)
		}
	}
	return all
}

// after is what one more message makes of the chances. What is lost on the way
// there does not move the channel back.
func (e echoes) after(there, back [2][2]float64) (next echoes) {
	for t := range e {
		for b, d := range e[t] {
			next[bad][b] = next[bad][b].or(d, there[t][bad], 0)
			next[good][bad] = next[good][bad].or(d, there[t][good]*back[b][bad], 0)
			next[good][good] = next[good][good].or(d, there[t][good]*back[b][good], 1)
		}
	}
	for t := range next {
		for b := range next[t] {
			next[t][b] = next[t][b].trimmed()
		}
	}
	return next
}

// The states of a channel.
const (
	good = iota
	bad
)

// or adds another case, which has a chance of its own and makes the number so
// much greater.
func (d Distribution) or(e Distribution, chance float64, more int) Distribution {
	if chance == 0 || len(e.Chances) == 0 {
		return d
	}
	first := e.First + more
	if len(d.Chances) == 0 {
		d.First = first
	}
	low, high := min(d.First, first), max(d.First+len(d.Chances), first+len(e.Chances))
	sum := Distribution{First: low, Chances: make([]float64, high-low)}
	copy(sum.Chances[d.First-low:], d.Chances)
	for i, p := range e.Chances {
		sum.Chances[first-low+i] += chance * p
	}
	return sum
}
