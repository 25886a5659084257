package text

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"
)

// TestKept: what was kept says the same in every language.
func TestKept(t *testing.T) {
	ko, err := For("ko")
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]Message{
		"nothing":     {},
		"plain":       Say("nothing in UDP retransmits"),
		"a percent":   Say("(1-p)^2, binomial 99.9 %"),
		"strings":     Sayf("stopped after %s s, %d messages under way", "60", 805),
		"a duration":  Sayf("it took %v", 1500*time.Microsecond),
		"floats":      Sayf("%.3g and %.1f", 3.0, 1e-9),
		"whole ones":  Sayf("port %d, %v, %q", uint16(9000), uint64(math.MaxUint64), 'x'),
		"an error":    Sayf("it broke: %v", errors.New("no more")),
		"infinite":    Sayf("%s", "∞ <b>"),
		"nested":      Sayf("%s; %s", Sayf("run %d of %d", 1, 2), Phrase("refused")),
		"its own":     Own{"100 % right": {"ko": "100 % 맞다"}}.Say("100 % right"),
		"own inside":  Sayf("hint: %s", Own{"look": {"ko": "보라"}}.Say("look")),
		"own, filled": {Phrase: "%d points", Args: []any{3}, Own: map[string]string{"ko": "%d점"}},
	} {
		written, err := json.Marshal(Kept(m))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var back Kept
		if err := json.Unmarshal(written, &back); err != nil {
			t.Fatalf("%s: read %s: %v", name, written, err)
		}
		for _, p := range []Printer{{}, ko} {
			if got, want := p.Text(Message(back)), p.Text(m); got != want {
				t.Errorf("%s: kept as %s, says %q, want %q", name, written, got, want)
			}
		}
	}
}

// TestKeptRefuses what no sentence has.
func TestKeptRefuses(t *testing.T) {
	if _, err := json.Marshal(Kept(Sayf("%v", []int{1}))); err == nil {
		t.Error("a list is kept")
	}
	for _, bad := range []string{
		`3`, `{"say": 3}`, `{"say": "%s", "with": [{}]}`, `{"say": "%s", "with": [[1]]}`, `{"say": "%d", "with": [1e999]}`,
	} {
		var k Kept
		if err := json.Unmarshal([]byte(bad), &k); err == nil {
			t.Errorf("%s is read as %+v", bad, k)
		}
	}
}
