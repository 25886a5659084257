package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// part is a field of a plan in which two may differ.
type part struct {
	name string
	of   func(Plan) any
}

// parts of a plan, the most telling first.
var parts = []part{
	{"the version of the lab", func(p Plan) any { return p.Lab }},
	{"the experiment", func(p Plan) any { return p.Experiment }},
	{"the network", func(p Plan) any { return p.Network }},
	{"the seed", func(p Plan) any { return p.Options.Seed }},
	{"the number of repetitions", func(p Plan) any { return p.Seeds }},
	{"the axes", func(p Plan) any { return axesOf(p) }},
	{"the conditions", func(p Plan) any { return p.Conditions }},
	{"the measurements", func(p Plan) any { return p.Measure }},
	{"the options", func(p Plan) any { return p.Options }},
	{"the machine", func(p Plan) any { return p.Machine }},
	{"the command", func(p Plan) any { return p.Command }},
}

// axesOf tells the axes in few words.
func axesOf(p Plan) []string {
	var all []string
	for _, a := range p.Axes {
		first, last := a.Values[0].Text, a.Values[len(a.Values)-1].Text
		all = append(all, fmt.Sprintf("%s of %d values from %s to %s", a.Name, len(a.Values), first, last))
	}
	return all
}

// Differs says in what another plan is another one; "" if it is the same.
func (p Plan) Differs(q Plan) string {
	if same(p, q) {
		return ""
	}
	for _, one := range parts {
		if mine, other := one.of(p), one.of(q); !same(mine, other) {
			return fmt.Sprintf("%s: %v, not %v", one.name, inWords(other), inWords(mine))
		}
	}
	return "the values of the axes"
}

// same compares as the file does: a number that was read is a number that was written.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	y, other := json.Marshal(b)
	return err == nil && other == nil && bytes.Equal(x, y)
}

// inWords writes what differs, as the file has it.
func inWords(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// Merge puts the runs of another sweep with the same plan into this one. A run that
// both have must be the same.
func (s *Sweep) Merge(other *Sweep) error {
	if differs := s.Differs(other.Plan); differs != "" {
		return fmt.Errorf("it is of another sweep: %s", differs)
	}
	for _, run := range other.Runs {
		at, found := s.place(run.Point, run.Repetition)
		switch {
		case !found:
			s.Runs = slices.Insert(s.Runs, at, run)
		case !reflect.DeepEqual(s.Runs[at], run):
			return fmt.Errorf("it found something else at %s with seed %d", s.fates(s.At(run.Point)), run.Seed)
		}
	}
	for _, r := range other.Rows {
		s.tell(r)
	}
	return nil
}
