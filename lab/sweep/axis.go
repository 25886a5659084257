package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"echolab/lab/text"
)

// Axis is what is changed from point to point: a condition of the wire, or an option.
type Axis struct {
	Name   string      `json:"name"`
	Unit   text.Phrase `json:"unit,omitempty"` // of the numbers; "" for numbers that have none, and for words
	Values []Value     `json:"values"`
}

// Value is one value of an axis.
type Value struct {
	Text   string   `json:"text"`             // as its flag takes it: "2%", "reno"
	Number *float64 `json:"number,omitempty"` // in the unit of the axis; none for a word
}

// IsNumber reports whether the values are numbers.
func (a Axis) IsNumber() bool { return a.Values[0].Number != nil }

// mostValues bounds the values of one axis.
const mostValues = 500

var (
	errForm     = errors.New(`it is not NAME=FROM:TO:STEP, NAME=FROM:TO or NAME=VALUE,VALUE`)
	errNever    = errors.New("the range never ends: its step leads away from its end, or nowhere")
	errTooMany  = fmt.Errorf("it has more than %d values", mostValues)
	errBackward = errors.New("the range ends before it begins")
)

// ParseAxis reads an axis as --over takes it. A range with a step has its end only if
// the steps come to it; without a step it has ten equal ones, or values as 1, 2, 5, 10
// where its end is ten times its beginning or more.
func ParseAxis(asked string) (Axis, error) {
	name, list, ok := strings.Cut(asked, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" || strings.TrimSpace(list) == "" {
		return Axis{}, errForm
	}
	k, err := kindOf(name)
	if err != nil {
		return Axis{}, err
	}
	a := Axis{Name: name, Unit: k.unit}
	if parts := strings.Split(list, ":"); len(parts) > 1 && k.numeric {
		a.Values, err = k.between(parts)
	} else {
		a.Values, err = k.listed(list)
	}
	return a, err
}

// listed are values with commas between them.
func (k kind) listed(list string) ([]Value, error) {
	var all []Value
	for one := range strings.SplitSeq(list, ",") {
		v, err := k.read(strings.TrimSpace(one))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(old Value) bool { return old.Text == v.Text }) {
			return nil, fmt.Errorf("it has %s twice", v.Text)
		}
		if all = append(all, v); len(all) > mostValues {
			return nil, errTooMany
		}
	}
	if k.numeric {
		slices.SortFunc(all, func(a, b Value) int { return cmp.Compare(*a.Number, *b.Number) })
	}
	return all, nil
}

// between are the values of a range.
func (k kind) between(parts []string) ([]Value, error) {
	if len(parts) > 3 {
		return nil, errForm
	}
	var ends [2]float64
	for i := range ends {
		v, err := k.read(strings.TrimSpace(parts[i]))
		if err != nil {
			return nil, err
		}
		ends[i] = *v.Number
	}
	if ends[1] < ends[0] {
		return nil, errBackward
	}
	numbers := spread(ends[0], ends[1], k.whole)
	if len(parts) == 3 {
		step, err := k.readStep(strings.TrimSpace(parts[2]))
		if err == nil {
			numbers, err = stepped(ends[0], ends[1], step)
		}
		if err != nil {
			return nil, err
		}
	}
	values := make([]Value, len(numbers))
	for i, n := range numbers {
		values[i] = k.of(n)
	}
	return values, nil
}

// readStep reads the step of a range.
func (k kind) readStep(s string) (float64, error) {
	switch {
	case isZero(s):
		return 0, errNever // whatever a value may be
	case k.step != nil:
		return k.step(s)
	}
	v, err := k.read(s)
	if err != nil {
		return 0, err
	}
	return *v.Number, nil
}

// broken reports whether an axis is none: it was read from a file.
func (a Axis) broken() bool {
	words := func(v Value) bool { return v.Number == nil }
	return len(a.Values) == 0 || slices.ContainsFunc(a.Values, words) && slices.ContainsFunc(a.Values, Value.isNumber)
}

func (v Value) isNumber() bool { return v.Number != nil }
