package checks

import (
	"slices"
	"testing"

	"echolab/lab/grade"
)

// bugMost is what one bug may cost, unless nothing is left to be graded.
const bugMost = 40

// TestPointsOfABug adds up what a bug costs that fails one check: its points, and
// those of the checks that need it. Only where all that is known to fail there
// answers nothing may it be more than bugMost.
func TestPointsOfABug(t *testing.T) {
	all := allKnown(t)
	for _, a := range All() {
		if a.Kind != grade.Server {
			continue
		}
		for _, c := range a.Checks {
			alive := func(k known) bool { return slices.Contains(k.Fails, c.ID) && !k.Mute }
			if cost := costOf(a, c.ID); cost > bugMost && slices.ContainsFunc(all, func(k known) bool {
				return k.Assignment == a.ID && alive(k)
			}) {
				t.Errorf("%s: a bug that fails %s costs %d points, want at most %d", a.ID, c.ID, cost, bugMost)
			}
		}
	}
}

// costOf is the points of a check, and of those that need it.
func costOf(a grade.Assignment, id string) int {
	cost := 0
	for _, c := range a.Checks {
		needed := closure(a, []string{c.ID}).Checks
		if slices.ContainsFunc(needed, func(n grade.Check) bool { return n.ID == id }) {
			cost += c.Points
		}
	}
	return cost
}

// judgePoints wants a bug to cost its own points and few others.
func (g graded) judgePoints(t *testing.T) {
	t.Helper()
	a, _ := Find(g.Assignment)
	lost := g.result.Max - g.result.Score
	if a.Kind == grade.Server && lost > bugMost != g.Mute {
		explain(t, g.result)
		t.Errorf("%d points lost, want more than %d only of a program that %sBUG (%v)", lost, bugMost, mute, g.Mute)
	}
}

// TestEveryKindInThreeLanguages wants each thing that a server is checked for to
// have been got wrong in every language.
func TestEveryKindInThreeLanguages(t *testing.T) {
	languages := map[string]map[string]bool{}
	for _, k := range allKnown(t) {
		a, _ := Find(k.Assignment)
		for _, id := range k.Fails {
			if a.Kind != grade.Server {
				continue
			}
			key := a.Network + " " + id
			if languages[key] == nil {
				languages[key] = map[string]bool{}
			}
			languages[key][k.Language] = true
		}
	}
	for kind, in := range languages {
		if len(in) < len(endings) {
			t.Errorf("%s: known-bad programs in %v only", kind, in)
		}
	}
}
