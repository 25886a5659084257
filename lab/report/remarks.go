package report

import (
	"slices"
	"strings"

	"echolab/lab/networks/localhost"
	"echolab/lab/result"
	"echolab/lab/text"
)

// verdicts in the order in which they are counted.
var verdicts = []struct {
	verdict   result.Verdict
	one, many text.Phrase // formats with the number of claims
}{
	{result.Holds, "%d holds", "%d hold"},
	{result.Refuted, "%d refuted", "%d refuted"},
	{result.Depends, "%d depends", "%d depend"},
	{result.Untested, "%d untested", "%d untested"},
}

// tally counts the claims by verdict, or is "" where there are none.
func (b *builder) tally() string {
	counts := map[result.Verdict]int{}
	for _, c := range b.r.Claims {
		counts[c.Verdict]++
	}
	var parts []string
	for _, v := range verdicts {
		switch n := counts[v.verdict]; n {
		case 0:
		case 1:
			parts = append(parts, b.Sayf(v.one, n))
		default:
			parts = append(parts, b.Sayf(v.many, n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	tally := b.Sayf("Claims of the documents: %s", strings.Join(parts, ", "))
	if !b.o.Claims {
		tally += " " + b.Say("(see --claims)")
	}
	return tally
}

// named are the claims that a reader should hear of without asking: those that
// are refuted or not judged as theory expects, and those that a value which was
// cut off leaves undecided.
func (b *builder) named() []claimRow {
	var rows []claimRow
	for _, c := range b.r.Claims {
		if c.Verdict == result.Refuted || !c.AsExpected() || c.Verdict == result.Untested && b.cutShort(c) {
			row := b.claim(c)
			row.word += b.agreement(c)
			rows = append(rows, row)
		}
	}
	return rows
}

// agreement says whether theory agrees with a verdict, where it has a word in it.
func (b *builder) agreement(c result.ClaimResult) string {
	switch {
	case !c.AsExpected():
		return b.Say(", against theory")
	case c.Verdict == c.Expected:
		return b.Say(", as theory expects")
	}
	return ""
}

// cutShort reports whether the experiments of a claim all ran, and some value
// of them was cut off.
func (b *builder) cutShort(c result.ClaimResult) bool {
	cut := false
	for _, id := range c.Experiments {
		e := b.r.Of(id)
		if e == nil || e.Error != "" {
			return false
		}
		cut = cut || slices.ContainsFunc(e.Measurements, func(m result.Measurement) bool { return len(m.CutOff) > 0 })
	}
	return cut
}

// warnings are those of all experiments, then those of the report. One that
// several experiments share is printed once; of those that only differ in their
// figures the first is printed whole.
func (b *builder) warnings() []string {
	var formats []text.Phrase
	var all []string
	about := map[text.Phrase][]warning{} // by format
	for _, e := range b.r.Experiments {
		all = append(all, b.cutOff(e)...)
		for _, w := range e.Warnings {
			if about[w.Phrase] == nil {
				formats = append(formats, w.Phrase)
			}
			about[w.Phrase] = noted(about[w.Phrase], b.Text(w), e.ID)
		}
	}
	for _, format := range formats {
		all = append(all, b.gathered(about[format])...)
	}
	for _, w := range b.r.Warnings {
		if !b.shown(w) {
			all = append(all, b.Text(w))
		}
	}
	return all
}

// cutOff says which values of an experiment are not the answer, and why: once
// for all that one reason cut off.
func (b *builder) cutOff(e *result.Result) []string {
	var lines []string
	for _, m := range e.Measurements {
		for _, t := range b.transports {
			if why, cut := m.CutOff[t]; cut {
				line := b.Sayf("%s, cut off: %s", b.Text(e.Title), b.Sayf("%s: %s", head(t), b.Text(why)))
				if !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// shown reports whether a warning only says what the table of experiments says
// already: why one of them did not run.
func (b *builder) shown(w text.Message) bool {
	return slices.ContainsFunc(b.r.Experiments, func(e *result.Result) bool {
		return e.Error != "" && w.String() == text.Sayf("%s did not run: %s", e.ID, e.Error).String()
	})
}

// warning is what was warned of, and the experiments that it was given in.
type warning struct {
	text string
	ids  []string
}

// noted is the list with one more warning.
func noted(list []warning, content, id string) []warning {
	for i := range list {
		if list[i].text == content {
			list[i].ids = append(list[i].ids, id)
			return list
		}
	}
	return append(list, warning{content, []string{id}})
}

// gathered writes warnings of one format: each, unless they are many.
func (b *builder) gathered(list []warning) []string {
	const many = 3
	var lines, others []string
	for i, one := range list {
		if i > 0 && len(list) >= many {
			others = append(others, one.ids...)
			continue
		}
		lines = append(lines, b.Sayf("%s: %s", b.some(one.ids), one.text))
	}
	if len(others) > 0 {
		lines[0] += " " + b.Sayf("(likewise, with other figures: %s)", b.some(others))
	}
	return lines
}

// some names the first few of a list.
func (b *builder) some(ids []string) string {
	const few = 3
	if len(ids) <= few {
		return strings.Join(ids, ", ")
	}
	return b.Sayf("%s and %d more", strings.Join(ids[:few], ", "), len(ids)-few)
}

// next says what to run next: what the caller chose, or what leads on from
// the first experiment that did not run or is not as expected, or else from
// the one that shows most.
func (b *builder) next() string {
	switch {
	case b.o.Quiet:
		return ""
	case !b.o.Next.IsZero():
		return b.Text(b.o.Next)
	case len(b.r.Experiments) == 0:
		return b.Sayf("Next: %s", "lab list")
	}
	var commands []string
	for _, command := range b.steps() {
		commands = append(commands, text.Together(command))
	}
	return b.Sayf("Next: %s", strings.Join(commands, dot))
}

// steps are commands that lead on.
func (b *builder) steps() []string {
	odd := slices.IndexFunc(b.r.Experiments, func(e *result.Result) bool {
		return e.Error != "" || slices.ContainsFunc(e.Measurements, func(m result.Measurement) bool {
			return outsideOf(m, b.transports) != nil
		})
	})
	if odd >= 0 {
		e := b.r.Experiments[odd]
		return append([]string{"lab explain " + e.ID}, b.trace(e)...)
	}
	e := b.telling()
	steps := append(b.trace(e), "lab explain "+e.ID)
	switch {
	case len(b.r.Experiments) > 1:
		steps = append(steps, "lab predict "+e.ID)
	case b.o.Details:
	case b.o.Again != "":
		steps = append(steps, b.o.Again+" --details")
	default:
		steps = append(steps, "lab compare "+e.ID+" --details")
	}
	return steps
}

// telling is the experiment to go on with: the one that shows most, if it is
// among them, else one whose packets can be drawn.
func (b *builder) telling() *result.Result {
	if e := b.r.Of("loss"); e != nil {
		return e
	}
	for _, e := range b.r.Experiments {
		if len(b.trace(e)) > 0 {
			return e
		}
	}
	return b.r.Experiments[0]
}

// trace is the command that draws an experiment's packets; none where nothing
// passed over a wire.
func (b *builder) trace(e *result.Result) []string {
	switch {
	case e.Network == localhost.Localhost.Name || e.Network == "":
		return nil
	case len(b.r.Experiments) == 1 && b.o.Trace != "":
		return []string{b.o.Trace}
	}
	return []string{"lab trace " + e.ID}
}
