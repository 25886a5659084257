package chart_test

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/chart"
	"echolab/lab/chart/charttest"
	"echolab/lab/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func drawn(t *testing.T, c chart.Chart, o chart.TerminalOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := chart.Terminal(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTerminal(t *testing.T) {
	for _, tc := range []struct {
		file  string
		chart chart.Chart
		o     chart.TerminalOptions
	}{
		{"loss-80", charttest.Loss(), chart.TerminalOptions{}},
		{"loss-60", charttest.Loss(), chart.TerminalOptions{Width: 60}},
		{"loss-ko-60", charttest.Korean(), chart.TerminalOptions{Width: 60}},
		{"loss-80-colour", charttest.Loss(), chart.TerminalOptions{Width: 80, Color: true}},
		{"mathis-80", charttest.Mathis(), chart.TerminalOptions{Width: 80}},
		{"categories-60", charttest.Categories(), chart.TerminalOptions{Width: 60}},
		{"categories-40", charttest.Categories(), chart.TerminalOptions{Width: 40}},
		{"one-point-60", charttest.Plain("TCP", []float64{7}), chart.TerminalOptions{Width: 60}},
		{"no-points-60", charttest.Plain(""), chart.TerminalOptions{Width: 60}},
		{"equal-60", charttest.Plain("TCP UDP", []float64{5, 5, 5}, []float64{5, 5, 5}), chart.TerminalOptions{Width: 60}},
		{"twelve-80", charttest.Twelve(), chart.TerminalOptions{}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			got := drawn(t, tc.chart, tc.o)
			file := filepath.Join("testdata", tc.file+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
			}
		})
	}
}

// TestTerminalFits: in every width, no line is longer than it or ends in blanks.
func TestTerminalFits(t *testing.T) {
	crowded := charttest.Categories()
	crowded.X.Words = slices.Repeat([]string{"혼잡 제어"}, 90)
	for _, c := range []chart.Chart{
		charttest.Loss(), charttest.Korean(), charttest.Mathis(), charttest.Categories(), charttest.Twelve(),
		charttest.Plain(""), crowded,
	} {
		for width := 40; width <= 200; width++ {
			for line := range strings.Lines(drawn(t, c, chart.TerminalOptions{Width: width})) {
				line = strings.TrimSuffix(line, "\n")
				if text.Width(line) > width || strings.HasSuffix(line, " ") {
					t.Fatalf("%s, width %d: %d columns: %q", c.Title, width, text.Width(line), line)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	logarithmic := charttest.Plain("TCP UDP", []float64{1, 2}, []float64{1, 0})
	logarithmic.Y = chart.Scale{Label: "rate", Log: true}
	wordless := charttest.Plain("TCP UDP", nil, []float64{1, 2})
	wordless.X.Words = []string{"one"}
	theory := charttest.Plain("TCP UDP", nil, []float64{1, 2})
	theory.Curves[1].Points[1].Theory = &chart.Theory{Expected: 1, Low: -inf, High: 1}
	band := charttest.Plain("TCP UDP", nil, []float64{1, 2})
	band.Curves[1].Points[1].Measured.Greatest = nan
	many := charttest.Plain(strings.Repeat("UDP ", 35), make([][]float64, 35)...)
	for _, tc := range []struct {
		name, want string
		chart      chart.Chart
	}{
		{"NaN", `curve "UDP" at 1: NaN`, charttest.Plain("TCP UDP", []float64{1}, []float64{1, nan})},
		{"infinity", `curve "UDP" at 0: +Inf`, charttest.Plain("TCP UDP", []float64{1}, []float64{inf})},
		{"endless theory", `curve "UDP" at 1: -Inf`, theory},
		{"band", `curve "UDP" at 1: NaN`, band},
		{"0 on a logarithmic axis", `curve "UDP" at 1: 0 has no place on the logarithmic axis "rate"`, logarithmic},
		{"no word", `curve "UDP" at 1: "x" has no place 1`, wordless},
		{"too many", "35 curves", many},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := chart.Terminal(&bytes.Buffer{}, tc.chart, chart.TerminalOptions{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want one with %s", err, tc.want)
			}
		})
	}
}

// TestHostileLabels: nothing that a label holds steers the terminal.
func TestHostileLabels(t *testing.T) {
	const hostile = "\x1b[31mred\nline\u202etxt\x00\xff"
	c := charttest.Plain("TCP", []float64{1})
	c.Title, c.X.Label, c.Y.Label, c.Curves[0].Name = hostile, hostile, hostile, hostile
	got := drawn(t, c, chart.TerminalOptions{})
	if strings.ContainsAny(got, "\x1b\u202e\x00") || strings.Count(got, "[31mred line") != 4 {
		t.Errorf("drawn:\n%q", got)
	}
}

// TestOutsideIsFlagged: a flag stands beside each median outside, and takes no other's
// place.
func TestOutsideIsFlagged(t *testing.T) {
	c := charttest.Plain("a b", []float64{1, 2}, []float64{9, 9})
	c.Curves[0].Points[1].Measured.Outside = true
	c.Curves[1].Points[0].Measured.Outside = true
	got := drawn(t, c, chart.TerminalOptions{Width: 40})
	crowd := charttest.Plain("a", slices.Repeat([]float64{1}, 37))
	crowd.Curves[0].Points = crowd.Curves[0].Points[35:] // in two columns, one beside the other
	crowd.Curves[0].Points[0].Measured.Outside = true
	got += drawn(t, crowd, chart.TerminalOptions{Width: 40})
	for _, want := range []string{"!o\n", "│x!", "!oo", "! outside theory's range"} {
		if !strings.Contains(got, want) {
			t.Errorf("the drawing lacks %q:\n%s", want, got)
		}
	}
}
