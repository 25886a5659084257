package report

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"echolab/lab/result"
)

// benchValue is one value of a file in Go's benchmark format.
type benchValue struct {
	config string // "goos=linux messages=1000 ...", as it stands before the value
	Number float64
	unit   string
}

// Lines of Go's benchmark format (https://go.dev/design/14313-benchmark-format).
var (
	benchConfig = regexp.MustCompile(`^(\p{Ll}[^\s\p{Lu}]*):[ \t]*(.*)$`)
	benchName   = regexp.MustCompile(`^Benchmark\p{Lu}\S*$`)
)

// readBench reads a file as benchstat does: lines of neither form are skipped.
// It returns the values by the benchmark's name.
func readBench(t *testing.T, file string) map[string]benchValue {
	t.Helper()
	values, config := map[string]benchValue{}, map[string]string{}
	var keys []string
	for line := range strings.Lines(file) {
		if m := benchConfig.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			if _, known := config[m[1]]; !known {
				keys = append(keys, m[1])
			}
			config[m[1]] = m[2]
			continue
		}
		fields := strings.Fields(line)
		if len(fields) == 0 || !benchName.MatchString(fields[0]) {
			continue
		}
		if len(fields) != 4 {
			t.Fatalf("%q has %d fields, want a name, a count, a value and its unit", line, len(fields))
		}
		if n, err := strconv.Atoi(fields[1]); err != nil || n < 1 {
			t.Fatalf("%q: the count is %s", line, fields[1])
		}
		v := benchValue{unit: fields[3]}
		for _, key := range keys {
			v.config += key + "=" + config[key] + " "
		}
		var err error
		if v.Number, err = strconv.ParseFloat(fields[2], 64); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if _, twice := values[fields[0]]; twice {
			t.Fatalf("%s stands there twice", fields[0])
		}
		values[fields[0]] = v
	}
	return values
}

// TestBench: what is read back is every number of the report, under the network
// that it was measured on; no word, and nothing that was cut off.
func TestBench(t *testing.T) {
	for name, r := range map[string]*result.Report{
		"one run": recorded(), "five runs": repeated(), "cut off": cutOff(), "hostile": hostile(), "failed": fallenBack(),
		"four": many("tcp", "udp", "rudp", "quic"),
	} {
		t.Run(name, func(t *testing.T) {
			got := readBench(t, printed(t, r, Options{Format: "bench"}))
			want := 0
			for _, e := range r.Experiments {
				for _, m := range e.Measurements {
					for transport, v := range m.Values {
						if _, cut := m.CutOff[transport]; cut || v.Word != "" || !isFinite(v.Number) {
							continue
						}
						want++
						name := "BenchmarkLab/experiment=" + e.ID + "/transport=" + transport + "/measurement=" + m.ID + "-2"
						found := got[name]
						if found.Number != v.Number || found.unit != string(m.Unit) {
							t.Errorf("%s is %v %q, want %v %q", name, found.Number, found.unit, v.Number, m.Unit)
						}
						if !strings.Contains(found.config, "messages=1000 ") || !strings.Contains(found.config, "network="+e.Network+" ") {
							t.Errorf("%s stands under %q", name, found.config)
						}
					}
				}
			}
			if len(got) != want {
				t.Errorf("%d values, want %d", len(got), want)
			}
		})
	}
}

// TestBenchCountsRuns: a median tells of how many runs it is.
func TestBenchCountsRuns(t *testing.T) {
	line := "/transport=udp/measurement=delivered-2 5 80.7 %\n"
	if out := printed(t, repeated(), Options{Format: "bench"}); !strings.Contains(out, line) {
		t.Errorf("no line ends with %q:\n%s", line, out)
	}
}
