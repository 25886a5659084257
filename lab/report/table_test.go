package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"

	"echolab/lab/result"
	"echolab/lab/text"
)

// TestTableFits: at no width is a line wider than the terminal.
func TestTableFits(t *testing.T) {
	korean, err := text.For("ko")
	if err != nil {
		t.Fatal(err)
	}
	reports := []*result.Report{
		recorded(), fallenBack(), repeated(), hostile(), inKorean(recorded()), inKorean(fallenBack()),
	}
	for width := 60; width <= 160; width++ {
		for i, r := range reports {
			if i%3 == width%3 { // two reports at every width
				o := Options{Width: width, Details: width%2 == 0, Claims: width%5 == 0, Words: korean}
				checkLines(t, fmt.Sprintf("report %d", i), printed(t, r, o), width)
			}
		}
	}
	for width := 80; width <= 160; width += 5 {
		checkLines(t, "four transports", printed(t, many("tcp", "udp", "rudp", "quic"), Options{Width: width}), width)
	}
}

// TestTableFitsWhatever is the same with text that chance makes up.
func TestTableFitsWhatever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.StringMatching(`([a-z]{1,12}|[가-힣]{1,9}|[0-9]{1,3} %)( ([a-z(]{1,9}|[가-힣]{1,7}|µs|–|\))){0,9}`)
		r := recorded()
		r.Experiments = r.Experiments[2:6]
		for _, e := range r.Experiments {
			e.Title = text.Say(text.Phrase(content.Draw(t, "title")))
			for i := range e.Measurements {
				e.Measurements[i].Label = text.Say(text.Phrase(content.Draw(t, "label")))
			}
		}
		for i := range r.Documents {
			r.Documents[i].Because = text.Say(text.Phrase(content.Draw(t, "because")))
		}
		width := rapid.IntRange(60, 160).Draw(t, "width")
		var out strings.Builder
		if err := Write(&out, r, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		checkLines(t, "made up", out.String(), width)
	})
}

// checkLines holds every line of a table against the terminal's width.
func checkLines(t interface{ Fatalf(string, ...any) }, name, out string, width int) {
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if w := text.Width(line); w > width {
			t.Fatalf("%s: %d cells in a terminal of %d: %s", name, w, width, line)
		}
	}
}

// TestWidthsAgree: the table library counts as the catalogue does, in every
// locale, or borders would not be straight.
func TestWidthsAgree(t *testing.T) {
	t.Setenv("LC_ALL", "ko_KR.UTF-8")
	printed(t, recorded(), Options{})
	for _, s := range []string{"TCP", "연결 설정", "µs", "↓ ↑", "✓ ✗ ~ ?", "76.9–85.1", "· ≥ ≤", "“”‘’", "…", "×", "²"} {
		if got, want := twwidth.Width(s), text.Width(s); got != want {
			t.Errorf("%q is %d cells wide in tables and %d elsewhere", s, got, want)
		}
	}
}

// TestWholeTableIsShort: of 22 experiments with two headline rows each takes five
// lines at most, and everything else a screen of twenty-five.
func TestWholeTableIsShort(t *testing.T) {
	r := recorded()
	all := r.Experiments
	for len(r.Experiments) < 22 {
		r.Experiments = append(r.Experiments, all...)
	}
	r.Experiments = r.Experiments[:22]
	for _, e := range r.Experiments {
		e.Measurements = e.Measurements[:min(len(e.Measurements), 2)]
	}
	for width, each := range map[int]int{80: 5, 120: 5} {
		most := 25 + each*len(r.Experiments)
		if lines := strings.Count(printed(t, r, Options{Width: width}), "\n"); lines > most {
			t.Errorf("%d lines at %d columns, want %d at most", lines, width, most)
		}
	}
}

func TestLabel(t *testing.T) {
	for _, tc := range []struct{ label, unit, want string }{
		{"Connect", "RTT", "Connect (RTT)"},
		{"Packets dropped", "packets", "Packets dropped"},
		{"Reads", "count", "Reads"},
		{"Messages", "1/s", "Messages (1/s)"},
		{"Items missed", "ms", "Items missed (ms)"},
		{"Messages missed", "s", "Messages missed (s)"},
		{"The peer notices", "", "The peer notices"},
		{"Retransmissions", "packets", "Retransmissions (packets)"},
	} {
		if got := label(tc.label, tc.unit); got != tc.want {
			t.Errorf("%q in %q is called %q, want %q", tc.label, tc.unit, got, tc.want)
		}
	}
}
