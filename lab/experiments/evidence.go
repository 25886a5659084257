package experiments

import (
	"echolab/lab/result"
	"echolab/lab/text"
)

// Evidence is what experiments measured, as the rule of a claim reads it. It
// remembers what was not measured or was cut off.
type Evidence struct {
	Results     result.Results
	Missing     text.Message // why a value is not known; zero if all values are
	unconnected bool         // a transport had no connection, as theory expects where nothing passes
}

// Complete reports whether there was a figure for all that was read.
func (e *Evidence) Complete() bool { return e.Missing.IsZero() && !e.unconnected }

// Value is what an experiment measured for a transport.
func (e *Evidence) Value(experiment, id, transport string) result.Value {
	row := e.Results[experiment].Find(id)
	if row == nil {
		e.miss(experiment, id, transport)
		return result.Value{}
	}
	v, ok := row.Values[transport]
	why, cut := row.CutOff[transport]
	switch {
	case cut:
		e.Missing = text.Sayf("%s of %s for %s was cut off: %s", id, experiment, transport, why)
	case !ok:
		e.miss(experiment, id, transport)
	case v == result.Word("no connection"):
		e.unconnected = true
	}
	return v
}

// miss notes a value that was not measured.
func (e *Evidence) miss(experiment, id, transport string) {
	e.Missing = text.Sayf("not measured: %s of %s for %s", id, experiment, transport)
}

// Number is the value as a number, 0 for a word.
func (e *Evidence) Number(experiment, id, transport string) float64 {
	return e.Value(experiment, id, transport).Number
}

// OnlyNumber is Number for rules that a word, such as "no reply", does not answer:
// it counts as not measured.
func (e *Evidence) OnlyNumber(experiment, id, transport string) float64 {
	v := e.Value(experiment, id, transport)
	if v.Word != "" {
		e.miss(experiment, id, transport)
	}
	return v.Number
}

// Word is the value as a word, "" for a number.
func (e *Evidence) Word(experiment, id, transport string) text.Phrase {
	return e.Value(experiment, id, transport).Word
}

// Quote is the value as a sentence quotes it.
func (e *Evidence) Quote(experiment, id, transport string) text.Message {
	v := e.Value(experiment, id, transport)
	if v.Word != "" {
		return text.Say(v.Word)
	}
	return text.Quote(text.Figure(v.Number))
}

// Under reports whether an experiment ran under a condition.
func (e *Evidence) Under(experiment, condition string) bool {
	r := e.Results[experiment]
	return r != nil && r.Conditions[condition] != nil
}

// Allowed is the range that theory allows a value; 0 and 0 where it says nothing.
func (e *Evidence) Allowed(experiment, id, transport string) (low, high float64) {
	if row := e.Results[experiment].Find(id); row != nil {
		low, high = row.Low[transport], row.High[transport]
	}
	return low, high
}

// HoldsIf is the verdict on a claim that is true or false.
func HoldsIf(truth bool) result.Verdict {
	if truth {
		return result.Holds
	}
	return result.Refuted
}

// HoldsWhere is the verdict on a claim about what conditions do to packets. Where
// they did nothing, because they were switched off, it depends.
func HoldsWhere(happened, truth bool) result.Verdict {
	if !happened {
		return result.Depends
	}
	return HoldsIf(truth)
}
