package report

import (
	"slices"
	"strings"

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

// summary counts the claims by verdict, and the rows of the documents' table
// that are not among the decided ones.
func (b *builder) summary(decided int) []string {
	var counts, sentences []string
	for _, v := range verdicts {
		n, format := 0, v.many
		for _, c := range b.r.Claims {
			if c.Verdict == v.verdict {
				n++
			}
		}
		if n == 1 {
			format = v.one
		}
		if n > 0 {
			counts = append(counts, b.Sayf(format, n))
		}
	}
	if len(counts) > 0 {
		tally := b.Sayf("Claims of the documents: %s", strings.Join(counts, ", "))
		if !b.o.Claims {
			tally += " " + text.Together(b.Say("(see --claims)"))
		}
		sentences = append(sentences, tally)
	}
	if all := len(b.r.Documents); all > decided {
		sentences = append(sentences, b.Sayf(
			"Rows of the documents' table that need other experiments: %d of %d (lab compare runs all)", all-decided, all))
	}
	return sentences
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

// sentence tells a claim's verdict and the reason.
func (c claimRow) sentence() string { return c.id + " " + c.word + ": " + c.because }

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
	var all []string
	var alike [][]warning // by the format that they share
	for _, e := range b.r.Experiments {
		all = append(all, b.cutOff(e)...)
		for _, w := range e.Warnings {
			alike = noted(alike, warning{w.Phrase, b.Text(w), []string{text.Together(b.name(e))}})
		}
	}
	for _, list := range alike {
		all = append(all, b.gathered(list)...)
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
				lines = append(lines, b.Sayf("%s, %s cut off: %s", b.name(e), head(t), why))
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
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
	format text.Phrase
	text   string
	in     []string
}

// noted adds a warning to those of its format.
func noted(alike [][]warning, w warning) [][]warning {
	for i, list := range alike {
		if list[0].format != w.format {
			continue
		}
		if same := slices.IndexFunc(list, func(o warning) bool { return o.text == w.text }); same >= 0 {
			list[same].in = append(list[same].in, w.in...)
			return alike
		}
		alike[i] = append(list, w)
		return alike
	}
	return append(alike, []warning{w})
}

// gathered writes warnings of one format: each, unless they are many.
func (b *builder) gathered(list []warning) []string {
	const many = 3
	if len(list) >= many {
		var others []string
		for _, one := range list[1:] {
			others = append(others, one.in...)
		}
		return []string{b.Sayf("%s (in %s; with other figures also in %s)", list[0].text, b.some(list[0].in), b.some(others))}
	}
	var lines []string
	for _, one := range list {
		lines = append(lines, b.Sayf("%s (in %s)", one.text, b.some(one.in)))
	}
	return lines
}

// some names the first few of a list.
func (b *builder) some(names []string) string {
	const few = 3
	if len(names) <= few {
		return strings.Join(names, "; ")
	}
	return b.Sayf("%s and %d more", strings.Join(names[:few], "; "), len(names)-few)
}
