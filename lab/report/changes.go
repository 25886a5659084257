package report

import (
	"math"
	"slices"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// proportional are the units of rates and times, of which people ask how many
// percent they changed.
var proportional = []string{"Mbit/s", "1/s", "s", "ms", "µs"}

// The changes that are no news.
const (
	same  = "="
	noise = "~"
)

// change tells how a value differs from the baseline's: "=" where it does not,
// "~" where that may be noise, else what it was or by how many percent it
// changed. It is "" where nothing was compared.
func (b *builder) change(m result.Measurement, transport string) string {
	c, ok := m.Baseline[transport]
	switch {
	case !ok:
		return ""
	case c.Kind == result.New || c.Was == nil:
		return b.Sayf("new")
	case c.Kind == result.Same:
		return same
	case c.Kind == result.Noise:
		return noise
	}
	now := m.Values[transport]
	if c.Was.Word != "" {
		return b.Sayf("was %s", b.Sayf(c.Was.Word))
	}
	if now.Word == "" && slices.Contains(proportional, m.Unit) {
		if percent := percentage(now.Number, c.Was.Number); percent != "" {
			return text.Together(percent)
		}
	}
	return text.Together(b.Sayf("was %s", number(c.Was.Number, m.Unit)))
}

// percentage is by how much a value grew or shrank, or "" where it is more
// than double or less than half, and the old value tells more.
func percentage(now, was float64) string {
	ratio := now / was
	if math.IsNaN(ratio) || ratio < 0.5 || ratio > 2 {
		return ""
	}
	sign := "+"
	if ratio < 1 {
		sign = "-"
	}
	return sign + number(100*math.Abs(ratio-1), "") + " %"
}

// compared tells in a few sentences how the report differs from the baseline.
func (b *builder) compared() []string {
	if b.r.Baseline == nil {
		return nil
	}
	sentences := []string{b.counted()}
	if verdicts := b.newVerdicts(); len(verdicts) > 0 {
		sentences = append(sentences, b.Sayf("Verdicts that changed: %s", strings.Join(verdicts, ", ")))
	}
	if gone := b.r.Baseline.Gone; len(gone) > 0 {
		names := make([]string, len(gone))
		for i, g := range gone {
			names[i] = strings.TrimSpace(g.Experiment + " " + g.Measurement)
		}
		if !b.o.Details {
			names = []string{b.some(names)}
		}
		sentences = append(sentences, b.Sayf("Only in the baseline: %s", strings.Join(names, ", ")))
	}
	return sentences
}

// counted counts the figures of all measurements by what became of them.
func (b *builder) counted() string {
	counts := map[result.ChangeKind]int{}
	for _, e := range b.r.Experiments {
		for _, m := range e.Measurements {
			for _, c := range m.Baseline {
				counts[c.Kind]++
			}
		}
	}
	return b.Sayf("Figures against the baseline: %d changed, %d perhaps by noise (~), %d the same, %d new",
		counts[result.Changed], counts[result.Noise], counts[result.Same], counts[result.New])
}

// newVerdicts lists the claims and the documents' rows that are judged
// otherwise than before.
func (b *builder) newVerdicts() []string {
	var all []string
	tell := func(what string, now, was result.Verdict) {
		if was != "" {
			all = append(all, b.Sayf("%s %s (was %s)", what, b.Sayf(string(now)), b.Sayf(string(was))))
		}
	}
	for _, d := range b.r.Documents {
		tell("“"+d.Row+"”", d.Verdict, d.Was)
	}
	for _, c := range b.r.Claims {
		tell(c.ID, c.Verdict, c.Was)
	}
	return all
}

// before is the verdict that stood there earlier, or "" where it is the same.
func (b *builder) before(was result.Verdict) string {
	if was == "" {
		return ""
	}
	return b.Sayf("was %s", b.Sayf(string(was)))
}
