package lab

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/link"
	"echolab/lab/wire"
)

func TestJudge(t *testing.T) {
	m := Row("id", "label", "ms")
	for name, v := range map[string]Value{"low": Num(1), "below": Num(0.9), "high": Num(3), "above": Num(3.1), "right": Word("refused"), "wrong": Word("reset"), "number": Num(2), "free": Num(9)} {
		m.Set(name, v)
	}
	for _, name := range []string{"low", "below", "high", "above", "missing"} {
		m.Expect(name, 2, 1, 3)
	}
	for _, name := range []string{"right", "wrong", "number"} {
		m.ExpectWord(name, "refused")
	}
	m.judge()
	want := map[string]bool{"low": true, "below": false, "high": true, "above": false, "right": true, "wrong": false, "number": false}
	if diff := cmp.Diff(want, m.Within); diff != "" {
		t.Errorf("within (-want +got):\n%s", diff)
	}
}

func TestMedians(t *testing.T) {
	run := func(tcp float64, word string) []Measurement {
		numbers, words := Row("numbers", "", "ms"), Row("words", "", "")
		numbers.Set("tcp", Num(tcp))
		words.Set("tcp", Word(word))
		return Rows(1, numbers, words)
	}
	if one := medians([][]Measurement{run(5, "a")}); one[0].Values["tcp"].Number != 5 || one[0].Spread != nil {
		t.Errorf("of one run: %+v", one[0])
	}
	all := medians([][]Measurement{run(5, "a"), run(1, "b"), run(9, "c"), run(2, "d")})
	if got := all[0].Values["tcp"].Number; got != 3.5 {
		t.Errorf("the median of 5, 1, 9 and 2 is given as %v", got)
	}
	if got := all[0].Spread["tcp"]; got != (Spread{Min: 1, Max: 9, Runs: 4}) {
		t.Errorf("their spread is given as %+v", got)
	}
	if got := all[1]; got.Values["tcp"].Word != "a" || len(got.Spread) != 0 {
		t.Errorf("words: %+v, want the first of those that stand there most often", got)
	}
}

// TestMediansOfWhatIsExpected: runs that are as expected are so together, also
// where each expects something else, and where one has a word for a number.
func TestMediansOfWhatIsExpected(t *testing.T) {
	run := func(v Value, expected float64) []Measurement {
		m := Row("m", "", "packets")
		m.Set("tcp", v)
		m.Expect("tcp", expected, expected-1, expected+1)
		return Rows(1, m)
	}
	all := medians([][]Measurement{run(Num(40), 40), run(Word("no reply"), 45), run(Num(50), 51)})
	m := all[0]
	if m.judge(); m.Values["tcp"].Number != 45 || m.Expected["tcp"].Number != 45 || !m.Within["tcp"] {
		t.Errorf("of two numbers and a word: %+v", m)
	}
	all = medians([][]Measurement{run(Num(40), 40), run(Word("no reply"), 45), run(Word("no reply"), 45)})
	if m := all[0]; m.Values["tcp"].Word != "no reply" {
		t.Errorf("of a number and two words: %+v", m)
	}
}

