package experiments

import (
	"math"

	"echolab/lab/text"
)

// Duration is how long a transfer took: one that was never whole took for ever.
func (m *Measured) Duration(id, transport string) float64 {
	if v := m.Value("throughput", id, transport); v.Word == "" {
		return v.Number
	}
	return math.Inf(1)
}

// Time is a duration as a sentence quotes it.
func (m *Measured) Time(id, transport string) any {
	v := m.Value("throughput", id, transport)
	if v.Word != "" {
		return text.Say(v.Word)
	}
	return text.Figure(v.Number)
}
