package lab

import (
	"math"

	"echolab/lab/theory"
)

// medians puts the runs of an experiment together: the median of every
// number, with its spread, and the last run's words and expectations. Where
// each run has a spread of its own, all of them are one.
func medians(runs [][]Measurement) []Measurement {
	last := runs[len(runs)-1]
	if len(runs) == 1 {
		return last
	}
	for i := range last {
		m := &last[i]
		spread := map[string]Spread{}
		for t, v := range m.Values {
			if v.Word == "" {
				xs, all := column(runs, m.ID, t)
				m.Values[t], spread[t] = Num(theory.Median(xs)), all
			}
		}
		m.Spread = spread
	}
	return last
}

// column is one transport's numbers for one measurement over all runs, and the
// spread of all that they stand for.
func column(runs [][]Measurement, id, transport string) (xs []float64, all Spread) {
	all = Spread{Min: math.Inf(1), Max: math.Inf(-1)}
	for _, rows := range runs {
		for _, m := range rows {
			v, ok := m.Values[transport]
			if !ok || m.ID != id || v.Word != "" {
				continue
			}
			one, ok := m.Spread[transport]
			if !ok {
				one = Spread{Min: v.Number, Max: v.Number, Runs: 1}
			}
			xs = append(xs, v.Number)
			all = Spread{Min: min(all.Min, one.Min), Max: max(all.Max, one.Max), Runs: all.Runs + one.Runs}
		}
	}
	return xs, all
}
