package capacity

import (
	"math"

	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// note writes down the rate that passed, in the row's unit, and between what
// the limit lies.
func (f lossFree) note(row *result.Measurement, t testbed.Transport, unit float64) {
	row.Set(t.Name, result.Num(f.rate*unit))
	if f.rate == 0 {
		row.CutShort(t.Name, text.Say("no rate that was tried is without loss for as long as the last trial"))
		return
	}
	if math.IsInf(f.most, 1) {
		return // the sender is the limit
	}
	if row.Spread == nil {
		row.Spread = map[string]result.Spread{}
	}
	row.Spread[t.Name] = result.Spread{Min: f.least * unit, Max: f.most * unit, Runs: 2}
}
