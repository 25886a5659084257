package result

import "echolab/lab/text"

// Row starts a measurement: the id that programs know it by, the label that
// people read, and its unit.
func Row(id string, label, unit text.Phrase) *Measurement {
	return &Measurement{
		ID: id, Label: text.Say(label), Unit: unit,
		Values: map[string]Value{}, Expected: map[string]Value{},
		Low: map[string]float64{}, High: map[string]float64{}, Within: map[string]bool{},
	}
}

// CutShort notes that what was measured for a transport is not the answer, and
// why: a limit of the lab came before it.
func (m *Measurement) CutShort(transport string, why text.Message) {
	if m.CutOff == nil {
		m.CutOff = map[string]text.Message{}
	}
	m.CutOff[transport] = why
}

// Judge fills Within for every transport of which something is expected, and
// whose value was not cut off.
func (m *Measurement) Judge() {
	m.Within = map[string]bool{}
	for t, want := range m.Expected {
		got, measured := m.Values[t]
		_, cut := m.CutOff[t]
		if measured && !cut {
			m.Within[t] = got.within(want, m.Low[t], m.High[t])
		}
	}
}

// within reports whether a value is the word that is wanted, or lies in a range.
func (v Value) within(want Value, low, high float64) bool {
	if want.Word != "" || v.Word != "" {
		return v.Word == want.Word
	}
	return low <= v.Number && v.Number <= high
}

// JudgeAll holds measurements against their expectations, and reports whether
// all are as expected, and none was cut off.
func JudgeAll(rows []Measurement) (within bool) {
	within = true
	for i := range rows {
		rows[i].Judge()
		within = within && len(rows[i].CutOff) == 0
		for _, ok := range rows[i].Within {
			within = within && ok
		}
	}
	return within
}
