// Package result holds what a run found: the report, its results and
// measurements, what is expected of them, and verdicts. report.go comes first.
package result

import "echolab/lab/text"

// Cell is what one transport has in a row: what was measured, and what theory
// expects. The zero value is that of a transport which the row does not concern.
type Cell struct {
	value, expected *Value
	low, high       float64 // of an expected number
	cut, basis      text.Message
	spread          *Spread
}

// Measured is a cell with a value of which nothing is expected yet.
func Measured(v Value) Cell { return Cell{value: &v} }

// Number is a cell with a number.
func Number[N ~int | ~int64 | ~uint64 | ~float64](n N) Cell { return Measured(Num(n)) }

// Outcome is a cell with a word.
func Outcome(w text.Phrase) Cell { return Measured(Word(w)) }

// Expect adds what theory expects, and the range that it allows.
func (c Cell) Expect(v, low, high float64) Cell {
	expected := Num(v)
	c.expected, c.low, c.high = &expected, low, high
	return c
}

// ExpectExactly is Expect where theory allows one number only.
func (c Cell) ExpectExactly(v float64) Cell { return c.Expect(v, v, v) }

// ExpectWord is Expect where theory expects a word.
func (c Cell) ExpectWord(word text.Phrase) Cell {
	expected := Word(word)
	c.expected, c.low, c.high = &expected, 0, 0
	return c
}

// Because adds where the expectation comes from, where the transport or the
// conditions decide that, in place of the row's own basis.
func (c Cell) Because(basis text.Message) Cell {
	c.basis = basis
	return c
}

// Over adds the least and the greatest of the attempts whose median is the value.
func (c Cell) Over(s Spread) Cell {
	c.spread = &s
	return c
}

// Outside reports whether the value is not what theory allows.
func (c Cell) Outside() bool {
	return c.value != nil && c.expected != nil && !c.value.within(*c.expected, c.low, c.high)
}

// CutShort adds why the value is not the answer: a limit of the lab came before
// it. Without a reason it adds nothing.
func (c Cell) CutShort(why text.Message) Cell {
	if !why.IsZero() {
		c.cut = why
	}
	return c
}

// IsZero reports whether the row does not concern the transport.
func (c Cell) IsZero() bool { return c.value == nil && c.expected == nil }

// Put puts a cell into the row, under its transport's name.
func (m *Measurement) Put(transport string, c Cell) {
	if c.value != nil {
		m.Values[transport] = *c.value
	}
	if c.expected != nil {
		m.Expected[transport] = *c.expected
	}
	if c.expected != nil && c.expected.Word == "" {
		m.Low[transport], m.High[transport] = c.low, c.high
	}
	if c.spread != nil {
		if m.Spread == nil {
			m.Spread = map[string]Spread{}
		}
		m.Spread[transport] = *c.spread
	}
	if !c.basis.IsZero() {
		m.Basis = c.basis
	}
	if !c.cut.IsZero() {
		m.CutShort(transport, c.cut)
	}
}
