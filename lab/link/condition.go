package link

import (
	"math/rand/v2"
	"reflect"

	"echolab/lab/text"
)

// Condition is one row of the table of conditions: all that there is to know
// about it. Flags, files, reports, checks and help come from here.
type Condition struct {
	Name  string // of its flag and its member in a file, and the Cause of what it does
	Help  string // what it does, for the help of its flag
	Value string // the kind of its value, as the help calls it: "SHARE"
	Drops bool   // drops packets: asked for, it stands in for an experiment's own drops
	Needs Need   // the condition without which it cannot act

	// In reports its value is a number, times Scale in units of Unit, or a text.
	Key      string      // its name there: "delay_ms"
	Sentence text.Phrase // "delay %s"
	Scale    float64
	Unit     text.Phrase // "" for a text

	// spoils is the share of packets that chance keeps from arriving whole; nil is none.
	spoils func(c Conditions) float64
	// law is what the condition does to packets where it is set; nil leaves it to the link.
	law func(c Conditions, chance *rand.Rand) fating
	// parseEnds reads a value for both directions at once; nil gives both the same.
	parseEnds func(text string, client, server *Conditions) error

	parse    func(text string, to *Conditions) error
	format   func(c Conditions) string // "" if it is not set
	reported func(c Conditions) any
	check    func(c Conditions) error // what is wrong with its value
	copy     func(to *Conditions, from Conditions)
}

// Need is a condition that another one cannot act without.
type Need struct {
	Name string
	Why  string // what the other one is without it
	// Idle is why the other one does nothing in an experiment where neither
	// direction has what it needs; "" makes that an error.
	Idle string
}

// IsSet reports whether conditions set this one.
func (row Condition) IsSet(c Conditions) bool { return row.format(c) != "" }

// Lacks reports whether conditions are without the one that this one needs.
func (row Condition) Lacks(c Conditions) bool {
	return row.Needs.Name != "" && c.Of(row.Needs.Name) == ""
}

// Clear unsets this condition.
func (row Condition) Clear(all ...*Conditions) {
	for _, c := range all {
		row.copy(c, Conditions{})
	}
}

// kind is how conditions with values of one type are read, written and checked.
type kind[T any] struct {
	value    string
	parse    func(text string) (T, error)
	format   func(value T) string
	check    func(value T) error // what is wrong with a value
	reported func(value T) any   // the value in reports; nil is the value itself
	suffix   string              // of the key there, behind the name
	scale    float64
	unit     text.Phrase
}

// in completes the row of a condition that has this kind of value, in that field.
func (k kind[T]) in(field func(*Conditions) *T, row Condition) Condition {
	row.Value, row.Scale, row.Unit, row.Key = k.value, k.scale, k.unit, row.Name+k.suffix
	row.parse = func(text string, to *Conditions) (err error) {
		*field(to), err = k.parse(text)
		return err
	}
	row.format = func(c Conditions) string {
		v := *field(&c)
		if reflect.ValueOf(v).IsZero() {
			return ""
		}
		return k.format(v)
	}
	row.reported = func(c Conditions) any {
		if k.reported == nil {
			return *field(&c)
		}
		return k.reported(*field(&c))
	}
	row.check = func(c Conditions) error { return k.check(*field(&c)) }
	row.copy = func(to *Conditions, from Conditions) { *field(to) = *field(&from) }
	return row
}
