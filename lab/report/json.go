package report

import (
	"encoding/json"
	"io"
	"maps"
	"math"

	"echolab/lab/result"
)

// writeJSON writes the report in the form of schema lab.report/1, indented.
func writeJSON(w io.Writer, r *result.Report, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(filled(r))
}

// filled is a copy of the report in which every list and map exists, as the
// schema wants it, and every number is one that JSON can write.
func filled(r *result.Report) *result.Report {
	c := *r
	c.Environment.Networks = mapped(c.Environment.Networks)
	c.Options.Transports = listed(c.Options.Transports)
	c.Warnings, c.Conclusions = listed(c.Warnings), listed(c.Conclusions)
	c.Experiments = make([]*result.Result, len(r.Experiments))
	for i, e := range r.Experiments {
		c.Experiments[i] = filledResult(e)
	}
	c.Documents = listed(c.Documents)
	for i, d := range c.Documents {
		d.Says, d.Measured, d.Experiments = mapped(d.Says), mapped(d.Measured), listed(d.Experiments)
		c.Documents[i] = d
	}
	c.Claims = listed(c.Claims)
	for i := range c.Claims {
		c.Claims[i].Experiments = listed(c.Claims[i].Experiments)
	}
	return &c
}

func filledResult(e *result.Result) *result.Result {
	c := *e
	c.Conditions, c.Claims = mapped(c.Conditions), listed(c.Claims)
	c.References, c.Warnings = listed(c.References), listed(c.Warnings)
	c.Seconds = finiteOr(c.Seconds, 0)
	c.Measurements = listed(c.Measurements)
	for i, m := range c.Measurements {
		m.Values, m.Expected = finiteValues(mapped(m.Values)), finiteValues(m.Expected)
		m.Low, m.High = finite(m.Low), finite(m.High)
		m.Spread = maps.Clone(m.Spread)
		maps.DeleteFunc(m.Spread, func(_ string, s result.Spread) bool { return !isFinite(s.Min) || !isFinite(s.Max) })
		c.Measurements[i] = m
	}
	return &c
}

// listed is a copy of a list that is never null.
func listed[T any](list []T) []T { return append(make([]T, 0, len(list)), list...) }

// mapped is the map, or an empty one in place of null.
func mapped[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// notANumber is written where a measurement is none.
const notANumber = "not a number"

func finiteValues(m map[string]result.Value) map[string]result.Value {
	c := maps.Clone(m)
	for t, v := range c {
		c[t] = finiteValue(v)
	}
	return c
}

// finiteValue is a value that JSON can write, which knows no infinities.
func finiteValue(v result.Value) result.Value {
	if v.Word == "" && !isFinite(v.Number) {
		return result.Word(notANumber)
	}
	return v
}

// finite leaves out bounds that are none: a range that is open on that side.
func finite(m map[string]float64) map[string]float64 {
	c := maps.Clone(m)
	maps.DeleteFunc(c, func(_ string, v float64) bool { return !isFinite(v) })
	return c
}

func isFinite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func finiteOr(v, otherwise float64) float64 {
	if isFinite(v) {
		return v
	}
	return otherwise
}
