package link

import (
	"fmt"
	"math/rand/v2"

	"echolab/lab/text"
)

// Condition is one row of the table of conditions: all that there is to know
// about it. Flags, files, reports, checks and help come from here.
type Condition struct {
	Name  string // of its flag and its member in a file, and the Cause of what it does
	Value string // the kind of its value, as the help calls it: "SHARE"
	Help  string // what it does, for the help of its flag
	Drops bool   // drops packets: asked for, it stands in for an experiment's own drops
	Needs Need   // the condition without which it cannot act

	// In reports its value is a number, times Scale in units of Unit, or a text.
	Sentence text.Phrase // "delay %s"
	Scale    float64
	Unit     text.Phrase // "" for a text
	suffix   string      // of its key there, behind its name

	// spoils is the share of packets that chance keeps from arriving whole; nil is none.
	spoils func(c Conditions) float64
	// law is what the condition does to packets where it is set; nil leaves it to the link.
	law func(c Conditions, chance *rand.Rand) fating

	parse     func(text string, to *Conditions) error             // for one direction
	parseEnds func(text string, client, server *Conditions) error // for both
	format    func(c Conditions) string                           // "" if it is not set
	reported  func(c Conditions) any
	check     func(c Conditions) error // what is wrong with its value
	copy      func(to *Conditions, from Conditions)
}

// Need is a condition that another one cannot act without.
type Need struct {
	Name string
	Why  string // what the other one is without it
	// Idle is why the other one does nothing in an experiment where neither
	// direction has what it needs; "" makes that an error.
	Idle string
}

// missingNeed is the error of a condition that is set without the one it needs.
type missingNeed struct {
	name string
	need Need
}

func (n Need) missing(name string) error { return missingNeed{name, n} }

func (e missingNeed) Error() string {
	return fmt.Sprintf("%s without %s: %s", e.name, e.need.Name, e.need.Why)
}

// Key is the condition's key in reports: "loss", "delay_ms".
func (row Condition) Key() string { return row.Name + row.suffix }

// IsSet reports whether conditions set this one.
func (row Condition) IsSet(c Conditions) bool { return row.format(c) != "" }

// Lacks reports whether conditions are without the one that this one needs.
func (row Condition) Lacks(c Conditions) bool {
	return row.Needs.Name != "" && c.Of(row.Needs.Name) == ""
}

// Clear unsets this condition.
func (row Condition) Clear(c *Conditions) { row.copy(c, Conditions{}) }

// kind is how conditions with values of one type are read, written and checked.
type kind[T any] struct {
	value     string
	parse     func(text string) (T, error)
	parseEnds func(text string) (client, server T, err error) // nil parses the same for both
	format    func(value T) string                            // "" where nothing is set
	check     func(value T) error                             // what is wrong with a value
	reported  func(value T) any                               // the value in reports; nil is the value itself
	suffix    string
	scale     float64
	unit      text.Phrase
}

// in completes the row of a condition that has this kind of value, in that field.
func (k kind[T]) in(field func(*Conditions) *T, row Condition) Condition {
	row.Value, row.Scale, row.Unit, row.suffix = k.value, k.scale, k.unit, k.suffix
	row.parse = func(text string, to *Conditions) error {
		v, err := k.parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", row.Name, err)
		}
		*field(to) = v
		return nil
	}
	row.parseEnds = func(text string, client, server *Conditions) error {
		one, other, err := k.ends(text)
		if err != nil {
			return fmt.Errorf("%s: %w", row.Name, err)
		}
		*field(client), *field(server) = one, other
		return nil
	}
	row.format = func(c Conditions) string { return k.format(*field(&c)) }
	row.check = func(c Conditions) error { return k.check(*field(&c)) }
	row.copy = func(to *Conditions, from Conditions) { *field(to) = *field(&from) }
	row.reported = func(c Conditions) any {
		if k.reported == nil {
			return *field(&c)
		}
		return k.reported(*field(&c))
	}
	return row
}

// ends reads a value for both directions.
func (k kind[T]) ends(text string) (client, server T, err error) {
	if k.parseEnds != nil {
		return k.parseEnds(text)
	}
	v, err := k.parse(text)
	return v, v, err
}
