package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"echolab/lab/result"
	"echolab/lab/text"
)

// Against is a copy of report now that tells how it differs from report was:
// every measurement's Baseline, every verdict that was another, what is gone,
// and warnings where the two were not made alike, so that a difference may
// mean something else than it seems. Neither report is changed.
func Against(now, was *result.Report) *result.Report {
	c := *now
	c.Baseline = &result.Baseline{Environment: was.Environment, Options: was.Options, Gone: gone(now, was)}
	c.Warnings = slices.Clone(now.Warnings)
	c.Experiments = make([]*result.Result, len(now.Experiments))
	for i, e := range now.Experiments {
		c.Experiments[i] = against(e, find(was, e.ID))
	}
	if others := differences(now, was); len(others) > 0 {
		c.Warnings = append(c.Warnings, text.Sayf("the baseline was made otherwise, so changes may mislead: %s", enumerated(others)))
	}
	if now.Options.Runs < 2 && was.Options.Runs < 2 && anyNumber(c.Experiments) {
		c.Warnings = append(c.Warnings, text.Sayf("without several runs nobody knows how large noise is, and a change may be noise: try --runs 5, for the baseline too"))
	}
	judgedAgain(&c, was)
	return &c
}

// find is the report's result of that experiment, or nil.
func find(r *result.Report, id string) *result.Result {
	for _, e := range r.Experiments {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// against is a copy of a result that tells how it differs from an earlier one,
// which may be nil.
func against(now, was *result.Result) *result.Result {
	c := *now
	c.Warnings = append(slices.Clone(now.Warnings), madeOtherwise(now, was)...)
	c.Measurements = slices.Clone(now.Measurements)
	for i := range c.Measurements {
		m := &c.Measurements[i]
		m.Baseline = make(map[string]result.Change, len(m.Values))
		for t := range m.Values {
			m.Baseline[t] = change(m, was.Find(m.ID), t)
		}
	}
	return &c
}

// change compares one transport's values. A number in another unit is another
// measurement.
func change(now, was *result.Measurement, transport string) result.Change {
	if was == nil || was.Unit != now.Unit {
		return result.Change{Kind: result.New}
	}
	before, ok := was.Values[transport]
	if !ok {
		return result.Change{Kind: result.New}
	}
	v, before := finiteValue(now.Values[transport]), finiteValue(before)
	c := result.Change{Kind: result.Changed, Was: &before}
	switch {
	case v == before:
		c.Kind = result.Same
	case v.Word != "" || before.Word != "":
	case allowed(now, transport, v.Number) && allowed(now, transport, before.Number),
		among(now, transport, before.Number), among(was, transport, v.Number):
		c.Kind = result.Noise
	}
	return c
}

// allowed reports whether theory allows a value. A range that is open on one
// side says nothing about how much noise is usual.
func allowed(m *result.Measurement, transport string, v float64) bool {
	low, bounded := m.Low[transport]
	high, alsoBounded := m.High[transport]
	return bounded && alsoBounded && isFinite(low) && isFinite(high) && low <= v && v <= high
}

// among reports whether a value lies among those of several runs.
func among(m *result.Measurement, transport string, v float64) bool {
	s, ok := m.Spread[transport]
	return ok && s.Min <= v && v <= s.Max
}

// anyNumber reports whether a number changed by more than theory explains.
func anyNumber(experiments []*result.Result) bool {
	for _, e := range experiments {
		for _, m := range e.Measurements {
			for t, c := range m.Baseline {
				if c.Kind == result.Changed && c.Was.Word == "" && m.Values[t].Word == "" {
					return true
				}
			}
		}
	}
	return false
}

// madeOtherwise tells what makes two results of one experiment hard to compare.
func madeOtherwise(now, was *result.Result) []text.Message {
	switch {
	case was == nil:
		return nil
	case was.Error != "":
		return []text.Message{text.Sayf("did not run in the baseline")}
	}
	var texts []text.Message
	if now.Network != was.Network {
		texts = append(texts, text.Sayf("the baseline ran on network %s", was.Network))
	}
	if !alike(now.Conditions, was.Conditions) {
		under := enumerated(conditionTexts(was.Conditions))
		if under.IsZero() {
			under = text.Sayf("no conditions")
		}
		texts = append(texts, text.Sayf("the baseline ran under %s", under))
	}
	return texts
}

// alike reports whether conditions are the same once they are written.
func alike(a, b map[string]any) bool {
	one, err := json.Marshal(mapped(a))
	other, otherErr := json.Marshal(mapped(b))
	return err == nil && otherErr == nil && bytes.Equal(one, other)
}

// differences are the options and the parts of the environment that make
// figures differ, and are not the same. The seed decides only about chance.
func differences(now, was *result.Report) []text.Message {
	count := func(n int) string { return thousands(float64(n)) }
	o, p, e, f := now.Options, was.Options, now.Environment, was.Environment
	var texts []text.Message
	for _, d := range []struct {
		what     text.Message
		now, was string
	}{
		{text.Sayf("messages sent"), count(o.Messages), count(p.Messages)},
		{text.Sayf("bytes a message"), count(o.Size), count(p.Size)},
		{text.Sayf("quick"), strconv.FormatBool(o.Quick), strconv.FormatBool(p.Quick)},
		{text.Sayf("congestion control asked for"), o.Congestion, p.Congestion},
		{text.Sayf("transports"), strings.Join(o.Transports, ","), strings.Join(p.Transports, ",")},
		{text.Sayf("the system's congestion control"), e.CongestionControl, f.CongestionControl},
		{text.Sayf("system"), e.OS + "/" + e.Arch, f.OS + "/" + f.Arch},
		{text.Sayf("kernel"), e.Kernel, f.Kernel},
		{text.Sayf("CPUs"), count(e.CPUs), count(f.CPUs)},
		{text.Sayf("Go"), e.Go, f.Go},
	} {
		if d.now != d.was {
			texts = append(texts, text.Sayf("%s %s (was %s)", d.what, orUnknown(d.now), orUnknown(d.was)))
		}
	}
	return texts
}

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

// gone is what only the earlier report measured. Where an experiment did not
// run now, the report says that already.
func gone(now, was *result.Report) []result.Gone {
	lost := []result.Gone{}
	for _, e := range was.Experiments {
		here := find(now, e.ID)
		switch {
		case here == nil:
			lost = append(lost, result.Gone{Experiment: e.ID})
			continue
		case here.Error != "":
			continue
		}
		for _, m := range e.Measurements {
			if n := here.Find(m.ID); n == nil || n.Unit != m.Unit {
				lost = append(lost, result.Gone{Experiment: e.ID, Measurement: m.ID})
			}
		}
	}
	return lost
}

// judgedAgain notes the verdicts that were others before. A verdict counts
// only where all that it rests on ran on both sides.
func judgedAgain(now, was *result.Report) {
	ran := func(ids []string) bool {
		return !slices.ContainsFunc(ids, func(id string) bool { return !succeeded(now, id) || !succeeded(was, id) })
	}
	now.Claims, now.Documents = slices.Clone(now.Claims), slices.Clone(now.Documents)
	for i := range now.Claims {
		c := &now.Claims[i]
		for _, before := range was.Claims {
			if before.ID == c.ID && before.Verdict != c.Verdict && ran(c.Experiments) {
				c.Was = before.Verdict
			}
		}
	}
	for i := range now.Documents {
		d := &now.Documents[i]
		for _, before := range was.Documents {
			if before.Row == d.Row && before.Source == d.Source && before.Verdict != d.Verdict && ran(d.Experiments) {
				d.Was = before.Verdict
			}
		}
	}
}

func succeeded(r *result.Report, id string) bool {
	e := find(r, id)
	return e != nil && e.Error == ""
}
