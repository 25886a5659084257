package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/report/reporttest"
	"echolab/lab/result"
	"echolab/lab/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// printed is the report as text.
func printed(t testing.TB, r *result.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares with a file of testdata/report, or rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "report", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		if err := os.WriteFile(path+".got", []byte(got), 0o644); err != nil {
			t.Error(err)
		}
		t.Errorf("differs from %s (-want +got; see %s.got):\n%s", name, name, diff)
	}
}

func TestGolden(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		r    *result.Report
		o    Options
	}{
		{"table-80.txt", recorded(), Options{Width: 80}},
		{"table-120.txt", recorded(), Options{Width: 120}},
		{"table-60.txt", recorded(), Options{Width: 60}},
		{"table-80-details-claims.txt", recorded(), Options{Width: 80, Details: true, Claims: true}},
		{"table-120-colour.txt", recorded(), Options{Width: 120, Color: true}},
		{"table-80-quiet.txt", recorded(), Options{Width: 80, Quiet: true}},
		{"table-80-ko.txt", inKorean(recorded()), Options{Width: 80, Words: korean}},
		{"table-120-ko.txt", inKorean(recorded()), Options{Width: 120, Words: korean, Claims: true}},
		{"table-100-fallen-back.txt", fallenBack(), Options{Width: 100}},
		{"table-100-repeated.txt", repeated(), Options{Width: 100}},
		{"table-80-cut-off.txt", cutOff(), Options{Width: 80}},
		{"cut-off.csv", cutOff(), Options{Format: "csv"}},
		{"table-120-four.txt", many("tcp", "udp", "rudp", "quic"), Options{Width: 120}},
		{"table-80-hostile.txt", hostile(), Options{Width: 80}},
		{"report.md", recorded(), Options{Format: "markdown", Claims: true}},
		{"report-ko.md", inKorean(recorded()), Options{Format: "markdown", Words: korean}},
		{"hostile.md", hostile(), Options{Format: "markdown"}},
		{"report.csv", repeated(), Options{Format: "csv"}},
		{"fallen-back.csv", fallenBack(), Options{Format: "csv"}},
		{"report.json", recorded(), Options{Format: "json"}},
		{"report.html", recorded(), Options{Format: "html", Claims: true}},
		{"hostile.html", hostile(), Options{Format: "html"}},
		{"hostile.json", hostile(), Options{Format: "json"}},
	} {
		t.Run(tc.name, func(t *testing.T) { golden(t, tc.name, printed(t, tc.r, tc.o)) })
	}
}

func TestWriteRefusesUnknownFormats(t *testing.T) {
	err := Write(&bytes.Buffer{}, recorded(), Options{Format: "xml"})
	if err == nil || !strings.Contains(err.Error(), `"xml"`) || !strings.Contains(err.Error(), "markdown") {
		t.Errorf("error %v, want one that names the format and those that are known", err)
	}
}

// TestLooksOnly: printing leaves the report as it was.
func TestLooksOnly(t *testing.T) {
	for _, format := range Formats() {
		r := fallenBack()
		printed(t, r, Options{Format: format, Details: true, Claims: true})
		if diff := cmp.Diff(fallenBack(), r); diff != "" {
			t.Errorf("%s changed the report (-before +after):\n%s", format, diff)
		}
	}
}

func TestJSONIsAsTheSchemaSays(t *testing.T) {
	for name, r := range map[string]*result.Report{
		"recorded": recorded(), "fallen back": fallenBack(), "repeated": repeated(), "hostile": hostile(),
		"four": many("tcp", "udp", "rudp", "quic"), "nothing": {Schema: result.SchemaName},
	} {
		t.Run(name, func(t *testing.T) {
			out := printed(t, r, Options{Format: "json"})
			reporttest.ValidateJSON(t, []byte(out))
			if strings.Contains(out, "null") {
				t.Error("there is a null in the JSON")
			}
		})
	}
}

// TestJSONKeepsPrecision: what is read back is what was written.
func TestJSONKeepsPrecision(t *testing.T) {
	var back result.Report
	if err := json.Unmarshal([]byte(printed(t, recorded(), Options{Format: "json"})), &back); err != nil {
		t.Fatal(err)
	}
	got := back.Experiments[0].Find("connect_rtts").Values["tcp"].Number
	if want := recorded().Experiments[0].Find("connect_rtts").Values["tcp"].Number; got != want {
		t.Errorf("connect_rtts of TCP is %v, want %v", got, want)
	}
}

