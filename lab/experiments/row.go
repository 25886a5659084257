package experiments

import (
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Row declares a measurement in one place: what programs and people call it, and
// how its cells come from what an experiment found of a transport.
type Row[T any] struct {
	ID       string
	Label    text.Phrase
	Unit     text.Phrase  // "ms", "%", "packets", ...; "" for words
	Headline bool         // shown without --details
	Basis    text.Message // where the expectation comes from
	Cell     func(t testbed.Transport, found T) result.Cell
}

// Measure fills rows with what was found of each transport, by its name.
func Measure[T any](transports []testbed.Transport, found map[string]T, rows ...Row[T]) []result.Measurement {
	all := make([]result.Measurement, len(rows))
	for i, r := range rows {
		m := result.Row(r.ID, r.Label, r.Unit)
		m.Headline, m.Basis = r.Headline, r.Basis
		for _, t := range transports {
			m.Put(t.Name, r.Cell(t, found[t.Name]))
		}
		all[i] = *m
	}
	return all
}
