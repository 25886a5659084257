package report

import (
	"fmt"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// closing is what it all comes to.
func (b *builder) closing() {
	b.heading("")
	for _, sentence := range []string{b.tally(), b.beyond()} {
		if sentence != "" {
			b.line(line{text: sentence})
		}
	}
	for _, c := range b.r.Claims {
		// A reader should hear of these without asking.
		if c.Verdict == result.Refuted || !c.AsExpected() || c.Verdict == result.Untested && b.cutShort(c) {
			v := b.verdict(c.Verdict)
			mark, word, _ := strings.Cut(v.text, " ")
			sentence := c.ID + " " + word + b.agreement(c) + ": " + b.Text(c.Because)
			b.line(line{mark: mark + " ", text: sentence, style: v.style})
		}
	}
	if len(b.r.Conclusions) > 0 {
		b.heading(b.Say("In short"))
	}
	for _, c := range b.r.Conclusions {
		b.line(line{mark: "- ", text: b.Text(c)})
	}
	if !b.o.Quiet {
		b.line(line{text: b.next(), style: text.Bold})
	}
}

// tally counts the claims by verdict, or is "" where there are none.
func (b *builder) tally() string {
	counts := map[result.Verdict]int{}
	for _, c := range b.r.Claims {
		counts[c.Verdict]++
	}
	var parts []string
	for _, v := range []result.Verdict{result.Holds, result.Refuted, result.Depends, result.Untested} {
		if counts[v] > 0 {
			parts = append(parts, text.Together(fmt.Sprint(b.Say(text.Phrase(v)), " ", counts[v])))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	tally := b.Sayf("Claims of the documents: %s", strings.Join(parts, ", "))
	if !b.o.Claims {
		tally += " " + text.Together(b.Say("(see --claims)"))
	}
	return tally
}

// beyond counts the rows of the documents' table that this run could not decide.
func (b *builder) beyond() string {
	n := 0
	for _, d := range b.r.Documents {
		if b.undecided(d) {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return b.Sayf("Rows of the documents' table that need other experiments: %d of %d (lab compare runs all)",
		n, len(b.r.Documents))
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

// warning is what was warned of, in which experiments, and in which others with
// other figures.
type warning struct {
	text       string
	in, others []string
}

// warnings are those of all experiments, then those of the report. One that
// several experiments share is printed once, and so is one whose figures alone
// differ.
func (b *builder) warnings() []string {
	var all []string
	var alike []*warning
	about := map[text.Phrase]*warning{}
	for _, e := range b.r.Experiments {
		all = append(all, b.cutOff(e)...)
		for _, m := range e.Warnings {
			content, format := b.Text(m), m.Phrase
			if format == text.Quote("").Phrase {
				format = text.Phrase(content) // the words of a system are alike in nothing
			}
			if about[format] == nil {
				about[format] = &warning{text: content}
				alike = append(alike, about[format])
			}
			about[format].note(content, text.Together(b.name(e)))
		}
	}
	for _, w := range alike {
		places := b.Sayf("in %s", b.some(w.in))
		if len(w.others) > 0 {
			places = b.Sayf("in %s; with other figures also in %s", b.some(w.in), b.some(w.others))
		}
		all = append(all, w.text+" ("+places+")")
	}
	for _, m := range b.r.Warnings {
		if !b.told(m) {
			all = append(all, b.Text(m))
		}
	}
	return all
}

// note adds an experiment with the same warning, maybe with other figures.
func (w *warning) note(content, experiment string) {
	if content == w.text {
		w.in = append(w.in, experiment)
	} else {
		w.others = append(w.others, experiment)
	}
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

// told reports whether a warning only says what the table of experiments says
// already: why one of them did not run.
func (b *builder) told(w text.Message) bool {
	return slices.ContainsFunc(b.r.Experiments, func(e *result.Result) bool {
		return e.Error != "" && w.String() == text.Sayf("%s did not run: %s", e.ID, e.Error).String()
	})
}

// some names the first few of a list.
func (b *builder) some(names []string) string {
	const few = 3
	if len(names) <= few {
		return strings.Join(names, "; ")
	}
	return b.Sayf("%s and %d more", strings.Join(names[:few], "; "), len(names)-few)
}
