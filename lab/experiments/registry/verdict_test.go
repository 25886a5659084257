package registry

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/congestion"
	"echolab/lab/experiments/loss"
	"echolab/lab/experiments/ordering"
	"echolab/lab/result"
	"echolab/lab/text"
)

// key is a value that a rule looks at.
type key struct{ experiment, id, transport string }

var notMeasured = regexp.MustCompile(`^not measured: (\S+) of (\S+) for (\S+)$`)

// keysOf finds out which values a rule looks at, by giving it what it misses.
func keysOf(t *testing.T, c experiments.Claim) []key {
	var keys []key
	for range 100 {
		verdict, because := c.Apply(resultsOf(keys, func(key) result.Value { return result.Num(1) }))
		if verdict != result.Untested {
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

func resultsOf(keys []key, value func(key) result.Value) result.Results {
	rows := map[string]map[string]*result.Measurement{}
	for _, k := range keys {
		if rows[k.experiment] == nil {
			rows[k.experiment] = map[string]*result.Measurement{}
		}
		if rows[k.experiment][k.id] == nil {
			rows[k.experiment][k.id] = result.Row(k.id, "", "")
		}
		rows[k.experiment][k.id].Set(k.transport, value(k))
	}
	results := result.Results{}
	for experiment, byID := range rows {
		r := &result.Result{ID: experiment}
		for _, row := range byID {
			r.Measurements = append(r.Measurements, *row)
		}
		results[experiment] = r
	}
	return results
}

// values are what measurements may be, both sides of every bound.
var values = []result.Value{
	result.Num(0), result.Num(0.5), result.Num(1), result.Num(2), result.Num(3), result.Num(4), result.Num(5), result.Num(6), result.Num(7), result.Num(8), result.Num(12), result.Num(20), result.Num(28), result.Num(30),
	result.Num(52), result.Num(80), result.Num(99), result.Num(100), result.Num(150), result.Num(200), result.Num(1000), result.Num(4096), result.Num(128), result.Num(65507), result.Num(1 << 20),
	result.Word("yes"), result.Word("no"), result.Word("error"), result.Word("no error"), result.Word("refused"), result.Word("connected"), result.Word("never told"), result.Word("told late"),
	result.Word("sent"), result.Word("not sent"), result.Word("TIME-WAIT"), result.Word("nothing"), result.Word("HELLO"), result.Word("finds nobody"), result.Word("served"), result.Word("network is unreachable"),
	result.Word("message too long"), result.Word("works too"), result.Word("always connects"), result.Word("unknown"), result.Word("LISTEN, 2 ESTABLISHED"), result.Word("UNCONNECTED"),
}

// TestCutOffDecidesNothing: a claim whose rule looks at a value that was cut off
// is untested, and says why.
func TestCutOffDecidesNothing(t *testing.T) {
	for _, e := range All() {
		for _, c := range e.Claims {
			keys := keysOf(t, c)
			for _, k := range keys {
				results := resultsOf(keys, func(key) result.Value { return result.Num(1) })
				results[k.experiment].Find(k.id).CutShort(k.transport, text.Say("stopped after 60 s"))
				verdict, because := c.Apply(results)
				if verdict != result.Untested || !strings.Contains(because.String(), "stopped after 60 s") {
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
			found := map[result.Verdict]bool{}
			for range 200_000 {
				verdict, because := c.Apply(resultsOf(keys, func(key) result.Value { return values[chance.IntN(len(values))] }))
				if found[verdict] = true; because.IsZero() {
					t.Fatalf("claim %s: %s, without a reason", c.ID, verdict)
				}
				if found[result.Holds] && (found[result.Refuted] || found[result.Depends]) {
					break
				}
			}
			if !found[result.Holds] || !found[result.Refuted] && !found[result.Depends] {
				t.Errorf("claim %s, which looks at %v, is only ever %v", c.ID, keys, found)
			}
		}
	}
}

// TestNothingHappened: where conditions did nothing, because somebody switched
// them off, no claim about what they do is refuted.
func TestNothingHappened(t *testing.T) {
	calm := map[string]result.Value{"delivered": result.Num(100), "injected": result.Num(0), "retransmissions": result.Num(0), "sack_packets": result.Num(0), "undelivered": result.Num(0), "overtaken": result.Num(0), "gaps": result.Num(0), "discarded": result.Num(0), "damaged": result.Num(0), "duplicates": result.Num(0), "copied": result.Num(0), "out_of_order": result.Num(0), "queue_loss": result.Num(0), "data_lost": result.Num(0),
		"sender_waited": result.Num(0)}
	judged := 0
	for _, claims := range [][]experiments.Claim{loss.Experiment.Claims, ordering.Experiment.Claims, congestion.CongestionClaims} {
		for _, c := range claims {
			keys := keysOf(t, c)
			if slices.ContainsFunc(keys, func(k key) bool { _, ok := calm[k.id]; return !ok }) {
				continue // it is about something else too
			}
			if verdict, because := c.Apply(resultsOf(keys, func(k key) result.Value { return calm[k.id] })); verdict == result.Refuted {
				t.Errorf("claim %s is refuted: %v", c.ID, because)
			}
			judged++
		}
	}
	if judged < 7 {
		t.Errorf("only %d claims look at what conditions do", judged)
	}
}
