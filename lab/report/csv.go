package report

import (
	"encoding/csv"
	"io"
	"strconv"

	"echolab/lab/result"
)

// csvHeader names the columns; programs rely on them and on their order.
var csvHeader = []string{
	"experiment", "network", "measurement", "unit", "transport",
	"value", "expected", "low", "high", "within", "runs", "min", "max", "cut_off",
}

// writeCSV writes one row per measurement and transport. An experiment that
// did not run has one row whose measurement is "error".
func writeCSV(w io.Writer, r *result.Report, _ Options) error {
	out := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	for _, e := range r.Experiments {
		for _, m := range e.Measurements {
			for _, t := range transports(r) {
				if row := csvRow(e, m, t, r.Options.Runs); row != nil {
					rows = append(rows, row)
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

// csvRow is nil where the measurement does not concern the transport.
func csvRow(e *result.Result, m result.Measurement, transport string, runs int) []string {
	value, measured := m.Values[transport]
	expected, expects := m.Expected[transport]
	if !measured && !expects {
		return nil
	}
	row := []string{e.ID, e.Network, m.ID, string(m.Unit), transport, "", "", "", "", "", strconv.Itoa(max(runs, 1)), "", "", m.CutOff[transport].String()}
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
