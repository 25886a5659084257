package quiz

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"echolab/lab/result"
	"echolab/lab/text"
)

// ask finds a question by its key.
func ask(t testing.TB, key string) Question {
	t.Helper()
	for _, q := range Questions() {
		if q.Key() == key {
			return q
		}
	}
	t.Fatalf("no question %s", key)
	panic("not reached")
}

// row is a measurement of both transports; what is not expected is nil.
func row(id string, tcp, udp result.Value) *result.Measurement {
	m := result.Row(id, "label", "unit")
	m.Put("tcp", result.Measured(tcp))
	m.Put("udp", result.Measured(udp))
	return m
}

// marked is the result of one guess under one row.
func marked(t testing.TB, key, guess string, m *result.Measurement) Mark {
	t.Helper()
	q := ask(t, key)
	answers := Answers{}
	if guess != "" {
		g, err := q.Parse(guess)
		if err != nil {
			t.Fatalf("%s = %s: %v", key, guess, err)
		}
		answers[key] = g
	}
	found := &result.Report{Experiments: []*result.Result{{ID: q.Experiment, Why: text.Say("why"), Measurements: []result.Measurement{*m}}}}
	s := Score([]Question{q}, answers, found)
	if s.Of != 1 || s.Points != s.Marks[0].Points {
		t.Errorf("%s: %v of %v points, the mark has %v", key, s.Points, s.Of, s.Marks[0].Points)
	}
	return s.Marks[0]
}

func TestNumbersAreMarkedAsDocumented(t *testing.T) {
	delivered := row("delivered", result.Num(100), result.Num(60))
	delivered.Put("udp", result.Cell{}.Expect(81, 76, 86))
	damaged := row("damaged", result.Num(0), result.Num(0))
	for _, tc := range []struct {
		key, guess string
		m          *result.Measurement
		want       Result
	}{
		{"loss.delivered.udp", "81", delivered, Right},    // within the range of theory
		{"loss.delivered.udp", "76", delivered, Right},    // its very edges
		{"loss.delivered.udp", "86 %", delivered, Right},  //
		{"loss.delivered.udp", "54", delivered, Right},    // 10 % less than measured
		{"loss.delivered.udp", "66", delivered, Right},    // 10 % more
		{"loss.delivered.udp", "53.9", delivered, Half},   // a bit further off
		{"loss.delivered.udp", "30", delivered, Half},     // half of what was measured
		{"loss.delivered.udp", "100", delivered, Half},    // less than twice as much
		{"loss.delivered.udp", "29.9", delivered, Wrong},  //
		{"loss.delivered.udp", "0", delivered, Wrong},     //
		{"loss.delivered.udp", "", delivered, Unanswered}, //
		{"loss.delivered.tcp", "100", delivered, Right},   // nothing is expected: the measurement counts
		{"loss.delivered.tcp", "89", delivered, Half},     //
		{"corruption.damaged.udp", "0", damaged, Right},   // of nothing, only nothing is near
		{"corruption.damaged.udp", "0.1", damaged, Wrong}, //
		{"sockets.server_sockets.tcp", "3", row("server_sockets", result.Word("unknown"), result.Num(1)), Wrong},
	} {
		t.Run(tc.key+"="+tc.guess, func(t *testing.T) {
			got := marked(t, tc.key, tc.guess, tc.m)
			if got.Result != tc.want {
				t.Errorf("marked %q, want %q", got.Result, tc.want)
			}
			if got.Why.IsZero() != (tc.want == Right) {
				t.Errorf("a miss tells why and nothing else does; this says %q", got.Why)
			}
		})
	}
}

