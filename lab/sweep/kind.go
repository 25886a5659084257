package sweep

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
)

// kind is how the values of one axis are read and written.
type kind struct {
	unit    text.Phrase
	numeric bool
	whole   bool   // its numbers are
	suffix  string // of a number as its flag takes it: "%", "ms"
	read    func(string) (Value, error)
	step    func(string) (float64, error) // reads a step of a range; nil reads it as a value
}

// of is a number as a value.
func (k kind) of(n float64) Value {
	return Value{strconv.FormatFloat(n, 'g', -1, 64) + k.suffix, &n}
}

// The options that are axes, beside the conditions, by their names.
const (
	AxisMessages   = "messages"
	AxisSize       = "size"
	AxisCongestion = "congestion"
	AxisTransport  = "transport"
	AxisPreset     = "preset"
)

var optionAxes = []string{AxisMessages, AxisSize, AxisCongestion, AxisTransport, AxisPreset}

// Bounds of options that are numbers: those of their flags.
var bounds = map[string]struct {
	least, most int
	unit        text.Phrase
}{
	AxisMessages: {1, testbed.MostMessages, ""},
	AxisSize:     {testbed.HeaderSize, theory.LargestDatagram, "bytes"},
}

// AxisNames are all that an axis can be called.
func AxisNames() []string {
	names := slices.DeleteFunc(link.Names(), func(name string) bool { return name == "drop" })
	return append(names, optionAxes...)
}

// kindOf is the kind of an axis.
func kindOf(name string) (kind, error) {
	switch name {
	case AxisMessages, AxisSize:
		return wholeNumbers(name), nil
	case AxisCongestion, AxisTransport, AxisPreset:
		return kind{read: func(s string) (Value, error) { return word(s) }}, nil
	case "drop":
		return kind{}, errors.New("drop is not an axis: a list of packets has no order")
	}
	row, err := link.Named(name)
	if err != nil {
		return kind{}, fmt.Errorf("%q is not an axis: they are %s", name, strings.Join(AxisNames(), ", "))
	}
	return conditionKind(row), nil
}

func word(s string) (Value, error) {
	if s == "" {
		return Value{}, errForm
	}
	return Value{Text: s}, nil
}

// wholeNumbers are the values of an option.
func wholeNumbers(name string) kind {
	b := bounds[name]
	k := kind{unit: b.unit, numeric: true, whole: true}
	k.read = func(s string) (Value, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < b.least || n > b.most {
			return Value{}, fmt.Errorf("%q is not a whole number from %d to %d", s, b.least, b.most)
		}
		return k.of(float64(n)), nil
	}
	k.step = func(s string) (float64, error) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, fmt.Errorf("%q is not a whole number", s)
		}
		return float64(n), nil
	}
	return k
}

// suffixes of numbers, as the flags of conditions take them, by the unit of reports.
var suffixes = map[text.Phrase]string{"%": "%", "ms": "ms", "Mbit/s": "mbit", "packets": ""}

// conditionKind is how a condition's values are read: by its own parser.
func conditionKind(row link.Condition) kind {
	if row.Unit == "" {
		return kind{read: func(s string) (Value, error) {
			_, err := conditionsWith(row.Name, s)
			return Value{Text: s}, err
		}}
	}
	k := kind{unit: row.Unit, numeric: true, whole: row.Unit == "packets", suffix: suffixes[row.Unit]}
	k.read = func(s string) (Value, error) {
		c, err := conditionsWith(row.Name, s)
		if err != nil {
			return Value{}, err
		}
		number, _ := c.Words()[row.Key].(float64)
		number = rounded(number * row.Scale)
		if number == 0 && (row.Name == "rate" || row.Name == "limit") {
			return Value{}, fmt.Errorf("%s is no bound, and so has no place on the axis", s)
		}
		if math.IsNaN(number) || math.IsInf(number, 0) {
			return Value{}, fmt.Errorf("%q is not a number", s)
		}
		return k.of(number), nil
	}
	return k
}

// conditionsWith are conditions of which one is set.
func conditionsWith(name, value string) (link.Conditions, error) {
	var o link.Overrides
	if err := o.Set(name, value); err != nil {
		return link.Conditions{}, err
	}
	c, _ := o.Apply(link.Conditions{}, link.Conditions{})
	return c, nil
}
