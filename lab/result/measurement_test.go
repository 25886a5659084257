package result

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/text"
)

func TestJudge(t *testing.T) {
	m := Row("id", "label", "ms")
	for name, v := range map[string]Value{"low": Num(1), "below": Num(0.9), "high": Num(3), "above": Num(3.1), "right": Word("refused"), "wrong": Word("reset"), "number": Num(2), "free": Num(9)} {
		m.Put(name, Measured(v))
	}
	for _, name := range []string{"low", "below", "high", "above", "missing"} {
		m.Put(name, Cell{}.Expect(2, 1, 3))
	}
	for _, name := range []string{"right", "wrong", "number"} {
		m.Put(name, Cell{}.ExpectWord("refused"))
	}
	m.Judge()
	want := map[string]bool{"low": true, "below": false, "high": true, "above": false, "right": true, "wrong": false, "number": false}
	if diff := cmp.Diff(want, m.Within); diff != "" {
		t.Errorf("within (-want +got):\n%s", diff)
	}
}

func TestMedians(t *testing.T) {
	run := func(tcp float64, word text.Phrase) []Measurement {
		numbers, words := Row("numbers", "", "ms"), Row("words", "", "")
		numbers.Put("tcp", Number(tcp))
		words.Put("tcp", Outcome(word))
		return []Measurement{*numbers, *words}
	}
	if one := Medians([][]Measurement{run(5, "a")}); one[0].Values["tcp"].Number != 5 || one[0].Spread != nil {
		t.Errorf("of one run: %+v", one[0])
	}
	all := Medians([][]Measurement{run(5, "a"), run(1, "b"), run(9, "c"), run(2, "d")})
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
		m.Put("tcp", Measured(v).Expect(expected, expected-1, expected+1))
		return []Measurement{*m}
	}
	all := Medians([][]Measurement{run(Num(40), 40), run(Word("no reply"), 45), run(Num(50), 51)})
	m := all[0]
	if m.Judge(); m.Values["tcp"].Number != 45 || m.Expected["tcp"].Number != 45 || !m.Within["tcp"] {
		t.Errorf("of two numbers and a word: %+v", m)
	}
	all = Medians([][]Measurement{run(Num(40), 40), run(Word("no reply"), 45), run(Word("no reply"), 45)})
	if m := all[0]; m.Values["tcp"].Word != "no reply" {
		t.Errorf("of a number and two words: %+v", m)
	}
}

// TestCutOff: what was cut off is held against nothing, in one run or in any of
// several.
func TestCutOff(t *testing.T) {
	run := func(delivered float64, why text.Message) []Measurement {
		m := Row("delivered", "", "%")
		m.Put("tcp", Number(delivered).ExpectExactly(100))
		if !why.IsZero() {
			m.CutShort("tcp", why)
		}
		return []Measurement{*m}
	}
	for name, runs := range map[string][][]Measurement{
		"one": {run(60, text.Say("stopped"))}, "two": {run(100, text.Message{}), run(60, text.Say("stopped"))},
	} {
		all := Medians(runs)
		JudgeAll(all)
		if m := all[0]; m.CutOff["tcp"].String() != "stopped" || len(m.Within) != 0 {
			t.Errorf("%s: %+v", name, m)
		}
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
	r := &Result{Measurements: []Measurement{*Row("a", "", ""), *Row("b", "", "")}}
	if r.Find("b") != &r.Measurements[1] || r.Find("c") != nil || (*Result)(nil).Find("a") != nil {
		t.Error("a measurement is not found by its id")
	}
}
