package ladder

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/packet"
	"echolab/lab/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden holds what was printed against a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func printed(t *testing.T, traces []packet.Trace, format string, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, traces, format, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func korean(t *testing.T) text.Printer {
	t.Helper()
	p, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLadders(t *testing.T) {
	for _, tc := range []struct {
		name   string
		traces func(*testing.T) []packet.Trace
		o      Options
	}{
		{"echo-80", oneEcho, Options{Width: 80}},
		{"echo-120", oneEcho, Options{Width: 120}},
		{"echo-120-ko", oneEcho, Options{Width: 120, Words: korean(t)}},
		{"echo-40", oneEcho, Options{Width: 40}},
		{"lost-syn-120", lostSyn, Options{Width: 120}},
		{"everything-80", everythingElse, Options{Width: 80}},
		{"everything-80-ko", everythingElse, Options{Width: 80, Words: korean(t)}},
		{"everything-80-colour", everythingElse, Options{Width: 80, Color: true}},
		{"flood-80", flood, Options{Width: 80}},
		{"flood-80-all", flood, Options{Width: 80, All: true}},
		{"lesson-120", lesson, Options{Width: 120, Caption: text.Sayf("%s", "what is dropped is sent again")}},
		{"lesson-80-all", lesson, Options{Width: 80, All: true}},
		{"crowd-80", crowd, Options{Width: 80}},
		{"to-all-80", toAll, Options{Width: 80}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := printed(t, tc.traces(t), "table", tc.o)
			golden(t, tc.name+".txt", got)
			if !tc.o.Color && strings.Contains(got, "\x1b") {
				t.Error("an escape sequence, although no colour was asked for")
			}
		})
	}
}

func TestForms(t *testing.T) {
	golden(t, "everything.json", printed(t, everythingElse(t), "json", Options{}))
	golden(t, "echo.md", printed(t, oneEcho(t), "markdown", Options{}))
	golden(t, "echo-ko.md", printed(t, oneEcho(t), "markdown", Options{Words: korean(t)}))
	if err := Write(&bytes.Buffer{}, nil, "xml", Options{}); err == nil || !strings.Contains(err.Error(), "table, markdown, json") {
		t.Errorf("Write as xml: %v, want an error that names the formats", err)
	}
}

// TestNoLineIsTooLong draws at every width, in both languages.
func TestNoLineIsTooLong(t *testing.T) {
	all := [][]packet.Trace{oneEcho(t), lostSyn(t), everythingElse(t), lesson(t), crowd(t), toAll(t)}
	for _, p := range []text.Printer{{}, korean(t)} {
		for width := narrowest; width <= 200; width += 1 + width/20 {
			for _, traces := range all {
				for line := range strings.Lines(printed(t, traces, "table", Options{Width: width, Words: p})) {
					if got := text.Width(strings.TrimSuffix(line, "\n")); got > width {
						t.Fatalf("%s: a line of %d columns at width %d:\n%s", p.Lang(), got, width, line)
					}
				}
			}
		}
	}
}

// TestHostsStandBelowEachOther looks at the lines of the two hosts, which are
// in the same columns from the first packet to the last.
func TestHostsStandBelowEachOther(t *testing.T) {
	for _, width := range []int{60, 80, 100} {
		columns := map[string]bool{}
		for line := range strings.Lines(printed(t, everythingElse(t), "table", Options{Width: width, Words: korean(t)})) {
			var at []int
			for i, r := range line {
				if r == '│' {
					at = append(at, text.Width(line[:i]))
				}
			}
			if len(at) > 0 {
				columns[fmt.Sprint(at)] = true
			}
		}
		if len(columns) != 1 {
			t.Errorf("at width %d the lines of the hosts are in columns %v", width, columns)
		}
	}
}

func TestJSONSaysWhatTheLadderFolds(t *testing.T) {
	var d struct {
		Schema string
		Traces []struct{ Packets []struct{ Length int } }
	}
	if err := json.Unmarshal([]byte(printed(t, flood(t), "json", Options{})), &d); err != nil {
		t.Fatal(err)
	}
	if d.Schema != SchemaName || len(d.Traces) != 1 || len(d.Traces[0].Packets) != 42 {
		t.Errorf("schema %q, %d traces, want %q and one of 42 packets", d.Schema, len(d.Traces), SchemaName)
	}
	if got := printed(t, nil, "table", Options{}); got != "No packets passed.\n" {
		t.Errorf("no traces are printed as %q", got)
	}
}

// TestLessonFitsAScreen: what is to be looked at is drawn, and little else.
func TestLessonFitsAScreen(t *testing.T) {
	got := printed(t, lesson(t), "table", Options{Width: 120, Caption: text.Sayf("%s", "look at the drop")})
	if lines := strings.Count(got, "\n"); lines > 45 {
		t.Errorf("%d lines, want a screen", lines)
	}
	for _, want := range []string{
		"look at the drop", "dropped by the lab: drop", "client:11", "sack 901-2001", "fast retransmit", "ack 2001",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestArrowsStandBesideTheirTime: every line with a time has an arrow or a fold,
// and every arrow has a time.
func TestArrowsStandBesideTheirTime(t *testing.T) {
	for _, traces := range [][]packet.Trace{oneEcho(t), lostSyn(t), lesson(t), everythingElse(t)} {
		for line := range strings.Lines(printed(t, traces, "table", Options{Width: 120})) {
			timed := regexp.MustCompile(`^ *[\d.]+ `).MatchString(line)
			if drawn := strings.ContainsAny(line, "▶◀X") && strings.Contains(line, "│"); drawn && !timed {
				t.Errorf("an arrow without a time: %s", line)
			}
		}
	}
}

// TestList names the conversations and what can be seen in them, at every width.
func TestList(t *testing.T) {
	traces := append(lesson(t), lostSyn(t)...)
	for _, width := range []int{40, 80, 120} {
		o := Options{Width: width}
		var b bytes.Buffer
		if err := List(&b, traces, "table", o); err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("list-%d.txt", width), b.String())
	}
	var d struct {
		Conversations []struct {
			Transport string
			Packets   int
			Seen      []string
		}
	}
	var b bytes.Buffer
	if err := List(&b, traces, "json", Options{}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Conversations) != 4 || d.Conversations[0].Packets != 26 || len(d.Conversations[0].Seen) != 1 {
		t.Errorf("%+v", d)
	}
}
