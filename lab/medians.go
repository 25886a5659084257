package lab

import "echolab/lab/theory"

// medians puts the runs of an experiment together: the median of every
// number, with its spread, and the last run's words and expectations.
func medians(runs [][]Measurement) []Measurement {
	last := runs[len(runs)-1]
	if len(runs) == 1 {
		return last
	}
	for i := range last {
		m := &last[i]
		m.Spread = map[string]Spread{}
		for t, v := range m.Values {
			if v.Word != "" {
				continue
			}
			xs := column(runs, m.ID, t)
			m.Values[t] = Num(theory.Median(xs))
			m.Spread[t] = Spread{Min: theory.Percentile(xs, 0), Max: theory.Percentile(xs, 1), Runs: len(xs)}
		}
	}
	return last
}

// column is one transport's numbers for one measurement over all runs.
func column(runs [][]Measurement, id, transport string) []float64 {
	var xs []float64
	for _, rows := range runs {
		for _, m := range rows {
			if v, ok := m.Values[transport]; ok && m.ID == id && v.Word == "" {
				xs = append(xs, v.Number)
			}
		}
	}
	return xs
}
