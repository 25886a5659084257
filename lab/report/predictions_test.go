package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"echolab/lab/quiz"
	"echolab/lab/text"
)

// guessed are guesses about the recorded run: right, half-right, wrong, left
// out, and one about an experiment that is not in it.
func guessed(t *testing.T) quiz.Sheet {
	t.Helper()
	answers, err := quiz.Read(strings.NewReader(`
setup.connect_rtts.tcp = 1
loss.delivered.tcp = 100
loss.delivered.udp = 50
ordering.out_of_order.udp = more than half
close.waits_after.tcp = TIME-WAIT
latency.rtt_p50 = same
nagle.packets.tcp = 1
`))
	if err != nil {
		t.Fatal(err)
	}
	return quiz.Score(quiz.Questions("setup", "latency", "loss", "ordering", "close", "nagle"), answers, recorded())
}

// sheet prints guesses as text.
func sheet(t *testing.T, o Options) string {
	t.Helper()
	var out bytes.Buffer
	titles := map[string]text.Message{}
	for _, e := range recorded().Experiments {
		titles[e.ID] = e.Title
	}
	if err := WritePredictions(&out, guessed(t), titles, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPredictionsTable(t *testing.T) {
	got := sheet(t, Options{Width: 80})
	for _, want := range []string{
		`\nloss: Reliable data transfer\n`,
		` 50 % +80\.7 % +81 \(76\.9–85\.1\) +0\.5\n`,
		` TIME-WAIT +TIME-WAIT +1\n`,
		` same +UDP +0\.5\n`, // 21.37 is more than 1.25 times 14.92
		` TCP 21\.4 µs,\n`,
		`twenty small writes\n`,
		`\n4\.5 of 15 points\n`,
		`\nWhy the others were missed\n`,
		`\n· loss: Reliable data transfer: .*binomial`,
		`\nNext: lab explain setup\n`,
	} {
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("no match of %s in\n%s", want, got)
		}
	}
}

// TestPredictionsFit: in every language no line is wider than asked for, and
// the points stand below each other.
func TestPredictionsFit(t *testing.T) {
	for _, lang := range text.Languages() {
		p, err := text.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{60, 80, 120} {
			lines := strings.Split(sheet(t, Options{Width: width, Words: p}), "\n")
			right := 0 // where the columns end
			for _, line := range lines {
				if w := text.Width(line); w > width {
					t.Errorf("%s: %d cells, allowed are %d: %q", lang, w, width, line)
				}
				if strings.HasPrefix(line, "  ─") {
					right = text.Width(line)
				}
				if strings.HasSuffix(line, " 0.5") && text.Width(line) != right {
					t.Errorf("%s, width %d: the points of %q end in column %d, want %d", lang, width, line, text.Width(line), right)
				}
			}
			if right == 0 {
				t.Errorf("%s, width %d: no table", lang, width)
			}
		}
	}
}

func TestPredictionsColour(t *testing.T) {
	if got := sheet(t, Options{}); strings.Contains(got, "\x1b") {
		t.Error("escape sequences without colour")
	}
	if got := sheet(t, Options{Color: true}); !strings.Contains(got, "\x1b[32m1\x1b[0m") || !strings.Contains(got, "\x1b[33m0.5\x1b[0m") {
		t.Error("points are not coloured by how good they are")
	}
}

func TestPredictionsJSON(t *testing.T) {
	var got quiz.Sheet
	if err := json.Unmarshal([]byte(sheet(t, Options{Format: "json"})), &got); err != nil {
		t.Fatal(err)
	}
	want := guessed(t)
	if got.Schema != quiz.SchemaName || got.Points != want.Points || got.Of != want.Of || len(got.Marks) != len(want.Marks) {
		t.Errorf("read back %s with %v of %v points and %d questions, want %v of %v and %d",
			got.Schema, got.Points, got.Of, len(got.Marks), want.Points, want.Of, len(want.Marks))
	}
	for i, m := range got.Marks {
		if m.Key != want.Marks[i].Key || m.Result != want.Marks[i].Result || (m.Guess == nil) != (want.Marks[i].Guess == nil) {
			t.Errorf("mark %d is %+v, want %+v", i, m, want.Marks[i])
		}
	}
}
