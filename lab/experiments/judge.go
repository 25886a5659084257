package experiments

import (
	"echolab/lab/result"
	"echolab/lab/text"
)

// The five documents, by the names of their files.
const (
	Doc000 = "000_4fb1e7b5eede80f4.txt"
	Doc001 = "001_761ababd146f3772.txt"
	Doc002 = "002_7b00320dff4de1fa.txt"
	Doc003 = "003_99bf60a5fccc99a0.txt"
	Doc004 = "004_75d9a397e0300f60.txt"
)

// Measured looks up what was measured, and remembers what was not.
type Measured struct {
	Results result.Results
	Open    text.Message // why something is not known; zero if all is
	nobody  bool         // a transport had no connection, as theory expects where nothing passes
}

// Known reports whether there is a figure for all that was looked up.
func (m *Measured) Known() bool { return m.Open.IsZero() && !m.nobody }

// Value is what an experiment measured for a transport. What was cut off is
// not known.
func (m *Measured) Value(experiment, id, transport string) result.Value {
	row := m.Results[experiment].Find(id)
	if row == nil {
		m.lacks(experiment, id, transport)
		return result.Value{}
	}
	v, ok := row.Values[transport]
	why, cut := row.CutOff[transport]
	switch {
	case cut:
		m.Open = text.Sayf("%s of %s for %s was cut off: %s", id, experiment, transport, why)
	case !ok:
		m.lacks(experiment, id, transport)
	case v == result.Word("no connection"):
		m.nobody = true
	}
	return v
}

// lacks remembers a value that nobody measured.
func (m *Measured) lacks(experiment, id, transport string) {
	m.Open = text.Sayf("not measured: %s of %s for %s", id, experiment, transport)
}

func (m *Measured) Number(experiment, id, transport string) float64 {
	return m.Value(experiment, id, transport).Number
}

// Under reports whether an experiment ran under a condition.
func (m *Measured) Under(experiment, condition string) bool {
	r := m.Results[experiment]
	return r != nil && r.Conditions[condition] != nil
}

// Allowed is from what to what theory allows a value to be; 0 and 0 where it says
// nothing.
func (m *Measured) Allowed(experiment, id, transport string) (low, high float64) {
	if row := m.Results[experiment].Find(id); row != nil {
		low, high = row.Low[transport], row.High[transport]
	}
	return low, high
}

// OnlyNumber is number where a word, such as "no reply", leaves the question
// open.
func (m *Measured) OnlyNumber(experiment, id, transport string) float64 {
	v := m.Value(experiment, id, transport)
	if v.Word != "" {
		m.lacks(experiment, id, transport)
	}
	return v.Number
}

func (m *Measured) Word(experiment, id, transport string) text.Phrase {
	return m.Value(experiment, id, transport).Word
}

// Rule makes a claim's Judge of a function that reads measurements. Where one
// is missing or was cut off, the claim is untested; where nothing passes at all, it
// depends.
func Rule(decide func(m *Measured) (result.Verdict, text.Message)) func(result.Results) (result.Verdict, text.Message) {
	return func(r result.Results) (result.Verdict, text.Message) {
		m := &Measured{Results: r}
		verdict, because := decide(m)
		switch {
		case !m.Open.IsZero():
			return result.Untested, m.Open
		case m.nobody:
			return result.Depends, text.Say("nothing passes, for either")
		}
		return verdict, because
	}
}

// HoldsIf is the verdict on a claim that is true or false.
func HoldsIf(truth bool) result.Verdict {
	if truth {
		return result.Holds
	}
	return result.Refuted
}

// HoldsWhere is the verdict on a claim about what conditions do to packets.
// Where they did nothing, because somebody switched them off, it depends.
func HoldsWhere(happened, truth bool) result.Verdict {
	if !happened {
		return result.Depends
	}
	return HoldsIf(truth)
}
