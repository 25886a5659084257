package result

import (
	"encoding/json"
	"fmt"

	"echolab/lab/text"
)

// Measurement is one row of a table: the same quantity, measured for each
// transport, with what theory expects of it. The maps are keyed by transport
// name; a transport that a row does not concern is missing from it.
type Measurement struct {
	ID       string             `json:"id"`
	Label    text.Message       `json:"label"`
	Unit     text.Phrase        `json:"unit"` // "ms", "%", "packets", ...; "" for words
	Values   map[string]Value   `json:"values"`
	Expected map[string]Value   `json:"expected,omitempty"`
	Low      map[string]float64 `json:"low,omitempty"`  // least value that theory allows
	High     map[string]float64 `json:"high,omitempty"` // greatest value that theory allows
	Basis    text.Message       `json:"basis,omitzero"` // where the expectation comes from
	Within   map[string]bool    `json:"within,omitempty"`
	// CutOff says why a transport's value is not the one that the experiment asks
	// for: the lab stopped, or ran into a limit of its own, before the state was
	// reached. Such a value is held against nothing and decides no claim.
	CutOff   map[string]text.Message `json:"cut_off,omitempty"`
	Spread   map[string]Spread       `json:"spread,omitempty"` // over several runs, or attempts of one
	Headline bool                    `json:"headline,omitempty"`
}

// Spread is the least and the greatest of several values, whose median stands
// in Values: those of several runs, or of several attempts of one run, or both.
type Spread struct {
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
	Runs int     `json:"runs"` // how many values
}

// Value is a number, or a word where there is no number ("refused").
type Value struct {
	Number float64
	Word   text.Phrase // a key of the catalogue; "" means that Number counts
}

// Num is a number.
func Num[N ~int | ~int64 | ~uint64 | ~float64](n N) Value { return Value{Number: float64(n)} }

// Word is a word.
func Word(w text.Phrase) Value { return Value{Word: w} }

// MarshalJSON writes a number or a string.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.Word != "" {
		return json.Marshal(v.Word)
	}
	return json.Marshal(v.Number)
}

// UnmarshalJSON reads a number or a string.
func (v *Value) UnmarshalJSON(b []byte) error {
	*v = Value{}
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &v.Word)
	}
	return json.Unmarshal(b, &v.Number)
}

// String is for error messages; printers round by unit.
func (v Value) String() string {
	if v.Word != "" {
		return string(v.Word)
	}
	return fmt.Sprint(v.Number)
}