func TestChoicesAreMarkedAsDocumented(t *testing.T) {
	order := row("out_of_order", result.Num(0), result.Num(60))
	trip := row("rtt_p50", result.Num(12), result.Num(10))
	quick := row("rtt_p50", result.Num(13), result.Num(10))
	refused := row("outcome", result.Word("refused"), result.Word("told late"))
	ports := row("has_ports", result.Num(38), result.Num(39))
	ports.Put("tcp", result.Cell{}.ExpectExactly(38))
	ports.Put("udp", result.Cell{}.ExpectExactly(40))
	for _, tc := range []struct {
		key, guess string
		m          *result.Measurement
		want       Result
	}{
		{"ordering.out_of_order.udp", "more than half", order, Right},
		{"ordering.out_of_order.udp", "less than half", order, Half}, // the step beside it
		{"ordering.out_of_order.udp", "none", order, Wrong},          // two steps off
		{"ordering.out_of_order.tcp", "none", order, Right},
		{"latency.rtt_p50", "same", trip, Right}, // 12 is at most 1.25 times 10
		{"latency.rtt_p50", "udp", trip, Half},
		{"latency.rtt_p50", "udp", quick, Right}, // 13 is more
		{"latency.rtt_p50", "same", quick, Half},
		{"latency.rtt_p50", "tcp", quick, Wrong},
		{"throughput.goodput", "tcp", row("goodput", result.Num(300), result.Num(200)), Right}, // here more is asked for
		{"flow.sender_waited", "tcp", row("sender_waited", result.Num(5), result.Num(0)), Right},
		{"flow.sender_waited", "same", row("sender_waited", result.Num(0), result.Num(0)), Right},
		{"flow.sender_waited", "same", row("sender_waited", result.Num(5), result.Num(0)), Wrong}, // no scale: who waits, waits
		{"refusal.outcome.tcp", "refused", refused, Right},
		{"refusal.outcome.tcp", "told late", refused, Wrong}, // words are no scale
		{"refusal.outcome.udp", "told late", refused, Right},
		{"refusal.outcome.udp", "told late", row("outcome", result.Word("refused"), result.Word("something else")), Wrong},
		{"cast.broadcast.tcp", "an error", row("broadcast", result.Word("network is unreachable"), result.Num(3)), Right},
		{"cast.broadcast.udp", "two or three", row("broadcast", result.Word("network is unreachable"), result.Num(3)), Right},
		{"addressing.has_ports.tcp", "all", ports, Right},
		{"addressing.has_ports.udp", "all", ports, Half},
		{"addressing.has_ports.udp", "some", ports, Right},
	} {
		t.Run(tc.key+"="+tc.guess, func(t *testing.T) {
			if got := marked(t, tc.key, tc.guess, tc.m); got.Result != tc.want {
				t.Errorf("marked %q, want %q; the right choice is %q", got.Result, tc.want, got.Answer)
			}
		})
	}
}

// TestUnmeasuredDoesNotCount: nobody loses points by an experiment that did
// not run, or did not concern a transport.
func TestUnmeasuredDoesNotCount(t *testing.T) {
	questions := Questions("loss")
	g, err := questions[0].Parse("100")
	if err != nil {
		t.Fatal(err)
	}
	answers := Answers{questions[0].Key(): g}
	only := result.Row("delivered", "label", "%")
	only.Put("tcp", result.Number(100))
	for name, found := range map[string]*result.Report{
		"did not run": {Experiments: []*result.Result{{ID: "loss", Error: "no network"}}},
		"is missing":  {},
	} {
		if s := Score(questions, answers, found); s.Of != 0 || s.Points != 0 || s.Marks[0].Result != Unmeasured {
			t.Errorf("loss %s: %v of %v points, %q", name, s.Points, s.Of, s.Marks[0].Result)
		}
	}
	found := &result.Report{Experiments: []*result.Result{{ID: "loss", Measurements: []result.Measurement{*only}}}}
	if s := Score(questions, answers, found); s.Of != 1 || s.Points != 1 {
		t.Errorf("only TCP measured: %v of %v points, want 1 of 1", s.Points, s.Of)
	}
}

