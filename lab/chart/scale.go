package chart

import (
	"math"
	"slices"
	"strconv"

	"echolab/lab/text"
)

// ratio is how many times the least of some positive values the greatest is from which
// on they are told apart better by their ratios.
const ratio = 50

// ScaleFor chooses the scale for a quantity that takes these values: from 0 and linear,
// unless all are positive and the greatest is at least 50 times the least, then
// logarithmic. Where the axis does not begin at 0, the label says so in words.
func ScaleFor(words text.Printer, label string, values []float64) Scale {
	low, high := ends(values)
	switch {
	case low > 0 && high >= ratio*low:
		return Scale{Label: words.Sayf("%s, log scale", label), Log: true}
	case low < 0:
		from := linear(values, false).Ticks[0].Label
		return Scale{Label: words.Sayf("%s, from %s", label, from)}
	}
	return Scale{Label: label, Zero: true}
}

// Axis is a scale laid out for the values that stand on it.
type Axis struct {
	Low, High float64 // the values at its two ends, Low < High
	Log       bool
	Named     bool   // its ticks are words, and nothing lies between them
	Ticks     []Tick // ascending, all from Low to High
}

// Tick is a value that an axis names.
type Tick struct {
	Value float64
	Label string
}

// Place is where a value stands on the axis: 0 is the low end, 1 the high one.
func (a Axis) Place(v float64) float64 {
	if a.Log {
		return math.Log(v/a.Low) / math.Log(a.High/a.Low)
	}
	return (v - a.Low) / (a.High - a.Low)
}

// Axes lays out both scales of a chart that was Checked, so that every point, band and
// range has its place.
func (c Chart) Axes() (x, y Axis) {
	var across []float64
	for _, curve := range c.Curves {
		for _, p := range curve.Points {
			across = append(across, p.X)
		}
	}
	return c.X.axis(across), c.Y.axis(c.Values())
}

func (s Scale) axis(values []float64) Axis {
	switch {
	case len(s.Words) > 0:
		return named(s.Words)
	case s.Log:
		return logarithmic(values)
	}
	return linear(values, s.Zero)
}

// named is an axis with a word in the middle of each place.
func named(words []string) Axis {
	a := Axis{Low: -0.5, High: float64(len(words)) - 0.5, Named: true}
	for i, w := range words {
		a.Ticks = append(a.Ticks, Tick{float64(i), w})
	}
	return a
}

// steps is about how many equal steps a linear axis has.
const steps = 6

// slack forgives what floating point loses in the last digits.
const slack = 1e-9

// linear is an axis from tick to tick, with 0 on it if that is wanted.
func linear(values []float64, zero bool) Axis {
	low, high := ends(values)
	if zero {
		low, high = min(low, 0), max(high, 0)
	}
	if most := max(math.Abs(low), math.Abs(high)); high-low <= slack*most { // one value
		low, high = low-most/2, high+most/2
	}
	if low == high { // only 0
		high = 1
	}
	mantissa, exponent := roundUp((high - low) / steps)
	step := mantissa * math.Pow10(exponent)
	first, last := int(math.Floor(low/step+slack)), int(math.Ceil(high/step-slack))
	a := Axis{Low: float64(first) * step, High: float64(last) * step}
	for i := first; i <= last; i++ {
		a.Ticks = append(a.Ticks, Tick{float64(i) * step, number(float64(i)*step, exponent)})
	}
	return a
}

// roundUp is the least of the numbers 1, 2 and 5 times a power of ten that is not less
// than x.
func roundUp(x float64) (mantissa float64, exponent int) {
	exponent = int(math.Floor(math.Log10(x)))
	for _, mantissa = range []float64{1, 2, 5} {
		if mantissa*math.Pow10(exponent) >= x*(1-slack) {
			return mantissa, exponent
		}
	}
	return 1, exponent + 1
}

// detailed is up to how many decades a logarithmic axis has ticks at 2 and 5, too.
const detailed = 3

// logarithmic is an axis from tick to tick of 1, 2, 5, 10, or only of powers of ten
// where that would be too many.
func logarithmic(values []float64) Axis {
	low, high := 1.0, 10.0
	if len(values) > 0 {
		low, high = ends(values)
	}
	first, last := rungBelow(low), rungAbove(high)
	if first == last {
		first, last = first-1, last+1
	}
	every := 1
	if decades := (last - first + 2) / 3; decades > detailed {
		every = 3 * ((decades + 2*detailed) / (3 * detailed)) // at most about nine
		first, last = 3*decade(first), 3*decade(last+2)
	}
	a := Axis{Low: rung(first), High: rung(last), Log: true}
	for i := first; i <= last; i += every {
		a.Ticks = append(a.Ticks, Tick{rung(i), number(rung(i), decade(i))})
	}
	return a
}

// rung is number i of 1, 2, 5, 10, 20, and so on; rung -1 is 0.5.
func rung(i int) float64 {
	return []float64{1, 2, 5}[i-3*decade(i)] * math.Pow10(decade(i))
}

// rungBelow is the last rung that is not above v.
func rungBelow(v float64) int {
	i := 3*int(math.Floor(math.Log10(v))) + 3
	for rung(i) > v*(1+slack) {
		i--
	}
	return i
}

// rungAbove is the first rung that is not below v.
func rungAbove(v float64) int {
	i := rungBelow(v)
	if rung(i) < v*(1-slack) {
		i++
	}
	return i
}

// decade is the power of ten that a rung has.
func decade(rung int) int { return int(math.Floor(float64(rung) / 3)) }

// number writes the value of a tick whose last digit stands for this power of ten.
func number(v float64, exponent int) string {
	if math.Abs(v) >= 1e6 || exponent < -6 {
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	return strconv.FormatFloat(v, 'f', max(0, -exponent), 64)
}

// ends are the least and the greatest of some values, both 0 where there are none.
func ends(values []float64) (low, high float64) {
	if len(values) == 0 {
		return 0, 0
	}
	return slices.Min(values), slices.Max(values)
}