// TestSchemaIsStrict: a report with a field too many, one too few or a wrong
// word is refused.
func TestSchemaIsStrict(t *testing.T) {
	good := printed(t, recorded(), Options{Format: "json"})
	for _, tc := range []struct{ name, old, broken string }{
		{"field of the report", `"warnings": []` + "\n}", `"warnings": [], "more": 1` + "\n}"},
		{"field of a measurement", `"unit": "RTT"`, `"unit": "RTT", "more": 1`},
		{"missing unit", `"unit": "RTT",`, ``},
		{"value of no kind", `"tcp": 1.0123`, `"tcp": null`},
		{"unknown verdict", `"verdict": "holds"`, `"verdict": "perhaps"`},
		{"other schema", result.SchemaName, "lab.report/2"},
	} {
		broken := strings.Replace(good, tc.old, tc.broken, 1)
		if broken == good {
			t.Errorf("%s: %q is not in the report", tc.name, tc.old)
		}
		if reporttest.Check([]byte(broken)) == nil {
			t.Errorf("%s: the schema allows it", tc.name)
		}
	}
}

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(printed(t, repeated(), Options{Format: "csv"}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	for _, e := range repeated().Experiments {
		for _, m := range e.Measurements {
			want += len(m.Values)
		}
	}
	if len(rows) != want {
		t.Errorf("%d rows, want %d: a head and one per measurement and transport", len(rows), want)
	}
	for _, row := range rows {
		if len(row) != len(csvHeader) {
			t.Errorf("row %q has %d columns, want %d", row, len(row), len(csvHeader))
		}
	}
	delivered := "loss,kernel,delivered,%,udp,80.7,81,76.9,85.1,true,5,76,83,"
	if !strings.Contains(printed(t, repeated(), Options{Format: "csv"}), delivered+"\n") {
		t.Errorf("no row %s", delivered)
	}
}

// TestMarkdownKeepsItsColumns: whatever a cell holds, every row of a table has
// as many cells as its head.
func TestMarkdownKeepsItsColumns(t *testing.T) {
	for _, r := range []*result.Report{hostile(), recorded(), fallenBack(), many("tcp", "udp", "rudp", "quic")} {
		columns := 0
		for line := range strings.Lines(printed(t, r, Options{Format: "markdown", Claims: true, Details: true})) {
			bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			switch {
			case !strings.HasPrefix(line, "|"):
				columns = 0
			case columns == 0:
				columns = bars
			case bars != columns:
				t.Errorf("%d bars, want %d: %s", bars, columns, line)
			}
		}
	}
}

func TestNothingMeasured(t *testing.T) {
	out := printed(t, &result.Report{}, Options{})
	if !strings.Contains(out, "Nothing was measured.") || !strings.Contains(out, "lab list") {
		t.Errorf("an empty report reads:\n%s", out)
	}
}

// TestOutsideIsShown: a row that is not as expected is shown, marked and
// explained even if it is no headline.
func TestOutsideIsShown(t *testing.T) {
	r := recorded()
	m := r.Experiments[3].Find("lost_unexplained")
	m.Put("udp", result.Number(7).Expect(0, 0, 0))
	m.Within = map[string]bool{"udp": false}
	out := printed(t, r, Options{Width: 120})
	for _, want := range []string{"Lost: unexplained", "7[1]", "✗", "[1] loss: Reliable data transfer, Lost: unexplained: UDP measured 7 messages, expected 0", "Next: lab explain loss"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

func TestNoColourUnlessAsked(t *testing.T) {
	for _, format := range Formats() {
		if out := printed(t, fallenBack(), Options{Format: format}); strings.Contains(out, "\x1b") {
			t.Errorf("%s holds an escape sequence", format)
		}
	}
	plain := printed(t, fallenBack(), Options{Width: 120})
	colour := printed(t, fallenBack(), Options{Width: 120, Color: true})
	if plain == colour || plain != uncoloured(colour) {
		t.Errorf("colour changes more than colour:\n%s", cmp.Diff(plain, uncoloured(colour)))
	}
}

func uncoloured(s string) string {
	for _, style := range []text.Style{text.Bold, text.Dim, text.Red, text.Green, text.Yellow, "0"} {
		s = strings.ReplaceAll(s, fmt.Sprintf("\x1b[%sm", style), "")
	}
	return s
}

// TestUndecidedRows: of the documents' table, people see the rows that the run
// decided and how many it did not; programs see all of them.
func TestUndecidedRows(t *testing.T) {
	r := recorded()
	for i := range r.Documents[1:] {
		r.Documents[1+i].Verdict, r.Documents[1+i].Experiments = result.Untested, []string{"loss", "elsewhere"}
	}
	r.Documents[2].Experiments = []string{"loss"} // which ran, and could not decide it
	for _, format := range []string{"table", "markdown"} {
		out := printed(t, r, Options{Format: format})
		for row, shown := range map[string]bool{"Checksum": true, "Reliable Data": true, "Connection-Oriented": false, "Congest control": false, "need other experiments: 4 of 6": true} {
			if strings.Contains(out, row) != shown {
				t.Errorf("%s: %q is there: %v, want %v", format, row, !shown, shown)
			}
		}
	}
	if out := printed(t, r, Options{Format: "json"}); strings.Count(out, `"row"`) != len(r.Documents) {
		t.Errorf("json has not all %d rows of the documents' table", len(r.Documents))
	}
}

// TestWarningsAlike: of warnings that differ only in their figures, one is
// whole and the others are named.
func TestWarningsAlike(t *testing.T) {
	r := recorded()
	for i, e := range r.Experiments[:5] {
		e.Warnings = append(e.Warnings, text.Sayf("%d packets came late", i+7), text.Say("the same"))
	}
	out := printed(t, r, Options{Width: 200})
	for _, line := range []string{
		"! 7 packets came late (in setup: Handshake; with other figures also in latency: Latency; " +
			"throughput: Data transfer rate; loss: Reliable data transfer and 1 more)\n",
		"! the same (in setup: Handshake; latency: Latency; throughput: Data transfer rate and 2 more)\n",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("without the line %q:\n%s", line, out)
		}
	}
	if strings.Contains(out, "8 packets") {
		t.Error("a warning that is like another is whole")
	}
}
