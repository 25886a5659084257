package registry

import (
	"fmt"
	"math"
	"strconv"

	"echolab/lab/result"
	"echolab/lab/text"
)

// The five documents, by the names of their files.
const (
	doc000 = "000_4fb1e7b5eede80f4.txt"
	doc001 = "001_761ababd146f3772.txt"
	doc002 = "002_7b00320dff4de1fa.txt"
	doc003 = "003_99bf60a5fccc99a0.txt"
	doc004 = "004_75d9a397e0300f60.txt"
)

// measured looks up what was measured, and remembers what was not.
type measured struct {
	results result.Results
	open    text.Message // why something is not known; zero if all is
	nobody  bool         // a transport had no connection, as theory expects where nothing passes
}

// known reports whether there is a figure for all that was looked up.
func (m *measured) known() bool { return m.open.IsZero() && !m.nobody }

// value is what an experiment measured for a transport. What was cut off is
// not known.
func (m *measured) value(experiment, id, transport string) result.Value {
	row := m.results[experiment].Find(id)
	if row == nil {
		m.lacks(experiment, id, transport)
		return result.Value{}
	}
	v, ok := row.Values[transport]
	why, cut := row.CutOff[transport]
	switch {
	case cut:
		m.open = text.Sayf("%s of %s for %s was cut off: %s", id, experiment, transport, why)
	case !ok:
		m.lacks(experiment, id, transport)
	case v == result.Word("no connection"):
		m.nobody = true
	}
	return v
}

// lacks remembers a value that nobody measured.
func (m *measured) lacks(experiment, id, transport string) {
	m.open = text.Sayf("not measured: %s of %s for %s", id, experiment, transport)
}

func (m *measured) number(experiment, id, transport string) float64 {
	return m.value(experiment, id, transport).Number
}

// under reports whether an experiment ran under a condition.
func (m *measured) under(experiment, condition string) bool {
	r := m.results[experiment]
	return r != nil && r.Conditions[condition] != nil
}

// allowed is from what to what theory allows a value to be; 0 and 0 where it says
// nothing.
func (m *measured) allowed(experiment, id, transport string) (low, high float64) {
	if row := m.results[experiment].Find(id); row != nil {
		low, high = row.Low[transport], row.High[transport]
	}
	return low, high
}

// onlyNumber is number where a word, such as "no reply", leaves the question
// open.
func (m *measured) onlyNumber(experiment, id, transport string) float64 {
	v := m.value(experiment, id, transport)
	if v.Word != "" {
		m.lacks(experiment, id, transport)
	}
	return v.Number
}

func (m *measured) word(experiment, id, transport string) text.Phrase {
	return m.value(experiment, id, transport).Word
}

// rule makes a claim's Judge of a function that reads measurements. Where one
// is missing or was cut off, the claim is untested; where nothing passes at all, it
// depends.
func rule(decide func(m *measured) (result.Verdict, text.Message)) func(result.Results) (result.Verdict, text.Message) {
	return func(r result.Results) (result.Verdict, text.Message) {
		m := &measured{results: r}
		verdict, because := decide(m)
		switch {
		case !m.open.IsZero():
			return result.Untested, m.open
		case m.nobody:
			return result.Depends, text.Say("nothing passes, for either")
		}
		return verdict, because
	}
}

// holdsIf is the verdict on a claim that is true or false.
func holdsIf(truth bool) result.Verdict {
	if truth {
		return result.Holds
	}
	return result.Refuted
}

// holdsWhere is the verdict on a claim about what conditions do to packets.
// Where they did nothing, because somebody switched them off, it depends.
func holdsWhere(happened, truth bool) result.Verdict {
	if !happened {
		return result.Depends
	}
	return holdsIf(truth)
}

// round writes a figure as a sentence quotes it: three significant digits, or
// whole numbers above a hundred.
func round(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return fmt.Sprintf("%.3g", x)
}