func TestParse(t *testing.T) {
	for _, tc := range []struct{ key, text, want, wrong string }{
		{"size.largest.udp", "65,507", "65507", ""},
		{"size.largest.udp", " 65507 bytes ", "65507", ""},
		{"loss.delivered.udp", "81%", "81", ""},
		{"loss.delivered.udp", "81.5 %", "81.5", ""},
		{"setup.connect_rtts.tcp", "1 RTT", "1", ""},
		{"loss.delivered.udp", "101", "", "more than 100 %"},
		{"loss.delivered.udp", "-1", "", "less than 0"},
		{"loss.delivered.udp", "many", "", "not a number"},
		{"loss.delivered.udp", "NaN", "", "not a number"},
		{"loss.delivered.udp", "1e999", "", "not a number"},
		{"loss.delivered.udp", "", "", "not a number"},
		{"latency.rtt_p50", "udp", "UDP", ""},
		{"latency.rtt_p50", "3", "UDP", ""},
		{"latency.rtt_p50", "4", "", "none of the choices"},
		{"latency.rtt_p50", "0", "", "none of the choices"},
		{"latency.rtt_p50", "", "", "none of the choices"},
		{"close.waits_after.tcp", "time", "TIME-WAIT", ""},
		{"refusal.outcome.tcp", "거부됨", "refused", ""},
		{"refusal.outcome.tcp", "거부", "refused", ""},
		{"fairness.share_with_same.tcp", "m", "more than two thirds", ""},
		{"flow.delivered.udp", "l", "less than half", ""},
		{"boundaries.reads.tcp", "t", "", `"t" may be "two to nine" or "ten"`},
		{"refusal.first_message.udp", "sent", "sent", ""},
	} {
		t.Run(tc.key+"="+tc.text, func(t *testing.T) {
			g, err := ask(t, tc.key).Parse(tc.text)
			switch {
			case tc.wrong == "" && (err != nil || g.Text != tc.want):
				t.Errorf("read as %q, %v; want %q", g.Text, err, tc.want)
			case tc.wrong != "" && (err == nil || !strings.Contains(err.Error(), tc.wrong)):
				t.Errorf("error %v, want one that says %q", err, tc.wrong)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tc := range []struct{ name, file, wrong string }{
		{"an unknown key", "# x\n\nloss.delivered.sctp = 1\n", `line 3: no question is called "loss.delivered.sctp"`},
		{"no =", "loss.delivered.udp 81\n", "line 1: "},
		{"a wrong number", "loss.delivered.udp = many\n", `line 1: loss.delivered.udp: "many" is not a number`},
		{"a wrong choice", "\nrefusal.outcome.udp = maybe\n", `line 2: refusal.outcome.udp: "maybe" is none of the choices`},
		{"the same twice", "loss.delivered.udp = 81\nloss.delivered.udp = 80\n", "line 2: loss.delivered.udp: answered in line 1 already"},
		{"an empty key", "= 81\n", `line 1: no question is called ""`},
		{"a wrong number in JSON", `{"loss.delivered.udp": "many"}`, `loss.delivered.udp: "many" is not a number`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := Read(strings.NewReader(tc.file))
			var trouble *Trouble
			if a != nil || !errors.As(err, &trouble) || !strings.HasPrefix(err.Error(), tc.wrong) {
				t.Errorf("read %v, %v; want an error that begins with %q", a, err, tc.wrong)
			}
		})
	}
	for _, file := range []string{"{nonsense", strings.Repeat("x", longestFile+1)} {
		var unfit *Misfit
		if _, err := Read(strings.NewReader(file)); !errors.As(err, &unfit) {
			t.Errorf("%.20s: %v, want that it cannot be read", file, err)
		}
	}
}

func TestReadTakes(t *testing.T) {
	file := "\ufeff# mine\r\nloss.delivered.udp=81\r\n  refusal.outcome.tcp = 거부됨\r\nloss.delivered.tcp =\r\n"
	got, err := Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for key, g := range got {
		texts[key] = g.Text
	}
	want := map[string]string{"loss.delivered.udp": "81", "refusal.outcome.tcp": "refused"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestReadTheory: the answers to the theory are letters, in every form that a
// file may have, and what is no answer does not keep the others from being read.
func TestReadTheory(t *testing.T) {
	want := map[string]string{"q1": "c", "q3": "a"}
	for name, file := range map[string]string{
		"lines":   "# 1. a question = an answer?\nq1 = C # sure\r\nq2 =\n\nQ3=a\nnonsense\nq4 = x\nq5 = 3\n",
		"JSON":    `{"Q1": " c ", "q2": "", "q3": "A", "q4": "accept"}`,
		"UTF BOM": "\ufeffq1=c\nq2=\nq3=a",
		"twice":   "q1 = b\nq1 = c\nq3 = a\nq2 = b\nq2 =",
	} {
		answers, _, err := ReadAll(strings.NewReader(file), Theory())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for key, g := range answers {
			got[key] = g.Text
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestFormIsRead: the form to fill in answers nothing, and takes every letter.
func TestFormIsRead(t *testing.T) {
	for _, lang := range text.Languages() {
		p, err := text.For(lang)
		if err != nil {
			t.Fatal(err)
		}
		form := Form(p)
		if answers, troubles, err := ReadAll(strings.NewReader(form), Theory()); err != nil || len(answers)+len(troubles) > 0 {
			t.Errorf("%s: the empty form is read as %v, %v, %v", lang, answers, troubles, err)
		}
		for i, q := range Theory() {
			form = strings.Replace(form, q.ID+" =", q.ID+" = "+letter(i%len(q.Choices)), 1)
		}
		if answers, troubles, err := ReadAll(strings.NewReader(form), Theory()); err != nil || len(answers) != 7 || troubles != nil {
			t.Errorf("%s: the full form is read as %v, %v, %v", lang, answers, troubles, err)
		}
	}
}

// TestAnswersSurvive: what Write writes, Read reads, in every language.
func TestAnswersSurvive(t *testing.T) {
	questions := Questions()
	rapid.Check(t, func(t *rapid.T) {
		p, err := text.For(rapid.SampledFrom(text.Languages()).Draw(t, "lang"))
		if err != nil {
			t.Fatal(err)
		}
		answers := Answers{}
		for _, q := range questions {
			if !rapid.Bool().Draw(t, "answered") {
				continue
			}
			line := fmt.Sprint(rapid.Float64Range(0, 100).Draw(t, "number"))
			if q.Choices != nil {
				line = string(rapid.SampledFrom(q.Choices).Draw(t, "choice").Word)
			}
			if answers[q.Key()], err = q.Parse(line); err != nil {
				t.Fatalf("%s: %v", q.Key(), err)
			}
		}
		var file bytes.Buffer
		if err := Write(&file, p, questions, answers, map[string][]string{"loss": {"one line", "another = line"}}); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(answers, got, cmp.AllowUnexported(Guess{})); diff != "" {
			t.Errorf("answers changed on the way (-written +read):\n%s", diff)
		}
	})
}

// TestChoicesDoNotOverlap: whatever is measured falls into one choice at most.
func TestChoicesDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom(append(Questions(), Theory()...)).Draw(t, "question")
		number := rapid.OneOf(rapid.Float64Range(0, 120), rapid.Map(rapid.IntRange(0, 12), func(n int) float64 { return float64(n) }))
		m := row(q.Measurement, result.Num(number.Draw(t, "tcp")), result.Num(number.Draw(t, "udp")))
		fit := 0
		for _, c := range q.Choices {
			if c.fits != nil && c.fits(m, q.Transport) {
				fit++
			}
		}
		if fit > 1 {
			t.Errorf("%s: %v falls into %d choices", q.Key(), m.Values, fit)
		}
	})
}

// TestDefined: what nobody can tell under some conditions is not asked there.
func TestDefined(t *testing.T) {
	lossy := map[string]any{"loss": 0.1, "delay_ms": 10.0}
	oneWay := map[string]any{"delay_ms": 10.0, "client": map[string]any{"drop": []int{20}}}
	for _, tc := range []struct {
		key        string
		conditions map[string]any
		want       bool
	}{
		{"setup.connect_rtts.tcp", map[string]any{"delay_ms": 300.0}, true},
		{"setup.connect_rtts.tcp", map[string]any{}, false}, // a round trip of nothing
		{"setup.connect_rtts.tcp", lossy, false},            // a lost SYN costs a second
		{"setup.first_reply_rtts.udp", oneWay, false},       // lost in one direction
		{"loss.delivered.udp", lossy, true},
		{"loss.delivered.udp", map[string]any{}, true},
		{"congestion.queue_loss.udp", lossy, false}, // no link to be full
		{"congestion.queue_loss.udp", map[string]any{"rate": 1e6}, true},
		{"fairness.share_with_other.tcp", map[string]any{"server": map[string]any{"rate": 1e6}}, true},
		{"blocking.held_up.tcp", oneWay, true},
		{"blocking.held_up.tcp", lossy, false},
		{"latency.rtt_p50", nil, true},
	} {
		if got := ask(t, tc.key).Defined(tc.conditions); got != tc.want {
			t.Errorf("%s under %v: %v, want %v", tc.key, tc.conditions, got, tc.want)
		}
	}
}
