package theory

// Distribution is a distribution on whole numbers: Chances[i] is that of First+i.
type Distribution struct {
	First   int
	Chances []float64
}

// negligible is the chance that is cut off at either end of a sum, so that its
// distribution is no longer than it matters.
const negligible = 1e-15

// Sum is the distribution of the sum of n numbers, each for itself with the
// chances of 0, 1, 2 and so on: exactly, by repeated squaring.
func Sum(one []float64, n int) Distribution {
	sum, power := Distribution{Chances: []float64{1}}, Distribution{Chances: one}
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			sum = sum.plus(power)
		}
		power = power.plus(power)
	}
	return sum
}

// plus is the distribution of the sum of two numbers.
func (d Distribution) plus(e Distribution) Distribution {
	return Distribution{d.First + e.First, convolve(d.Chances, e.Chances)}.trimmed()
}

// convolve are the chances of the sum of two numbers from 0 on.
func convolve(a, b []float64) []float64 {
	sum := make([]float64, len(a)+len(b)-1)
	for i, p := range a {
		if p == 0 {
			continue
		}
		for j, q := range b {
			sum[i+j] += p * q
		}
	}
	return sum
}

// trimmed leaves out the negligible ends.
func (d Distribution) trimmed() Distribution {
	for len(d.Chances) > 1 && d.Chances[0] < negligible {
		d.First, d.Chances = d.First+1, d.Chances[1:]
	}
	for len(d.Chances) > 1 && d.Chances[len(d.Chances)-1] < negligible {
		d.Chances = d.Chances[:len(d.Chances)-1]
	}
	return d
}

// Mean is the expected value.
func (d Distribution) Mean() float64 {
	mean := 0.0
	for i, p := range d.Chances {
		mean += float64(d.First+i) * p
	}
	return mean
}

// Interval is the range in which the number lies with the given confidence: no
// more than (1-confidence)/2 falls off either end.
func (d Distribution) Interval(confidence float64) (low, high int) {
	tail := (1 - confidence) / 2
	last := len(d.Chances) - 1
	low, high = d.First, d.First+last
	for below, i := d.Chances[0], 0; below <= tail && i < last; i++ {
		low, below = low+1, below+d.Chances[i+1]
	}
	for above, i := d.Chances[last], last; above <= tail && i > 0; i-- {
		high, above = high-1, above+d.Chances[i-1]
	}
	return low, high
}
