package report

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"echolab/lab/result"
)

// csvHeader names the columns; programs rely on them and on their order.
var csvHeader = []string{
	"experiment", "network", "measurement", "unit", "transport",
	"value", "expected", "low", "high", "within", "runs", "min", "max", "cut_off",
}

// csvBaseline names the columns that follow where there is a baseline. What is
// gone has a row with only its names and the change "gone".
var csvBaseline = []string{"was", "change"}

// writeCSV writes one row per measurement and transport. An experiment that
// did not run has one row whose measurement is "error".
func writeCSV(w io.Writer, r *result.Report, _ Options) error {
	out := csv.NewWriter(w)
	header := csvHeader
	if r.Baseline != nil {
		header = slices.Concat(csvHeader, csvBaseline)
	}
	rows := [][]string{header}
	for _, e := range r.Experiments {
		for _, m := range e.Measurements {
			for _, t := range transports(r) {
				row := csvRow(e, m, t, r.Options.Runs)
				if row == nil {
					continue
				}
				if r.Baseline != nil {
					row = append(row, csvChange(m.Baseline[t])...)
				}
				rows = append(rows, row)
			}
		}
		if e.Error != "" {
			row := make([]string, len(header))
			row[0], row[1], row[2], row[5] = e.ID, e.Network, "error", e.Error
			rows = append(rows, row)
		}
	}
	return out.WriteAll(append(rows, csvGone(r.Baseline)...))
}

// csvChange are the cells of csvBaseline.
func csvChange(c result.Change) []string {
	if c.Was == nil {
		return []string{"", string(c.Kind)}
	}
	return []string{c.Was.String(), string(c.Kind)}
}

// csvGone has a row for everything that only the baseline has.
func csvGone(b *result.Baseline) [][]string {
	if b == nil {
		return nil
	}
	rows := make([][]string, len(b.Gone))
	for i, g := range b.Gone {
		row := make([]string, len(csvHeader)+len(csvBaseline))
		row[0], row[2], row[len(row)-1] = g.Experiment, g.Measurement, "gone"
		rows[i] = row
	}
	return rows
}

// csvRow is nil where the measurement does not concern the transport.
func csvRow(e *result.Result, m result.Measurement, transport string, runs int) []string {
	value, measured := m.Values[transport]
	expected, expects := m.Expected[transport]
	if !measured && !expects {
		return nil
	}
	row := []string{e.ID, e.Network, m.ID, m.Unit, transport, "", "", "", "", "", strconv.Itoa(max(runs, 1)), "", "", m.CutOff[transport].String()}
	if measured {
		row[5] = value.String()
	}
	if expects {
		row[6] = expected.String()
	}
	row[7], row[8] = bound(m.Low, transport), bound(m.High, transport)
	if within, ok := m.Within[transport]; ok {
		row[9] = strconv.FormatBool(within)
	}
	if s, ok := m.Spread[transport]; ok {
		row[10], row[11], row[12] = strconv.Itoa(s.Runs), raw(s.Min), raw(s.Max)
	}
	return row
}

func bound(m map[string]float64, transport string) string {
	if v, ok := m[transport]; ok {
		return raw(v)
	}
	return ""
}

// raw is a number in full precision.
func raw(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
