package report

import (
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"echolab/lab/report/reporttest"
	"echolab/lab/result"
	"echolab/lab/text"
)

// yesterday is an earlier report than recorded: another network and other
// messages, slower, with an experiment more, one less, and other verdicts.
func yesterday(t testing.TB) *result.Report {
	t.Helper()
	r := recorded()
	r.Options.Seed, r.Options.Messages, r.Environment.CPUs = 7, 200, 8
	value := func(experiment, id, transport string, v result.Value) {
		find(r, experiment).Find(id).Set(transport, v)
	}
	value("setup", "connect_rtts", "udp", result.Num(0.02))      // theory allows both
	value("setup", "first_reply_rtts", "tcp", result.Num(3.5))   // theory does not
	value("latency", "rtt_p50", "tcp", result.Num(19.2))         // a time: in percent
	value("throughput", "goodput", "udp", result.Num(612.5))     // more than double
	value("close", "waits_after", "tcp", result.Word("nothing")) // another word
	find(r, "loss").Conditions = map[string]any{"loss": 0.05, "delay_ms": 10.0}
	find(r, "ordering").Network = "virtual"
	find(r, "cast").ID = "shouting"
	find(r, "boundaries").Measurements[1].ID = "cut"
	r.Claims[1].Verdict, r.Documents[2].Verdict = result.Holds, result.Refuted
	r.Claims[1].Experiments, r.Documents[2].Experiments = []string{"loss"}, []string{"loss"}
	back, err := Read(strings.NewReader(printed(t, r, Options{Format: "json"})))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// sinceYesterday is recorded held against yesterday.
func sinceYesterday(t testing.TB) *result.Report {
	r := recorded()
	r.Claims[1].Experiments, r.Documents[2].Experiments = []string{"loss"}, []string{"loss"}
	return Against(r, yesterday(t))
}

func TestBaselineGolden(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"baseline-60.txt":         {Width: 60},
		"baseline-80.txt":         {Width: 80},
		"baseline-80-details.txt": {Width: 80, Details: true, Claims: true},
		"baseline-120-ko.txt":     {Width: 120, Words: korean},
		"baseline.md":             {Format: "markdown", Claims: true},
		"baseline.csv":            {Format: "csv"},
		"baseline.json":           {Format: "json"},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, printed(t, sinceYesterday(t), o)) })
	}
}

func TestChange(t *testing.T) {
	spread := func(least, greatest float64) map[string]result.Spread {
		return map[string]result.Spread{"tcp": {Min: least, Max: greatest, Runs: 5}}
	}
	allows := func(low, high float64) result.Measurement {
		return result.Measurement{Low: map[string]float64{"tcp": low}, High: map[string]float64{"tcp": high}}
	}
	for _, tc := range []struct {
		name     string
		m        result.Measurement // now, without its value
		now, was result.Value
		spread   map[string]result.Spread // of the baseline
		want     result.ChangeKind
	}{
		{"equal", allows(0, 1), result.Num(5), result.Num(5), nil, result.Same},
		{"equal words", result.Measurement{}, result.Word("refused"), result.Word("refused"), nil, result.Same},
		{"another word", result.Measurement{}, result.Word("refused"), result.Word("timeout"), nil, result.Changed},
		{"a word for a number", allows(0, 9), result.Word("refused"), result.Num(5), nil, result.Changed},
		{"both allowed", allows(76.9, 85.1), result.Num(80), result.Num(77), nil, result.Noise},
		{"only now allowed", allows(76.9, 85.1), result.Num(80), result.Num(70), nil, result.Changed},
		{"only then allowed", allows(76.9, 85.1), result.Num(70), result.Num(80), nil, result.Changed},
		{"an open range", allows(20, math.Inf(1)), result.Num(900), result.Num(25), nil, result.Changed},
		{"among the runs now", result.Measurement{Spread: spread(4, 6)}, result.Num(5), result.Num(4.5), nil, result.Noise},
		{"beside the runs now", result.Measurement{Spread: spread(4, 6)}, result.Num(5), result.Num(6.5), nil, result.Changed},
		{"among the runs then", result.Measurement{}, result.Num(5), result.Num(4.5), spread(4, 6), result.Noise},
		{"no number either time", result.Measurement{}, result.Num(math.NaN()), result.Word(notANumber), nil, result.Same},
	} {
		now := tc.m
		now.Values = map[string]result.Value{"tcp": tc.now}
		was := result.Measurement{Values: map[string]result.Value{"tcp": tc.was}, Spread: tc.spread}
		if got := change(&now, &was, "tcp"); got.Kind != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got.Kind, tc.want)
		}
		was.Unit = "other"
		if got := change(&now, &was, "tcp"); got.Kind != result.New || got.Was != nil {
			t.Errorf("%s in another unit: %s, want %s", tc.name, got.Kind, result.New)
		}
	}
}

func TestPercentage(t *testing.T) {
	for _, tc := range []struct {
		now, was float64
		want     string
	}{
		{112, 100, "+12 %"}, {88, 100, "-12 %"}, {200, 100, "+100 %"}, {50, 100, "-50 %"},
		{201, 100, ""}, {49, 100, ""}, {1, 0, ""}, {0, 0, ""}, {0, 1, ""}, {-1, 1, ""},
	} {
		if got := percentage(tc.now, tc.was); got != tc.want {
			t.Errorf("from %v to %v: %q, want %q", tc.was, tc.now, got, tc.want)
		}
	}
}

