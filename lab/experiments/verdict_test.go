package experiments

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"echolab/lab"
)

// key is a value that a rule looks at.
type key struct{ experiment, id, transport string }

var notMeasured = regexp.MustCompile(`^not measured: (\S+) of (\S+) for (\S+)$`)

// keysOf finds out which values a rule looks at, by giving it what it misses.
func keysOf(t *testing.T, c lab.Claim) []key {
	var keys []key
	for range 100 {
		verdict, because := c.Judge(resultsOf(keys, func(key) lab.Value { return lab.Num(1) }))
		if verdict != lab.Untested {
			return keys
		}
		missing := notMeasured.FindStringSubmatch(because.String())
		if missing == nil {
			t.Fatalf("claim %s is untested, because %q", c.ID, because)
		}
		k := key{missing[2], missing[1], missing[3]}
		if !slices.Contains(c.Experiments, k.experiment) {
			t.Errorf("claim %s looks at %s, which is not among its experiments", c.ID, k.experiment)
		}
		if slices.Contains(keys, k) {
			t.Fatalf("claim %s misses %v, which it was given", c.ID, k)
		}
		keys = append(keys, k)
	}
	t.Fatalf("claim %s looks at more than 100 values", c.ID)
	return nil
}

func resultsOf(keys []key, value func(key) lab.Value) lab.Results {
	rows := map[string]map[string]*lab.Measurement{}
	for _, k := range keys {
		if rows[k.experiment] == nil {
			rows[k.experiment] = map[string]*lab.Measurement{}
		}
		if rows[k.experiment][k.id] == nil {
			rows[k.experiment][k.id] = lab.Row(k.id, "", "")
		}
		rows[k.experiment][k.id].Set(k.transport, value(k))
	}
	results := lab.Results{}
	for experiment, byID := range rows {
		r := &lab.Result{ID: experiment}
		for _, row := range byID {
			r.Measurements = append(r.Measurements, *row)
		}
		results[experiment] = r
	}
	return results
}

// values are what measurements may be, both sides of every bound.
var values = []lab.Value{
	lab.Num(0), lab.Num(0.5), lab.Num(1), lab.Num(2), lab.Num(3), lab.Num(4), lab.Num(5), lab.Num(6), lab.Num(7), lab.Num(8), lab.Num(12), lab.Num(20), lab.Num(28), lab.Num(30),
	lab.Num(52), lab.Num(80), lab.Num(99), lab.Num(100), lab.Num(150), lab.Num(200), lab.Num(1000), lab.Num(4096), lab.Num(128), lab.Num(65507), lab.Num(1 << 20),
	lab.Word("yes"), lab.Word("no"), lab.Word("error"), lab.Word("no error"), lab.Word("refused"), lab.Word("connected"), lab.Word("never told"), lab.Word("told late"),
	lab.Word("sent"), lab.Word("not sent"), lab.Word("TIME-WAIT"), lab.Word("nothing"), lab.Word("HELLO"), lab.Word("finds nobody"), lab.Word("served"), lab.Word("network is unreachable"),
	lab.Word("message too long"), lab.Word("works too"), lab.Word("always connects"), lab.Word("unknown"), lab.Word("LISTEN, 2 ESTABLISHED"), lab.Word("UNCONNECTED"),
}

// TestCutOffDecidesNothing: a claim whose rule looks at a value that was cut off
// is untested, and says why.
func TestCutOffDecidesNothing(t *testing.T) {
	for _, e := range All() {
		for _, c := range e.Claims {
			keys := keysOf(t, c)
			for _, k := range keys {
				results := resultsOf(keys, func(key) lab.Value { return lab.Num(1) })
				results[k.experiment].Find(k.id).CutShort(k.transport, lab.Say("stopped after 60 s"))
				verdict, because := c.Judge(results)
				if verdict != lab.Untested || !strings.Contains(because.String(), "stopped after 60 s") {
					t.Errorf("claim %s, whose %v was cut off: %s, because %q", c.ID, k, verdict, because)
				}
			}
		}
	}
}

// TestEveryVerdictCanBe: no rule holds, or is refuted, whatever is measured.
func TestEveryVerdictCanBe(t *testing.T) {
	for _, e := range All() {
		for _, c := range e.Claims {
			keys := keysOf(t, c)
			chance := rand.New(rand.NewPCG(1, 2))
			found := map[lab.Verdict]bool{}
			for range 200_000 {
				verdict, because := c.Judge(resultsOf(keys, func(key) lab.Value { return values[chance.IntN(len(values))] }))
				if found[verdict] = true; because.IsZero() {
					t.Fatalf("claim %s: %s, without a reason", c.ID, verdict)
				}
				if found[lab.Holds] && (found[lab.Refuted] || found[lab.Depends]) {
					break
				}
			}
			if !found[lab.Holds] || !found[lab.Refuted] && !found[lab.Depends] {
				t.Errorf("claim %s, which looks at %v, is only ever %v", c.ID, keys, found)
			}
		}
	}
}

// TestNothingHappened: where conditions did nothing, because somebody switched
// them off, no claim about what they do is refuted.
func TestNothingHappened(t *testing.T) {
	calm := map[string]lab.Value{"delivered": lab.Num(100), "injected": lab.Num(0), "retransmissions": lab.Num(0), "sack_packets": lab.Num(0), "undelivered": lab.Num(0), "overtaken": lab.Num(0), "gaps": lab.Num(0), "discarded": lab.Num(0), "damaged": lab.Num(0), "duplicates": lab.Num(0), "copied": lab.Num(0), "out_of_order": lab.Num(0), "queue_loss": lab.Num(0), "data_lost": lab.Num(0),
		"sender_waited": lab.Num(0)}
	judged := 0
	for _, claims := range [][]lab.Claim{lossClaims, orderingClaims, congestionClaims} {
		for _, c := range claims {
			keys := keysOf(t, c)
			if slices.ContainsFunc(keys, func(k key) bool { _, ok := calm[k.id]; return !ok }) {
				continue // it is about something else too
			}
			if verdict, because := c.Judge(resultsOf(keys, func(k key) lab.Value { return calm[k.id] })); verdict == lab.Refuted {
				t.Errorf("claim %s is refuted: %v", c.ID, because)
			}
			judged++
		}
	}
	if judged < 7 {
		t.Errorf("only %d claims look at what conditions do", judged)
	}
}
