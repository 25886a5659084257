package report

import (
	"bytes"
	"cmp"
	"fmt"
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
func writeBench(out *bytes.Buffer, r *result.Report, _ Options) error {
	env, o := r.Environment, r.Options
	fmt.Fprintf(out, "# lab %s, seed %d\n", env.Lab, o.Seed)
	fmt.Fprintf(out, "goos: %s\ngoarch: %s\nmessages: %d\nsize: %d\n", env.OS, env.Arch, o.Messages, o.Size)
	network := ""
	for _, e := range r.Experiments {
		if e.Network != network {
			network = e.Network
			fmt.Fprintf(out, "network: %s\n", network)
		}
		for _, m := range e.Measurements {
			unit := strings.Join(strings.Fields(cmp.Or(string(m.Unit), "count")), "-")
			for _, t := range o.Transports {
				v, measured := m.Values[t]
				if _, cut := m.CutOff[t]; !measured || cut || v.Word != "" || !isFinite(v.Number) {
					continue
				}
				fmt.Fprintf(out, "BenchmarkLab/experiment=%s/transport=%s/measurement=%s-%d %d %s %s\n",
					e.ID, t, m.ID, max(env.CPUs, 1), max(m.Spread[t].Runs, o.Runs, 1), Raw(v.Number), unit)
			}
		}
	}
	return nil
}
