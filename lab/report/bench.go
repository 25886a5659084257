package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"echolab/lab/result"
)

// writeBench writes every number that was measured in Go's benchmark format
// (https://go.dev/design/14313-benchmark-format), so that benchstat compares two
// runs. Configuration lines hold what makes runs incomparable: benchstat puts
// what differs in them into tables of their own. The lab's version and the seed
// are what one would compare, and so a comment. Of several runs a report knows
// the median and the spread: the median is printed, behind how many runs it
// stands for. What is a word, or was cut off, is no number to compare.
func writeBench(w io.Writer, r *result.Report, _ Options) error {
	var out bytes.Buffer
	e, o := r.Environment, r.Options
	fmt.Fprintf(&out, "# lab %s, seed %d\n", e.Lab, o.Seed)
	fmt.Fprintf(&out, "goos: %s\ngoarch: %s\nmessages: %d\nsize: %d\n", e.OS, e.Arch, o.Messages, o.Size)
	network := ""
	for _, found := range r.Experiments {
		if found.Network != network {
			network = found.Network
			fmt.Fprintf(&out, "network: %s\n", network)
		}
		for _, m := range found.Measurements {
			for _, t := range slices.Sorted(maps.Keys(m.Values)) {
				out.WriteString(benchLine(r, found.ID, t, m))
			}
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// benchLine is the line of one value, or "" where there is nothing to compare.
func benchLine(r *result.Report, experiment, transport string, m result.Measurement) string {
	v := m.Values[transport]
	if _, cut := m.CutOff[transport]; cut || v.Word != "" || !isFinite(v.Number) {
		return ""
	}
	unit := strings.Join(strings.Fields(cmp.Or(string(m.Unit), "count")), "-")
	return fmt.Sprintf("BenchmarkLab/experiment=%s/transport=%s/measurement=%s-%d %d %s %s\n",
		experiment, transport, m.ID, max(r.Environment.CPUs, 1),
		max(m.Spread[transport].Runs, r.Options.Runs, 1), raw(v.Number), unit)
}
