package sweep

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func in(t *testing.T, lang string) text.Printer {
	t.Helper()
	p, err := text.For(lang)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func printed(t *testing.T, s *Sweep, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteTable(&b, prose, Print{Words: in(t, lang)}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func htmlOf(t *testing.T, s *Sweep, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteHTML(&b, prose, Print{Words: in(t, lang)}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	one := made(t, planOf(t, 5, "loss=0%:30%:10%"))
	part := made(t, planOf(t, 2, "loss=0%:30%:10%", "delay=1ms,2ms"))
	part.Runs = part.Runs[:9]
	for file, s := range map[string]*Sweep{
		"one": one, "part": part, "words": made(t, planOf(t, 3, "congestion=reno,cubic")),
	} {
		for _, lang := range []string{"en", "ko"} {
			got, name := printed(t, s, lang), filepath.Join("testdata", file+"-"+lang+".txt")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; -update rewrites it):\n%s", name, diff)
			}
		}
	}
}

// TestTableFits: only commands, which have to be copied, are longer than the terminal.
func TestTableFits(t *testing.T) {
	s := made(t, planOf(t, 5, "loss=0%:30%:10%", "delay=1ms,2ms"))
	for _, lang := range []string{"en", "ko"} {
		for line := range strings.Lines(printed(t, s, lang)) {
			line = strings.TrimSuffix(line, "\n")
			if text.Width(line) > 80 && !strings.HasPrefix(line, "    lab ") || strings.HasSuffix(line, " ") {
				t.Errorf("%d columns: %q", text.Width(line), line)
			}
		}
	}
}

// TestCSV: a row for each point, measurement and transport, with the figures of the
// file.
func TestCSV(t *testing.T) {
	s := made(t, planOf(t, 5, "loss=0%:30%:10%"))
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+4*4 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	points := s.Points()
	for i, row := range rows[1:] {
		m := points[i/4].Find(column(row, "measurement"))
		if got, want := column(row, "median"), m.Values[column(row, "transport")].String(); got != want {
			t.Errorf("row %v: median %s, want %s", row, got, want)
		}
		if at, _ := strconv.ParseFloat(column(row, "loss (%)"), 64); at != 10*float64(i/4) {
			t.Errorf("row %v is of loss %v", row, at)
		}
	}
}

// TestHTML: the page has the figures of the table, nothing that loads anything, and no
// text that is an element.
func TestHTML(t *testing.T) {
	s := made(t, planOf(t, 5, "loss=0%:30%:10%"))
	page := htmlOf(t, s, "en")
	for _, b := range s.blocks(s.Points(), s.Shown()[0], in(t, "en")) {
		for _, row := range b.rows {
			if !strings.Contains(page, "<tr><td>"+strings.Join(row, "</td><td>")+"</td></tr>") {
				t.Errorf("the page has no row %v", row)
			}
		}
	}
	if strings.Contains(page, "<b>") || !strings.Contains(page, "&lt;b&gt;messages") {
		t.Error("a text became an element")
	}
	loading := regexp.MustCompile(`(?i)<(script|link|img|iframe|object|use|image)|\b(src|href)=|url\(`)
	if loads := loading.FindString(page); loads != "" {
		t.Errorf("the page has %s", loads)
	}
	if n := strings.Count(page, "<svg"); n != 2 {
		t.Errorf("%d charts", n)
	}
}

// TestNotes: what theory does not allow is counted, listed and can be repeated.
func TestNotes(t *testing.T) {
	s := made(t, planOf(t, 5, "loss=0%:30%:10%"))
	n := s.Notes(s.Points())
	wild := 0
	for _, run := range s.Runs {
		if rest := run.Seed % 9; rest == 0 || rest == 8 {
			wild++
		}
	}
	if wild == 0 || n.OutsideRuns != wild || n.JudgedRuns != 40 || n.Judged != 8 {
		t.Errorf("%+v, of which %d runs are outside", n, wild)
	}
	const again = "lab compare loss --network simulated --messages 100 --loss "
	if len(n.Strays) == 0 || !strings.HasPrefix(n.Strays[0].Again, again) {
		t.Errorf("strays: %+v", n.Strays)
	}
	if len(n.Others) != 1 || !strings.Contains(n.Others[0].String(), "cut off: stopped after 60 s") {
		t.Errorf("others: %v", n.Others)
	}
}

// TestChart: what was cut off is not drawn, and theory stands beside what was measured.
func TestChart(t *testing.T) {
	s := made(t, planOf(t, 5, "loss=0%:30%:10%"))
	points := s.Points()
	c, ok := s.Chart(points, s.row("retransmissions"), in(t, "en"))
	if !ok || len(c.Curves) != 1 || len(c.Curves[0].Points) != 3 {
		t.Errorf("retransmissions: %+v", c)
	}
	c, _ = s.Chart(points, s.row("delivered"), in(t, "en"))
	last := c.Curves[1].Points[3]
	if last.X != 30 || last.Theory == nil || last.Theory.Expected < 48.9 || last.Theory.Expected > 49.1 {
		t.Errorf("UDP at 30 %%: %+v", last)
	}
	if _, ok := s.Chart(points, s.row("told"), in(t, "en")); ok {
		t.Error("words are drawn")
	}
}

// TestScales: ratios along the axis get equal steps, equal steps get equal steps.
func TestScales(t *testing.T) {
	for asked, log := range map[string]bool{
		"loss=0.1%:3%": true, "delay=1ms:200ms": true, "loss=1%:30%:1%": false, "loss=0%:30%:5%": false, "loss=1%,50%": false,
	} {
		s := &Sweep{Plan: planOf(t, 1, asked)}
		if got := s.axisScale(in(t, "en")); got.Log != log || got.Zero == log {
			t.Errorf("%s: %+v", asked, got)
		}
	}
}
