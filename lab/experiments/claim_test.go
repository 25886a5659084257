package experiments

import (
	"testing"

	"echolab/lab/result"
	"echolab/lab/text"
)

// TestAsExpected: a verdict is wrong only where theory says the contrary.
func TestAsExpected(t *testing.T) {
	for _, c := range []struct {
		verdict, expect result.Verdict
		want            bool
	}{
		{result.Holds, "", true}, {result.Refuted, "", false}, {result.Depends, "", true}, {result.Untested, "", true},
		{result.Holds, result.Refuted, false}, {result.Refuted, result.Refuted, true}, {result.Refuted, result.Depends, true},
	} {
		claim := Claim{Expect: c.expect, Judge: func(*Evidence) (result.Verdict, text.Message) {
			return c.verdict, text.Message{}
		}}
		if got := claim.Decide(nil); got.AsExpected() != c.want {
			t.Errorf("%s where theory expects %q: as expected %v", c.verdict, got.Expected, !c.want)
		}
	}
}

func TestDecide(t *testing.T) {
	c := Claim{ID: "c", Experiments: []string{"a", "b"}, Judge: func(e *Evidence) (result.Verdict, text.Message) {
		return result.Holds, text.Sayf("%d results", len(e.Results))
	}}
	got := c.Decide(result.Results{"a": {}})
	if got.Verdict != result.Untested || got.Because.String() != "needs the experiments b" {
		t.Errorf("with one of two experiments: %s, %s", got.Verdict, got.Because)
	}
	got = c.Decide(result.Results{"a": {}, "b": {}})
	if got.Verdict != result.Holds || got.Because.String() != "2 results" {
		t.Errorf("with both: %s, %s", got.Verdict, got.Because)
	}
}
