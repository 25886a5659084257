package result

import (
	"cmp"
	"maps"
	"slices"

	"echolab/lab/text"
	"echolab/lab/theory"
)

// Medians puts the runs of an experiment together, row by row: of every number
// the median and the spread, of words the one that most runs have, and of the
// expectations the medians of their bounds. So a run that is as expected never
// makes the whole look otherwise: where every value lies above its own lower
// bound, the median of the values lies above the median of the bounds. The rows
// are those of the run that has most of them.
func Medians(runs [][]Measurement) []Measurement {
	if len(runs) == 1 {
		return runs[0]
	}
	var all []Measurement
	for _, m := range slices.MaxFunc(runs, func(a, b []Measurement) int { return cmp.Compare(len(a), len(b)) }) {
		all = append(all, together(rowsOf(runs, m.ID)))
	}
	return all
}

// rowsOf are the runs' rows with that id.
func rowsOf(runs [][]Measurement, id string) []Measurement {
	var rows []Measurement
	for _, run := range runs {
		for _, m := range run {
			if m.ID == id {
				rows = append(rows, m)
			}
		}
	}
	return rows
}

// together is one row of several.
func together(rows []Measurement) Measurement {
	all := *Row(rows[0].ID, "", rows[0].Unit)
	all.Label, all.Basis, all.Headline = rows[0].Label, rows[0].Basis, rows[0].Headline
	all.Spread = map[string]Spread{}
	columns := map[string]Value{} // of which some row tells something
	for _, m := range rows {
		maps.Copy(columns, m.Values)
		maps.Copy(columns, m.Expected)
	}
	for t := range columns {
		all.join(t, rows)
	}
	return all
}

// join puts the cells of one transport together.
func (m *Measurement) join(t string, rows []Measurement) {
	var values, expected []Value
	var low, high []float64
	for _, row := range rows {
		values, expected = appendIf(values, row.Values, t), appendIf(expected, row.Expected, t)
		low, high = appendIf(low, row.Low, t), appendIf(high, row.High, t)
		if why, cut := row.CutOff[t]; cut && m.CutOff[t].IsZero() {
			m.CutShort(t, why)
		}
		m.spreadOver(t, row)
	}
	if len(values) > 0 {
		m.Values[t] = usual(values)
	}
	if len(expected) > 0 {
		m.Expected[t] = usual(expected)
	}
	if len(low) > 0 && len(high) > 0 {
		m.Low[t], m.High[t] = theory.Median(low), theory.Median(high)
	}
}

func appendIf[T any](list []T, from map[string]T, key string) []T {
	if v, ok := from[key]; ok {
		return append(list, v)
	}
	return list
}

// spreadOver widens the spread of a transport by one run's number, or by the
// spread that it stands for.
func (m *Measurement) spreadOver(t string, row Measurement) {
	v, ok := row.Values[t]
	if !ok || v.Word != "" {
		return
	}
	one, ok := row.Spread[t]
	if !ok {
		one = Spread{Min: v.Number, Max: v.Number, Runs: 1}
	}
	if all, ok := m.Spread[t]; ok {
		one = Spread{Min: min(all.Min, one.Min), Max: max(all.Max, one.Max), Runs: all.Runs + one.Runs}
	}
	m.Spread[t] = one
}

// usual is the median of numbers, or the word that stands there most often,
// if words are at least as many.
func usual(values []Value) Value {
	var numbers []float64
	words := map[text.Phrase]int{}
	most := text.Phrase("")
	for _, v := range values {
		if v.Word == "" {
			numbers = append(numbers, v.Number)
			continue
		}
		if words[v.Word]++; words[v.Word] > words[most] {
			most = v.Word
		}
	}
	if 2*len(numbers) > len(values) {
		return Num(theory.Median(numbers))
	}
	return Word(most)
}
