package text

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Kept is a message in JSON as it is, with its arguments and the translations that
// it brings along, so that whoever reads it back can still say it in every language.
//
// A sentence with neither is a string; others are objects of the format, the list of
// arguments, and the translations by language:
// {"say": "stopped after %s s", "with": ["60"], "own": {"ko": "%s초 뒤에 멈췄다"}}.
type Kept Message

// keptForm is what a message looks like that is more than a phrase.
type keptForm struct {
	Say  Phrase            `json:"say"`
	With []json.RawMessage `json:"with,omitempty"`
	Own  map[string]string `json:"own,omitempty"`
}

// IsZero reports whether there is nothing to say.
func (k Kept) IsZero() bool { return Message(k).IsZero() }

// MarshalJSON writes the phrase and its arguments.
func (k Kept) MarshalJSON() ([]byte, error) {
	if len(k.Args) == 0 && len(k.Own) == 0 {
		return json.Marshal(k.Phrase)
	}
	form := keptForm{Say: k.Phrase, Own: k.Own}
	for _, arg := range k.Args {
		kept, err := keep(arg)
		if err != nil {
			return nil, fmt.Errorf("keep sentence %q: %w", k.Phrase, err)
		}
		form.With = append(form.With, kept)
	}
	return json.Marshal(form)
}

// keep writes one argument. A number that is no whole one by its type has a point or
// an exponent, for a format knows the difference.
func keep(arg any) (json.RawMessage, error) {
	switch arg := arg.(type) {
	case Message:
		return json.Marshal(struct {
			Message Kept `json:"message"`
		}{Kept(arg)})
	case Phrase:
		return json.Marshal(keptForm{Say: arg})
	case time.Duration:
		return json.Marshal(arg.String())
	case float64:
		number := strconv.FormatFloat(arg, 'g', -1, 64)
		if !strings.ContainsAny(number, ".e") {
			number += ".0"
		}
		return json.Marshal(json.RawMessage(number))
	case string:
		return json.Marshal(arg)
	case error:
		return json.Marshal(arg.Error())
	}
	if v := reflect.ValueOf(arg); v.CanInt() || v.CanUint() {
		return json.Marshal(arg)
	}
	return nil, fmt.Errorf("an argument of type %T", arg)
}

// UnmarshalJSON reads what MarshalJSON has written.
func (k *Kept) UnmarshalJSON(b []byte) error {
	*k = Kept{}
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &k.Phrase)
	}
	var form keptForm
	if err := json.Unmarshal(b, &form); err != nil {
		return err
	}
	k.Phrase, k.Own = form.Say, form.Own
	for _, raw := range form.With {
		arg, err := unkeep(raw)
		if err != nil {
			return fmt.Errorf("read sentence %q: %w", form.Say, err)
		}
		k.Args = append(k.Args, arg)
	}
	return nil
}

// unkeep reads one argument.
func unkeep(raw json.RawMessage) (any, error) {
	var object struct {
		Say     *Phrase `json:"say"`
		Message *Kept   `json:"message"`
	}
	switch {
	case len(raw) > 0 && raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case len(raw) > 0 && raw[0] == '{':
		err := json.Unmarshal(raw, &object)
		switch {
		case object.Message != nil:
			return Message(*object.Message), err
		case object.Say != nil:
			return *object.Say, err
		}
		return nil, fmt.Errorf("an argument that is neither a sentence nor a phrase: %.60s", raw)
	case bytes.ContainsAny(raw, ".eE"):
		return strconv.ParseFloat(string(raw), 64)
	}
	if n, err := strconv.Atoi(string(raw)); err == nil {
		return n, nil
	}
	return strconv.ParseUint(string(raw), 10, 64)
}
