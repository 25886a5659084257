package report

import (
	"strings"

	"echolab/lab"
)

// verdicts in the order in which they are counted.
var verdicts = []struct {
	verdict   lab.Verdict
	one, many string // formats with the number of claims
}{
	{lab.Holds, "%d holds", "%d hold"},
	{lab.Refuted, "%d refuted", "%d refuted"},
	{lab.Depends, "%d depends", "%d depend"},
	{lab.Untested, "%d untested", "%d untested"},
}

// tally counts the claims by verdict, or is "" where there are none.
func (b *builder) tally() string {
	counts := map[lab.Verdict]int{}
	for _, c := range b.r.Claims {
		counts[c.Verdict]++
	}
	var parts []string
	for _, v := range verdicts {
		switch n := counts[v.verdict]; n {
		case 0:
		case 1:
			parts = append(parts, b.Say(v.one, n))
		default:
			parts = append(parts, b.Say(v.many, n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	tally := b.Say("Claims of the documents: %s", strings.Join(parts, ", "))
	if !b.o.Claims {
		tally += " " + b.Say("(see --claims)")
	}
	return tally
}

// warnings are those of all experiments, then those of the report. One that
// several experiments share is printed once.
func (b *builder) warnings() []string {
	var texts []string
	from := map[string][]string{}
	for _, e := range b.r.Experiments {
		for _, w := range e.Warnings {
			text := b.Text(w)
			if from[text] == nil {
				texts = append(texts, text)
			}
			from[text] = append(from[text], e.ID)
		}
	}
	var all []string
	for _, text := range texts {
		all = append(all, b.Say("%s: %s", b.some(from[text]), text))
	}
	for _, w := range b.r.Warnings {
		all = append(all, b.Text(w))
	}
	return all
}

// some names the first few of a list.
func (b *builder) some(ids []string) string {
	const few = 3
	if len(ids) <= few {
		return strings.Join(ids, ", ")
	}
	return b.Say("%s and %d more", strings.Join(ids[:few], ", "), len(ids)-few)
}

// next says what to run next: what the caller chose, or what explains the
// first row that is not as expected, or what shows more of this.
func (b *builder) next() string {
	if b.o.Quiet {
		return ""
	}
	if !b.o.Next.IsZero() {
		return b.Text(b.o.Next)
	}
	for _, e := range b.r.Experiments {
		for _, m := range e.Measurements {
			if outsideOf(m, b.transports) != nil {
				return b.Say("Next: lab explain %s", e.ID)
			}
		}
	}
	switch {
	case len(b.r.Experiments) == 0:
		return b.Say("Next: lab list")
	case !b.o.Details:
		return b.Say("Next: lab compare %s --details", b.r.Experiments[0].ID)
	}
	return b.Say("Next: lab explain %s", b.r.Experiments[0].ID)
}
