package class

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"echolab/lab/grade"
	"echolab/lab/grade/similar"
	"echolab/lab/text"
)

// Record is all that is kept of a submission.
type Record struct {
	Plan    Plan            `json:"plan"`
	Entry   Entry           `json:"entry"`
	Result  grade.Result    `json:"result"` // without durations
	Program similar.Program `json:"program,omitzero"`
	Build   string          `json:"build,omitempty"` // what building it printed
}

// fits reports whether it is the record of an entry under a plan.
func (r *Record) fits(p Plan, e Entry) bool {
	return reflect.DeepEqual(r.Plan, p) && reflect.DeepEqual(r.Entry, e)
}

// The sentences of a result are kept with their arguments, so that a record can be told in
// every language. One with an argument that cannot be kept stays English.
var (
	keep = json.MarshalFunc(func(m text.Message) ([]byte, error) {
		kept, err := text.Kept(m).MarshalJSON()
		if err != nil {
			return text.Kept(text.Quote(m.String())).MarshalJSON()
		}
		return kept, nil
	})
	unkeep = json.UnmarshalFunc(func(b []byte, m *text.Message) error { return (*text.Kept)(m).UnmarshalJSON(b) })
)

// encode writes what is kept, the same bytes for the same values.
func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.WithMarshalers(keep), json.Deterministic(true), jsontext.WithIndent("  "),
		json.OmitZeroStructFields(true))
	return append(b, '\n'), err
}

// decode reads it back. What it does not know is of another version.
func decode(b []byte, v any) error {
	err := json.Unmarshal(bytes.TrimSpace(b), v, json.WithUnmarshalers(unkeep), json.RejectUnknownMembers(true))
	if err != nil {
		return fmt.Errorf("it is no record of this version: %w", err)
	}
	return nil
}
