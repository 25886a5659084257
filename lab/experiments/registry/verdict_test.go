package registry

import (
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
		rows[k.experiment][k.id].Put(k.transport, result.Measured(value(k)))
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
var values = slices.Concat(
	numbered(0, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 12, 20, 28, 30, 52, 80, 99, 100, 128, 150, 200, 1000, 4096, 65507, 1<<20),
	worded("yes", "no", "error", "no error", "refused", "connected", "never told", "told late", "sent", "not sent",
		"TIME-WAIT", "nothing", "HELLO", "finds nobody", "served", "network is unreachable", "message too long",
		"works too", "always connects", "unknown", "LISTEN, 2 ESTABLISHED", "UNCONNECTED"),
)

func numbered(numbers ...float64) (all []result.Value) {
	for _, n := range numbers {
		all = append(all, result.Num(n))
	}
	return all
}

func worded(words ...text.Phrase) (all []result.Value) {
	for _, w := range words {
		all = append(all, result.Word(w))
	}
	return all
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

// TestNothingHappened: where conditions did nothing, because they were switched
// off, no claim about what they do is refuted.
func TestNothingHappened(t *testing.T) {
	calm := map[string]result.Value{"delivered": result.Num(100)}
	for _, id := range []string{
		"injected", "retransmissions", "sack_packets", "undelivered", "overtaken", "gaps", "discarded", "damaged",
		"duplicates", "copied", "out_of_order", "queue_loss", "data_lost", "sender_waited",
	} {
		calm[id] = result.Num(0)
	}
	judged := 0
	for _, claims := range [][]experiments.Claim{loss.Experiment.Claims, ordering.Experiment.Claims, congestion.Experiment.Claims} {
		for _, c := range claims {
			keys := keysOf(t, c)
			if slices.ContainsFunc(keys, func(k key) bool { _, ok := calm[k.id]; return !ok }) {
				continue // it is about something else too
			}
			verdict, because := c.Apply(resultsOf(keys, func(k key) result.Value { return calm[k.id] }))
			if verdict == result.Refuted {
				t.Errorf("claim %s is refuted: %v", c.ID, because)
			}
			judged++
		}
	}
	if judged < 7 {
		t.Errorf("only %d claims look at what conditions do", judged)
	}
}
