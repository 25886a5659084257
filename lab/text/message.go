package text

import (
	"encoding/json"
	"fmt"
)

// Message is a sentence that a person will read, kept as a format and its
// arguments until a printer knows the reader's language. The English format
// is the sentence's key in the catalogue. The zero value is empty.
type Message struct {
	Format string
	Args   []any
}

// Sayf makes a Text. An argument may be a Text itself.
func Sayf(format string, args ...any) Message { return Message{format, args} }

// String is the sentence in English.
func (t Message) String() string { return t.In(func(format string) string { return format }) }

// In is the sentence in the language of translate, which maps an English
// format to its translation.
func (t Message) In(translate func(format string) string) string {
	format := translate(t.Format)
	if len(t.Args) == 0 {
		return format
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		if inner, ok := a.(Message); ok {
			a = inner.In(translate)
		}
		args[i] = a
	}
	return fmt.Sprintf(format, args...)
}

// IsZero reports whether there is nothing to say.
func (t Message) IsZero() bool { return t.Format == "" }

// MarshalJSON writes the English sentence.
func (t Message) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON reads a sentence back; its arguments are part of it by then.
func (t *Message) UnmarshalJSON(b []byte) error {
	t.Args = nil
	return json.Unmarshal(b, &t.Format)
}
