package text

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Phrase is an English sentence, or a format for one, as it stands in the
// source. It is the key of its translations, and every constant of this type is
// one that a translation is demanded of.
type Phrase string

// Message is a sentence that a person will read, kept as a phrase and its
// arguments until a printer knows the reader's language. The zero value is
// empty.
type Message struct {
	Phrase Phrase
	Args   []any // none where the phrase is no format
	// Own are translations that the message brings along, by language, because its
	// sentence stands in a text of its own and not in the catalogue.
	Own map[string]string
}

// Own are the translations that a text brings along, by phrase and then by language.
type Own map[Phrase]map[string]string

// Say makes a message of a phrase, with its translations where the text has some.
func (o Own) Say(p Phrase) Message { return Message{Phrase: p, Own: o[p]} }

// Say makes a message of a phrase that stands for itself.
func Say(p Phrase) Message { return Message{Phrase: p} }

// Sayf makes a message of a format with the verbs of package fmt. An argument
// may be a Message itself, or a Phrase.
func Sayf(format Phrase, args ...any) Message { return Message{Phrase: format, Args: args} }

// Quote makes a message of words that are the same in every language: a name, or
// what a system said.
func Quote(words string) Message { return Message{Phrase: "%s", Args: []any{words}} }

// Join makes one sentence of several; of none it is the zero message.
func Join(all []Message) Message {
	var one Message
	for i, m := range all {
		if i == 0 {
			one = m
			continue
		}
		one = Sayf("%s; %s", one, m)
	}
	return one
}

// String is the sentence in English.
func (m Message) String() string { return Printer{}.Text(m) }

// IsZero reports whether there is nothing to say.
func (m Message) IsZero() bool { return m.Phrase == "" }

// MarshalJSON writes the English sentence.
func (m Message) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

// UnmarshalJSON reads a sentence back; its arguments are part of it by then.
func (m *Message) UnmarshalJSON(b []byte) error {
	*m = Message{}
	return json.Unmarshal(b, &m.Phrase)
}

// Figure writes a figure as a sentence quotes it: three significant digits, or
// whole numbers above a hundred.
func Figure(x float64) string {
	if math.Abs(x) >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return fmt.Sprintf("%.3g", x)
}
