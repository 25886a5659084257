package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab"
	"echolab/lab/experiments/registry"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldenTable is what the whole comparison finds on the network simulated.
const goldenTable = "../../testdata/report/simulated.txt"

// TestSimulatedTable: with the same version of Go and of the TCP inside, the
// table is the same on every computer. Where it is not, what TCP or an
// experiment does has changed: read the difference, explain it in the commit,
// and run make golden. Three digits are held, and no time below a tenth of a
// millisecond, so that a change that only looks at the clock more often, or
// less, is none.
func TestSimulatedTable(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all experiments")
	}
	var out, errs bytes.Buffer
	args := []string{"compare", "--network", "simulated", "--seed", "7", "--format", "csv"}
	if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	if *update {
		if err := os.WriteFile(goldenTable, []byte(rounded(t, &out)), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(goldenTable)
	if err != nil {
		t.Fatal(err)
	}
	if made, _, _ := strings.Cut(string(want), "\n"); made != "# "+runtime.Version() {
		t.Skipf("the table was made with %s, whose goroutines take other turns than those of %s", made[2:], runtime.Version())
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(rounded(t, &out), "\n")); diff != "" {
		t.Errorf("the table has changed (-before +now):\n%s", diff)
	}
}

// TestLeftOut: a comparison says which experiments its network cannot show.
func TestLeftOut(t *testing.T) {
	for network, want := range map[string]int{"simulated": 7, "localhost": 14, lab.Auto: 0} {
		c := newComparing()
		c.options.Network = network
		cmd := newCompare(&terminal{})
		cmd.SetContext(t.Context())
		plan, leftOut, err := c.plan(cmd, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(leftOut) != want || len(leftOut)+len(plan.Items) != len(registry.All()) {
			t.Errorf("%s leaves out %v, want %d", network, leftOut, want)
		}
	}
}

// rounded is the values of a report in CSV, a line each, with three digits.
func rounded(t *testing.T, report *bytes.Buffer) string {
	t.Helper()
	rows, err := csv.NewReader(report).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{"# " + runtime.Version()}
	for _, row := range rows[1:] {
		id, measurement, unit, transport, value := row[0], row[2], row[3], row[4], row[5]
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			value = fmt.Sprintf("%.3g", coarse(n, unit))
		}
		lines = append(lines, strings.Join([]string{id, measurement, transport, value}, " "))
	}
	return strings.Join(lines, "\n") + "\n"
}

// coarse is a value without what looking at the clock adds to a time.
func coarse(n float64, unit string) float64 {
	switch unit {
	case "ms":
		return math.Round(n*10) / 10
	case "RTT":
		return math.Round(n*1000) / 1000
	}
	return n
}
