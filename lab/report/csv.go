package report

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"echolab/lab/result"
)

// csvHeader names the columns; programs rely on them and on their order.
var csvHeader = []string{
	"experiment", "network", "measurement", "unit", "transport",
	"value", "expected", "low", "high", "within", "runs", "min", "max", "cut_off",
}

// writeCSV writes one row per measurement and transport that it concerns. An
// experiment that did not run has one row whose measurement is "error".
func writeCSV(w *bytes.Buffer, r *result.Report, _ Options) error {
	out := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	for _, e := range r.Experiments {
		for _, m := range e.Measurements {
			for _, t := range r.Options.Transports {
				_, measured := m.Values[t]
				if _, expects := m.Expected[t]; measured || expects {
					rows = append(rows, csvRow(e, m, t, max(r.Options.Runs, 1)))
				}
			}
		}
		if e.Error != "" {
			row := make([]string, len(csvHeader))
			row[0], row[1], row[2], row[5] = e.ID, e.Network, "error", e.Error
			rows = append(rows, row)
		}
	}
	return out.WriteAll(rows)
}

func csvRow(e *result.Result, m result.Measurement, transport string, runs int) []string {
	least, most := "", ""
	if s, ok := m.Spread[transport]; ok {
		runs, least, most = s.Runs, Raw(s.Min), Raw(s.Max)
	}
	return []string{
		e.ID, e.Network, m.ID, string(m.Unit), transport,
		Of(m.Values, transport, result.Value.String), Of(m.Expected, transport, result.Value.String),
		Of(m.Low, transport, Raw), Of(m.High, transport, Raw), Of(m.Within, transport, strconv.FormatBool),
		strconv.Itoa(runs), least, most, m.CutOff[transport].String(),
	}
}

// Of writes what a map has of a transport, if it has it.
func Of[V any](m map[string]V, transport string, write func(V) string) string {
	if v, ok := m[transport]; ok {
		return write(v)
	}
	return ""
}

// Raw is a number in full precision.
func Raw(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
