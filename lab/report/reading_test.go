package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"echolab/lab/result"
	"echolab/lab/text"
)

// lineOf is the first line of a text that holds a word, its blanks made one.
func lineOf(t *testing.T, out, word string) string {
	t.Helper()
	for line := range strings.Lines(out) {
		if strings.Contains(line, word) {
			return strings.Join(strings.Fields(line), " ")
		}
	}
	t.Fatalf("no line with %q in:\n%s", word, out)
	return ""
}

// TestSideBySide: under each transport stands its value and what theory expects
// of it: in a column behind the value from 76 columns on, with the range alone below
// 100 columns; else below the value.
func TestSideBySide(t *testing.T) {
	for width, want := range map[int]string{
		120: "Delivered (%) 100 100 80.7 81 (76.9–85.1) ✓",
		100: "Delivered (%) 100 100 80.7 81 (76.9–85.1) ✓",
		99:  "Delivered (%) 100 100 80.7 76.9–85.1 ✓",
		76:  "Delivered (%) 100 100 80.7 76.9–85.1 ✓",
		75:  "Delivered (%) 100 80.7 ✓",
		60:  "Delivered (%) 100 80.7 ✓",
	} {
		out := printed(t, recorded(), Options{Width: width})
		if got := lineOf(t, out, "Delivered (%)"); got != want {
			t.Errorf("at %d columns: %q, want %q", width, got, want)
		}
		below := regexp.MustCompile(`\n +\(100\) +\(76\.9–85\.1\)\n`)
		if got := below.MatchString(out); got != (width < 76) {
			t.Errorf("at %d columns expectations stand below: %v:\n%s", width, got, out)
		}
	}
}

// TestColumnsAlign: every figure of a column ends where its head ends, at every
// width and with letters of double width.
func TestColumnsAlign(t *testing.T) {
	for _, width := range []int{60, 80, 100, 120} {
		for _, r := range []*result.Report{recorded(), inKorean(recorded())} {
			out := printed(t, r, Options{Width: width})
			at := func(word string) int {
				line := out[:strings.Index(out, word)+len(word)]
				return text.Width(line[strings.LastIndex(line, "\n")+1:])
			}
			out = out[strings.Index(out, "What was measured"):]
			for _, figure := range []string{"694,262", "2,844", "1,243"} {
				if at(figure) != at(" TCP") {
					t.Errorf("width %d: %s ends in column %d, its head in %d:\n%s", width, figure, at(figure), at(" TCP"), out)
				}
			}
		}
	}
}

// TestBases: in detail, what the expectations are based on stands below an
// experiment's rows, one basis once.
func TestBases(t *testing.T) {
	r := recorded()
	for i := range r.Experiments[0].Measurements[:2] {
		r.Experiments[0].Measurements[i].Basis = text.Say("one round trip each")
	}
	out := printed(t, r, Options{Width: 100, Details: true})
	if !strings.Contains(out, "\n  - Connect; First reply: one round trip each\n\nlatency: Latency") {
		t.Errorf("the basis of two rows does not stand below their table:\n%s", out)
	}
	if out := printed(t, r, Options{Width: 100}); strings.Contains(out, "one round trip each") {
		t.Errorf("a basis stands there without being asked for:\n%s", out)
	}
}

// TestWhereItIsWrong: the value that is not as expected carries the number of
// its note, and the one beside it none.
func TestWhereItIsWrong(t *testing.T) {
	r := recorded()
	m := r.Experiments[3].Find("delivered")
	m.Put("udp", result.Number(60))
	m.Within["udp"] = false
	for _, width := range []int{60, 80, 120} {
		line := lineOf(t, printed(t, r, Options{Width: width}), "60[1]")
		if !strings.HasSuffix(line, "✗") || strings.Contains(line, "100[") {
			t.Errorf("at %d columns: %q", width, line)
		}
	}
	coloured := printed(t, r, Options{Width: 120, Color: true})
	if !strings.Contains(coloured, text.Red.Paint("60[1]", true)) || strings.Contains(coloured, text.Red.Paint("100", true)) {
		t.Error("the value alone is not red")
	}
}

