package registry

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/result"
	"echolab/lab/text"
)

// ruleCase is what was found, where it differs from the usual, and what a claim's
// rule makes of it.
type ruleCase struct {
	want  result.Verdict
	found found
}

const holds, refuted, depends = result.Holds, result.Refuted, result.Depends

// TestRules holds every rule from both sides of each of its bounds.
func TestRules(t *testing.T) {
	for id, cases := range ruleCases {
		claim := claimNamed(t, id)
		for _, c := range cases {
			if got, because := claim.Apply(c.results(t, claim)); got != c.want {
				t.Errorf("%s, where %v: %s (%s), want %s", id, c.found, got, because, c.want)
			}
		}
	}
}

// TestEveryVerdictHasACase: the table has a case in which a claim holds and one in
// which it does not, and one for every other verdict that its rule comes to,
// whatever is measured. No verdict comes without a reason.
func TestEveryVerdictHasACase(t *testing.T) {
	for _, e := range All() {
		for _, c := range e.Claims {
			cases := map[result.Verdict]bool{result.Untested: true}
			for _, known := range ruleCases[c.ID] {
				cases[known.want] = true
			}
			if !cases[holds] || !cases[refuted] && !cases[depends] {
				t.Errorf("claim %s has cases of these verdicts only: %v", c.ID, cases)
			}
			keys, chance := keysOf(t, c), rand.New(rand.NewPCG(1, 2))
			for range 2_000 {
				results := resultsOf(keys, func(key) result.Value { return values[chance.IntN(len(values))] })
				verdict, because := c.Apply(results)
				if !cases[verdict] || because.IsZero() {
					t.Fatalf("claim %s: no case in which it is %s, because %q", c.ID, verdict, because)
				}
			}
		}
	}
}

// results are the measurements of a case.
func (r ruleCase) results(t *testing.T, c experiments.Claim) result.Results {
	t.Helper()
	keys := keysOf(t, c)
	for name := range r.found {
		if !slices.Contains(keys, keyOf(name)) {
			t.Errorf("claim %s does not look at %s", c.ID, name)
		}
	}
	return resultsOf(keys, func(k key) result.Value {
		v, ok := r.found[k.String()]
		if !ok {
			v, ok = usual[k.String()]
		}
		if !ok {
			t.Errorf("claim %s looks at %s, of which the case %v says nothing", c.ID, k, r.found)
		}
		switch v := v.(type) {
		case int:
			return result.Num(v)
		case float64:
			return result.Num(v)
		case string:
			return result.Word(text.Phrase(v))
		}
		return result.Value{}
	})
}

func (k key) String() string { return k.experiment + "." + k.id + "." + k.transport }

// keyOf is the key of that name.
func keyOf(name string) key {
	parts := strings.Split(name, ".")
	return key{parts[0], parts[1], parts[2]}
}

// claimNamed is the claim with that id.
func claimNamed(t *testing.T, id string) experiments.Claim {
	t.Helper()
	for _, e := range All() {
		for _, c := range e.Claims {
			if c.ID == id {
				return c
			}
		}
	}
	t.Fatalf("no claim %s", id)
	return experiments.Claim{}
}

// TestRepeatsBehindAQueue: what waits for a rate TCP's timer takes for lost, so
// that nothing follows of packets that were sent again.
func TestRepeatsBehindAQueue(t *testing.T) {
	claim := claimNamed(t, "selective-repeat")
	for again, want := range map[int]result.Verdict{4: result.Holds, 5: result.Depends} {
		results := resultsOf(keysOf(t, claim), func(k key) result.Value {
			return result.Num(map[string]int{"undelivered": 2, "retransmissions": again}[k.id])
		})
		results["loss"].Conditions = map[string]any{"rate": 1e5}
		if got, _ := claim.Apply(results); got != want {
			t.Errorf("2 lost, %d sent again: %s, want %s", again, got, want)
		}
	}
}

// TestOrderMustChange: where theory says that messages are out of order, none is a
// contradiction, unless next to nothing was overtaken.
func TestOrderMustChange(t *testing.T) {
	for _, c := range []struct {
		overtaken, least float64
		want             result.Verdict
	}{{10, 40, result.Refuted}, {9, 40, result.Depends}, {10, 0, result.Depends}} {
		order, overtaken := result.Row("out_of_order", "", "%"), result.Row("overtaken", "", "packets")
		order.Put("udp", result.Number(0).Expect(50, c.least, 60))
		overtaken.Put("udp", result.Number(c.overtaken))
		results := result.Results{"ordering": {Measurements: []result.Measurement{*order, *overtaken}}}
		if got, _ := claimNamed(t, "datagram-order").Apply(results); got != c.want {
			t.Errorf("%v overtaken, at least %v %% expected: %s, want %s", c.overtaken, c.least, got, c.want)
		}
	}
}
