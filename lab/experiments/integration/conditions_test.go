package integration

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"echolab/lab/experiments/registry"
	"echolab/lab/labtest"
	"echolab/lab/link"
	"echolab/lab/result"
)

// draws is how many combinations of conditions are tried.
var draws = flag.Int("draws", 1, "how many combinations of conditions TestAnyConditions draws")

// TestWhateverTheConditions: on other paths what is measured is as theory expects,
// or the lab says that it did not reach the state, and no claim is refuted.
//
// A long path has a slow link here: what is sent before its queue is full grows
// with both. Sharing a link is tried on the presets alone.
func TestWhateverTheConditions(t *testing.T) {
	takesLong(t)
	t.Parallel()
	for _, words := range []string{
		"delay 2s, rate 200kbit", "delay 300ms, rate 2mbit", "rate 1mbit", "limit 1", "loss 20%", "burst 5%/4", "exact 1/10",
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			holds(t, asked(t, words), "flow", "congestion")
		})
	}
	for _, p := range link.Presets() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			holds(t, asked(t, "preset "+p.Name), "flow", "congestion", "fairness")
		})
	}
}

// TestAnyConditions draws what a user may ask for, and runs all that the
// machine carries. With -draws 200 some values fall out of their ranges, each of
// which holds 99.9 % of what chance does; no claim may be refuted.
func TestAnyConditions(t *testing.T) {
	takesLong(t)
	needsMachine(t)
	t.Parallel()
	var all []string
	for _, e := range registry.All() {
		if e.FitsOn(machine.Driver()) == nil {
			all = append(all, e.ID)
		}
	}
	for i := range *draws {
		d := rapid.Custom(anyDraw).Example(i)
		t.Run(fmt.Sprint(i, " ", d.words), func(t *testing.T) {
			t.Parallel()
			d.job.asked = overrides(t, d.words)
			t.Logf("options %+v", d.job.options)
			holds(t, d.job, all...)
		})
	}
}

// asked is a run under what a user asks for: "loss 10%, delay 10ms".
func asked(t *testing.T, words string) job {
	t.Helper()
	j := asItIs("")
	j.asked = overrides(t, words)
	return j
}

func overrides(t *testing.T, words string) (o link.Overrides) {
	t.Helper()
	for setting := range strings.SplitSeq(words, ", ") {
		var err error
		switch name, value, _ := strings.Cut(setting, " "); name {
		case "": // nothing is asked for
		case "preset":
			err = o.Preset(value)
		default:
			err = o.Set(name, value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// holds runs experiments as a job asks, and holds what they measure and all
// claims against theory.
func holds(t *testing.T, j job, ids ...string) {
	t.Helper()
	results := result.Results{}
	for _, id := range ids {
		j.id = id
		results[id] = j.result(t)
		for _, m := range results[id].Measurements {
			labtest.Within(t, results[id], m.ID)
		}
	}
	for _, id := range ids {
		for _, claim := range find(id).Claims {
			if c := claim.Decide(results); !c.AsExpected() {
				t.Errorf("claim %s: %s, because %s", c.ID, c.Verdict, c.Because)
			}
		}
	}
}

// choices are values that a user may ask for, of each condition.
var choices = map[string][]string{
	"loss":      {"0.1%", "1%", "3%", "10%", "20%", "30%", "50%"},
	"burst":     {"1%/3", "5%/4", "10%/2", "2%/8"},
	"exact":     {"1/10", "1/100", "3/20", "1/3"},
	"delay":     {"0s", "1ms", "5ms", "50ms", "120ms", "300ms", "1s", "2s"},
	"jitter":    {"1ms", "5ms", "20ms"},
	"rate":      {"100kbit", "1mbit", "5mbit", "20mbit", "50mbit"},
	"limit":     {"1", "5", "20", "100", "1000"},
	"duplicate": {"1%", "10%", "50%"},
	"reorder":   {"5%", "25%", "50%"},
	"corrupt":   {"0.5%", "5%", "10%"},
	"preset":    {"lan", "wifi", "dsl", "lte", "satellite"},
}

// kinds are the conditions to choose from, one of each kind at most. A preset
// comes first: what stands behind it counts.
var kinds = [][]string{
	{"preset"}, {"loss", "burst", "exact"}, {"delay"}, {"jitter"}, {"rate"}, {"limit"}, {"duplicate"}, {"reorder"},
	{"corrupt"},
}

// draw is a job under conditions in words.
type draw struct {
	job   job
	words string
}

// anyDraw draws what a user may ask for.
func anyDraw(r *rapid.T) draw {
	j := asItIs("")
	j.options.Seed = rapid.Uint64Range(1, 1e6).Draw(r, "seed")
	j.options.Congestion = one(r, "congestion", "cubic", "cubic", "reno")
	j.options.Size = one(r, "size", usualSize, usualSize, 16, 1400, 1473, 4000)
	var words []string
	for _, kind := range kinds {
		if one(r, kind[0]+" asked", false, false, true) {
			name := one(r, "which", kind...)
			words = append(words, name+" "+one(r, name, choices[name]...))
		}
		if kind[0] == "reorder" && slices.Contains(words, "delay 0s") {
			words = slices.DeleteFunc(words, func(w string) bool { return strings.HasPrefix(w, "reorder") }) // refused
		}
	}
	return draw{j, strings.Join(words, ", ")}
}