// TestCutOff: what was cut off is held against nothing, in one run or in any of
// several.
func TestCutOff(t *testing.T) {
	run := func(delivered float64, why Text) []Measurement {
		m := Row("delivered", "", "%")
		m.Set("tcp", Num(delivered))
		m.ExpectExactly("tcp", 100)
		if !why.IsZero() {
			m.CutShort("tcp", why)
		}
		return Rows(1, m)
	}
	for name, runs := range map[string][][]Measurement{
		"one": {run(60, Say("stopped"))}, "two": {run(100, Text{}), run(60, Say("stopped"))},
	} {
		all := medians(runs)
		judgeAll(all)
		if m := all[0]; m.CutOff["tcp"].String() != "stopped" || len(m.Within) != 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

// TestAsExpected: a verdict is wrong only where theory says the contrary.
func TestAsExpected(t *testing.T) {
	for _, c := range []struct {
		verdict, expect Verdict
		want            bool
	}{
		{Holds, "", true}, {Refuted, "", false}, {Depends, "", true}, {Untested, "", true},
		{Holds, Refuted, false}, {Refuted, Refuted, true}, {Refuted, Depends, true},
	} {
		claim := Claim{Expect: c.expect, Judge: func(Results) (Verdict, Text) { return c.verdict, Text{} }}
		if got := claim.Decide(nil); got.AsExpected() != c.want {
			t.Errorf("%s where theory expects %q: as expected %v", c.verdict, got.Expected, !c.want)
		}
	}
}

func TestDecide(t *testing.T) {
	c := Claim{ID: "c", Experiments: []string{"a", "b"}, Judge: func(r Results) (Verdict, Text) { return Holds, Say("%d results", len(r)) }}
	if got := c.Decide(Results{"a": {}}); got.Verdict != Untested || got.Because.String() != "needs the experiments b" {
		t.Errorf("with one of two experiments: %s, %s", got.Verdict, got.Because)
	}
	if got := c.Decide(Results{"a": {}, "b": {}}); got.Verdict != Holds || got.Because.String() != "2 results" {
		t.Errorf("with both: %s, %s", got.Verdict, got.Because)
	}
}

func TestValueAsJSON(t *testing.T) {
	for text, v := range map[string]Value{`12.5`: Num(12.5), `0`: {}, `"refused"`: Word("refused")} {
		b, err := json.Marshal(v)
		var back Value
		if err != nil || string(b) != text || json.Unmarshal(b, &back) != nil || back != v {
			t.Errorf("%v is written as %s (%v) and read back as %v", v, b, err, back)
		}
	}
	var v Value
	if json.Unmarshal([]byte(`[1]`), &v) == nil {
		t.Error("a list is read as a value")
	}
}

func TestFind(t *testing.T) {
	r := &Result{Measurements: Rows(0, Row("a", "", ""), Row("b", "", ""))}
	if r.Find("b") != &r.Measurements[1] || r.Find("c") != nil || (*Result)(nil).Find("a") != nil {
		t.Error("a measurement is not found by its id")
	}
}

// TestPatience: an exchange waits as long as its conditions can need, and no
// conditions make it wait for ever.
func TestPatience(t *testing.T) {
	w := Workload{Messages: 100, Size: 500}
	both := func(c link.Conditions) wire.Options { return wire.Options{Client: c, Server: c} }
	const second = time.Second
	for _, c := range []struct {
		name  string
		t     Transport
		c     link.Conditions
		least Patience
		most  Patience
	}{
		{"UDP, clean", UDP, link.Conditions{}, Patience{Silence: slack}, Patience{Silence: slack, Total: longest}},
		{"UDP, delay and jitter", UDP, link.Conditions{Delay: second, Jitter: second / 2}, Patience{Silence: 3*second + slack}, Patience{Silence: 3*second + slack, Total: longest}},
		{"UDP, a full queue", UDP, link.Conditions{Rate: 12e6, Limit: 999}, Patience{Silence: 2*second + slack}, Patience{Silence: 2*second + slack, Total: longest}},
		{"UDP, copies", UDP, link.Conditions{Delay: second, Duplicate: 0.1}, Patience{Linger: 2 * second}, Patience{Silence: longest, Linger: 3 * second, Total: longest}},
		// 100 packets in windows that grow by one take 14 round trips
		{"TCP, clean", TCP, link.Conditions{Delay: second}, Patience{Total: 28*second + slack}, Patience{Total: 45 * second}},
		{"TCP, one loss and its resends", TCP, link.Conditions{Drop: []int{1}}, Patience{Total: second}, Patience{Total: 5 * second}},
		{"TCP, a slow link", TCP, link.Conditions{Rate: 50e3}, Patience{Total: 8 * second}, Patience{Total: longest}},
		{"TCP, much loss", TCP, link.Conditions{Loss: 0.3}, Patience{Total: longest}, Patience{Total: longest}},
		{"TCP, everything lost", TCP, link.Conditions{Loss: 1}, Patience{Total: longest}, Patience{Total: longest}},
		{"TCP, half of them by count", TCP, link.Conditions{Exact: link.Exact{Drop: 1, Of: 2}}, Patience{Total: longest}, Patience{Total: longest}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := patienceFor(c.t, both(c.c), w, longest)
			for what, d := range map[string][3]time.Duration{
				"total": {c.least.Total, p.Total, c.most.Total}, "silence": {c.least.Silence, p.Silence, c.most.Silence}, "linger": {c.least.Linger, p.Linger, c.most.Linger},
			} {
				if d[1] < d[0] || d[1] > d[2] {
					t.Errorf("%s is %v, want %v to %v", what, d[1], d[0], d[2])
				}
			}
		})
	}
}

// TestPatienceWhereWaitingIsFree: an exchange over two seconds of delay and a
// lossy wire gets the hours that it needs, and no less under worse conditions.
func TestPatienceWhereWaitingIsFree(t *testing.T) {
	const bound = 6 * time.Hour
	w := Workload{Messages: 1000, Size: 512, Every: time.Millisecond}
	last := time.Duration(0)
	for _, loss := range []float64{0, 0.01, 0.1, 0.3, 0.5} {
		c := link.Conditions{Delay: 2 * time.Second, Loss: loss}
		p := patienceFor(TCP, wire.Options{Client: c, Server: c}, w, bound)
		if p.Total < last || p.Total > bound {
			t.Errorf("loss %v: an exchange waits %v, want at least %v and at most %v", loss, p.Total, last, bound)
		}
		last = p.Total
	}
	// 1000 packets in windows of 1.22/sqrt(0.19) = 2.8 take 357 round trips of 4 s.
	c := link.Conditions{Delay: 2 * time.Second, Loss: 0.1}
	if p := patienceFor(TCP, wire.Options{Client: c, Server: c}, w, bound); p.Total < 357*4*time.Second {
		t.Errorf("an exchange waits %v, want at least 357 round trips", p.Total)
	}
}