// TestCutOffIsHeldAgainstNothing: in the place of its expectation stands that
// the value was cut off.
func TestCutOffIsHeldAgainstNothing(t *testing.T) {
	out := printed(t, cutOff(), Options{Width: 120})
	want := "Delivered (%) 59.6 cut off 80.7 81 (76.9–85.1) ·"
	if got := lineOf(t, out, "Delivered (%)"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLegend: the dot is explained where it occurs, and only there.
func TestLegend(t *testing.T) {
	const legend = "\n· some cells"
	r := recorded()
	if out := printed(t, r, Options{}); !strings.Contains(out, legend) {
		t.Errorf("a dot goes unexplained:\n%s", out)
	}
	r.Experiments = slices.DeleteFunc(r.Experiments, func(e *result.Result) bool {
		return e.ID == "flow" || e.ID == "congestion"
	})
	if out := printed(t, r, Options{}); strings.Contains(out, legend) {
		t.Errorf("explains a dot that is not there:\n%s", out)
	}
}

// TestTitle: an experiment is called by its id and its title, and below that
// stands what was done.
func TestTitle(t *testing.T) {
	for _, width := range []int{60, 120} {
		out := printed(t, recorded(), Options{Width: width})
		for _, want := range []string{
			"\nloss: Reliable data transfer", "\n  one message a millisecond, each echoed;",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("without %q at %d columns:\n%s", want, width, out)
			}
		}
	}
}

// TestNamedClaims: claims that are refuted, against theory, or undecided by a
// cut-off value are named with their reason; nothing else is.
func TestNamedClaims(t *testing.T) {
	r := cutOff()
	r.Claims[3].Experiments = []string{"backlog"}
	r.Claims = append(r.Claims,
		result.ClaimResult{ID: "left-open", Verdict: result.Untested, Experiments: []string{"loss"}, Because: text.Say("cut off")},
		result.ClaimResult{ID: "not-run", Verdict: result.Untested, Experiments: []string{"loss", "elsewhere"}},
		result.ClaimResult{ID: "surprise", Verdict: result.Refuted, Expected: result.Holds, Because: text.Say("it did not")},
		result.ClaimResult{ID: "miracle", Verdict: result.Holds, Expected: result.Refuted, Because: text.Say("it did")},
		result.ClaimResult{ID: "doubtful", Verdict: result.Refuted, Because: text.Say("so it seems")},
	)
	table, markdown := printed(t, r, Options{Width: 100}), printed(t, r, Options{Format: "markdown"})
	for _, want := range []string{
		"✗ datagram-is-one-way refuted, as theory expects: 807 echoes",
		"? left-open untested: cut off",
		"✗ surprise refuted, against theory: it did not",
		"✓ miracle holds, against theory: it did",
		"✗ doubtful refuted: so it seems",
	} {
		if !strings.Contains(table, "\n"+want) {
			t.Errorf("table without %q:\n%s", want, table)
		}
		if !strings.Contains(markdown, "\n- "+want) {
			t.Errorf("markdown without %q:\n%s", want, markdown)
		}
	}
	for _, id := range []string{"not-run", "somaxconn-is-4096", "reliable-data-transfer"} {
		if strings.Contains(table, id) {
			t.Errorf("%s is named:\n%s", id, table)
		}
	}
}

// TestConclusionsStandLast: below everything but the next command.
func TestConclusionsStandLast(t *testing.T) {
	table := printed(t, recorded(), Options{Width: 120})
	want := "\nIn short\n- TCP needed 1.01 round trips to connect and UDP 0\n" +
		"- TCP delivered 100 % of the messages and UDP 80.7 %, with 310 and 195 packets dropped\nNext: "
	if !strings.Contains(table, want) {
		t.Errorf("does not end with the conclusions:\n%s", table)
	}
	markdown := printed(t, recorded(), Options{Format: "markdown"})
	if !strings.Contains(markdown, "\n## In short\n\n- TCP needed") {
		t.Errorf("markdown does not:\n%s", markdown)
	}
	r := recorded()
	r.Conclusions = nil
	for _, format := range []string{"table", "markdown"} {
		if out := printed(t, r, Options{Format: format}); strings.Contains(out, "In short") {
			t.Errorf("%s concludes from nothing:\n%s", format, out)
		}
	}
}

// TestAbout: the heading names all that decides what a run finds.
func TestAbout(t *testing.T) {
	r := recorded()
	r.Options.Preset = "dsl"
	r.Experiments[0].Congestion, r.Experiments[3].Congestion = "cubic", "cubic"
	head, _, _ := strings.Cut(printed(t, r, Options{Width: 160}), "\n")
	if want := "seed 1, 1 run, preset dsl, congestion control cubic"; !strings.HasSuffix(head, want) {
		t.Errorf("%q, want it to end with %q", head, want)
	}
	r.Options.Preset = ""
	r.Experiments[3].Congestion, r.Experiments[3].Network = "reno", "virtual"
	r.Experiments[4].Congestion = "cubic"
	head, _, _ = strings.Cut(printed(t, r, Options{Width: 160}), "\n")
	if want := "1 run, congestion control cubic on kernel, reno on virtual"; !strings.HasSuffix(head, want) {
		t.Errorf("%q, want it to end with %q", head, want)
	}
}

// TestNext: what to run next depends on what was run, and on what came of it.
func TestNext(t *testing.T) {
	only := func(r *result.Report, ids ...string) *result.Report {
		r.Experiments = slices.DeleteFunc(r.Experiments, func(e *result.Result) bool { return !slices.Contains(ids, e.ID) })
		return r
	}
	for name, tc := range map[string]struct {
		r    *result.Report
		o    Options
		want string
	}{
		"several": {only(recorded(), "setup", "latency", "loss"), Options{},
			"lab trace loss · lab explain loss · lab predict loss"},
		"without loss": {only(recorded(), "latency", "ordering"), Options{},
			"lab trace ordering · lab explain ordering · lab predict ordering"},
		"nothing to draw": {only(recorded(), "latency", "boundaries"), Options{},
			"lab explain latency · lab predict latency"},
		"one": {only(recorded(), "loss"),
			Options{Again: "lab compare loss --loss 5% --quick", Trace: "lab trace loss --loss 5%"},
			"lab trace loss --loss 5% · lab explain loss · lab compare loss --loss 5% --quick --details"},
		"one, in detail":    {only(recorded(), "loss"), Options{Details: true}, "lab trace loss · lab explain loss"},
		"one, on localhost": {only(recorded(), "latency"), Options{}, "lab explain latency · lab compare latency --details"},
		"something outside": {recorded(), Options{}, "lab explain congestion · lab trace congestion"},
		"something failed":  {fallenBack(), Options{}, "lab explain loss · lab trace loss"},
		"nothing":           {&result.Report{}, Options{}, "lab list"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.o.Width = 160
			lines := strings.Split(strings.TrimSpace(printed(t, tc.r, tc.o)), "\n")
			if got := lines[len(lines)-1]; got != "Next: "+tc.want {
				t.Errorf("%q, want %q", got, "Next: "+tc.want)
			}
		})
	}
}

// TestNarrowKorean: double width changes nothing about what fits where.
func TestNarrowKorean(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{60, 80, 100, 120} {
		checkLines(t, "Korean", printed(t, inKorean(recorded()), Options{Width: width, Words: korean, Details: true}), width)
	}
}