// TestAgainstItself: a report differs in nothing from itself, and its own JSON
// from it neither.
func TestAgainstItself(t *testing.T) {
	for name, r := range map[string]*result.Report{
		"recorded": recorded(), "repeated": repeated(), "fallen back": fallenBack(), "hostile": hostile(),
		"four": many("tcp", "udp", "rudp", "quic"), "nothing": {Schema: result.SchemaName},
	} {
		back, err := Read(strings.NewReader(printed(t, r, Options{Format: "json"})))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := Against(r, back)
		for _, e := range c.Experiments {
			for _, m := range e.Measurements {
				for transport, change := range m.Baseline {
					if change.Kind != result.Same {
						t.Errorf("%s, %s %s %s: %s", name, e.ID, m.ID, transport, change.Kind)
					}
				}
			}
		}
		if len(c.Baseline.Gone) > 0 || len(c.Warnings) != len(r.Warnings) {
			t.Errorf("%s: gone %v, warnings %v", name, c.Baseline.Gone, c.Warnings)
		}
	}
}

// TestAgainstLooksOnly: comparing leaves both reports as they were.
func TestAgainstLooksOnly(t *testing.T) {
	now, was, before := recorded(), yesterday(t), yesterday(t)
	Against(now, was)
	if diff := cmp.Diff(recorded(), now); diff != "" {
		t.Errorf("the report changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before, was); diff != "" {
		t.Errorf("the baseline changed (-before +after):\n%s", diff)
	}
}

// TestVerdictsNeedBothSides: a claim that is untested now, because one of its
// experiments was left out, did not change.
func TestVerdictsNeedBothSides(t *testing.T) {
	now, was := recorded(), recorded()
	now.Claims[0].Verdict, now.Claims[0].Experiments = result.Untested, []string{"loss", "elsewhere"}
	if c := Against(now, was); c.Claims[0].Was != "" {
		t.Errorf("the claim was %s, although an experiment of it did not run", c.Claims[0].Was)
	}
	now.Claims[0].Experiments = []string{"loss"}
	if c := Against(now, was); c.Claims[0].Was != result.Holds {
		t.Errorf("the claim was %q, want %q", c.Claims[0].Was, result.Holds)
	}
}

// TestBaselineFits: whatever the values were, every format is sound.
func TestBaselineFits(t *testing.T) {
	value := rapid.OneOf(
		rapid.Map(rapid.Float64(), result.Num[float64]),
		rapid.Map(rapid.SampledFrom([]string{"refused", "message too long", "없음"}), result.Word))
	rapid.Check(t, func(rt *rapid.T) {
		now, was := repeated(), recorded()
		now.Experiments, was.Experiments = now.Experiments[2:6], was.Experiments[1:5]
		for _, e := range was.Experiments {
			for _, m := range e.Measurements {
				for _, transport := range slices.Sorted(maps.Keys(m.Values)) { // rapid repeats draws by their order
					m.Set(transport, value.Draw(rt, m.ID))
				}
			}
		}
		c := Against(now, was)
		width := rapid.IntRange(80, 140).Draw(rt, "width")
		var table, data, sheet strings.Builder
		for out, o := range map[*strings.Builder]Options{
			&table: {Width: width}, &data: {Format: "json"}, &sheet: {Format: "csv"},
		} {
			if err := Write(out, c, o); err != nil {
				rt.Fatal(err)
			}
		}
		checkLines(rt, "baseline", table.String(), width)
		if err := reporttest.Check([]byte(data.String())); err != nil {
			rt.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll()
		if err != nil || len(rows[0]) != len(csvHeader)+len(csvBaseline) {
			rt.Fatalf("csv: %v, head %q", err, rows[0])
		}
	})
}

func TestReadRefuses(t *testing.T) {
	good := printed(t, recorded(), Options{Format: "json"})
	for _, tc := range []struct{ name, content, want string }{
		{"nothing", " \n", "empty"},
		{"a table", printed(t, recorded(), Options{}), "not a report in json"},
		{"another document", `{"schema": "lab.other/1"}`, `"lab.other/1"`},
		{"no schema", `{}`, result.SchemaName},
		{"half a report", good[:len(good)/2], "not a report in json"},
		{"two reports", good + good, "not a report in json"},
		{"a list", "[]", "not a report in json"},
		{"null experiment", `{"schema": "lab.report/1", "experiments": [null]}`, "null"},
		{"wrong type", `{"schema": "lab.report/1", "experiments": [{"id": 5}]}`, "id"},
		{"unknown verdict", `{"schema": "lab.report/1", "claims": [{"verdict": "perhaps"}]}`, `"perhaps"`},
		{"escape sequence", `{"schema": "lab.report/1", "warnings": ["\u001b[31m"]}`, "control character"},
		{"too much", strings.Repeat(" ", largestReport+1), "16 MiB"},
	} {
		if _, err := Read(strings.NewReader(tc.content)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %q", tc.name, err, tc.want)
		}
	}
}

// TestReadPassesOverMore: a later program may have added a field.
func TestReadPassesOverMore(t *testing.T) {
	r, err := Read(strings.NewReader(fmt.Sprintf(`{"schema": %q, "later": {"x": 1}, "experiments": [{"id": "loss", "more": 2}]}`, result.SchemaName)))
	if err != nil || r.Experiments[0].ID != "loss" {
		t.Errorf("report %+v, error %v", r, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(printed(f, recorded(), Options{Format: "json"}))
	f.Add(`{"schema": "lab.report/1", "experiments": [{"id": "loss", "conditions": {"client": {"drop": [1]}}}]}`)
	f.Fuzz(func(t *testing.T, content string) {
		was, err := Read(strings.NewReader(content))
		if err != nil {
			return
		}
		for _, r := range []*result.Report{Against(recorded(), was), Against(was, recorded())} {
			for _, format := range Formats() {
				printed(t, r, Options{Format: format})
			}
		}
	})
}
