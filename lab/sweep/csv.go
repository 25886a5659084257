package sweep

import (
	"encoding/csv"
	"io"
	"strconv"

	"echolab/lab/report"
	"echolab/lab/result"
)

// WriteCSV writes one row per point, measurement and transport: the axes under their
// names, then what the runs of the point have together. Programs rely on the columns
// and on their order.
func (s *Sweep) WriteCSV(w io.Writer) error {
	s.sortRows()
	out := csv.NewWriter(w)
	rows := [][]string{s.csvHeader()}
	points := s.Points()
	for _, p := range points {
		for _, m := range p.Measurements {
			for _, t := range s.transports(points, m.ID) {
				if concerns(&m, t) {
					rows = append(rows, s.csvRow(p, m, t))
				}
			}
		}
	}
	return out.WriteAll(rows)
}

func (s *Sweep) csvHeader() []string {
	header := []string{"experiment", "network"}
	for _, a := range s.Axes {
		header = append(header, withUnit(a.Name, string(a.Unit)))
	}
	return append(header, "measurement", "unit", "transport", "median", "least", "greatest", "runs",
		"expected", "low", "high", "within", "outside_runs", "cut_off")
}

func (s *Sweep) csvRow(p Point, m result.Measurement, t string) []string {
	row := []string{s.Experiment, s.Network}
	for _, v := range p.At {
		row = append(row, v.raw())
	}
	least, greatest, runs := "", "", len(p.Runs)-len(p.Errors)
	if spread, ok := m.Spread[t]; ok {
		least, greatest, runs = report.Raw(spread.Min), report.Raw(spread.Max), spread.Runs
	}
	return append(row, m.ID, string(m.Unit), t,
		report.Of(m.Values, t, result.Value.String), least, greatest, strconv.Itoa(runs),
		report.Of(m.Expected, t, result.Value.String), report.Of(m.Low, t, report.Raw), report.Of(m.High, t, report.Raw),
		report.Of(m.Within, t, strconv.FormatBool), strconv.Itoa(p.Outside[m.ID][t]), m.CutOff[t].String())
}

// raw is a value of an axis for programs: its number, or its word.
func (v Value) raw() string {
	if v.Number != nil {
		return report.Raw(*v.Number)
	}
	return v.Text
}
