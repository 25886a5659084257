// Package text says everything that a person reads in the reader's language.
//
// A sentence is a Phrase: English, as it stands in the source, with the verbs of
// package fmt. Its translations lie in one folder a language, one file a room,
// and are merged: ko/report.json holds a flat object from English to Korean. A
// phrase without a translation stays English.
package text

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/text/language"
)

// English is the language of the keys.
const English = "en"

// Languages are those that sentences can be printed in.
func Languages() []string { return []string{English, "ko"} }

// Printer says sentences in one language. The zero value speaks English.
// It may be copied and used by many goroutines.
type Printer struct {
	lang      string
	sentences map[Phrase]string
}

// For returns the printer of a language: "en", "ko", or a longer tag of
// either ("ko-KR"). With "" the locale decides (LC_ALL, LC_MESSAGES, LANG),
// and what is not known there is English.
func For(lang string) (Printer, error) {
	known, err := choose(lang)
	if err != nil {
		return Printer{}, err
	}
	p := Printer{lang: known}
	if known != English {
		p.sentences, err = korean()
	}
	return p, err
}

// Lang is the language's tag, "en" or "ko".
func (p Printer) Lang() string {
	if p.lang == "" {
		return English
	}
	return p.lang
}

// Text is the sentence in the printer's language.
func (p Printer) Text(m Message) string {
	format, own := m.Own[p.Lang()]
	if !own {
		format = p.Say(m.Phrase)
	}
	if len(m.Args) == 0 {
		return format
	}
	args := make([]any, len(m.Args))
	for i, a := range m.Args {
		switch inner := a.(type) {
		case Message:
			a = p.Text(inner)
		case Phrase:
			a = p.Say(inner)
		}
		args[i] = a
	}
	return fmt.Sprintf(format, args...)
}

// Say is a phrase in the printer's language.
func (p Printer) Say(phrase Phrase) string {
	if s, ok := p.sentences[phrase]; ok {
		return s
	}
	return string(phrase)
}

// Sayf formats a sentence in the printer's language.
func (p Printer) Sayf(format Phrase, args ...any) string { return p.Text(Sayf(format, args...)) }

// choose finds the known language that is meant.
func choose(lang string) (string, error) {
	asked := lang
	if asked == "" {
		asked = locale(os.Getenv)
	}
	tag, confidence := match(asked)
	if confidence >= language.High {
		return tag, nil
	}
	if lang == "" {
		return English, nil
	}
	return "", fmt.Errorf("language %q: only %s are known", lang, strings.Join(Languages(), " and "))
}

// match finds the closest known language.
func match(asked string) (string, language.Confidence) {
	name, _, _ := strings.Cut(asked, ".") // ko_KR.UTF-8
	name, _, _ = strings.Cut(name, "@")   // de_DE@euro
	tag, err := language.Parse(name)
	if err != nil || tag == language.Und {
		return English, language.No
	}
	tags := make([]language.Tag, len(Languages()))
	for i, l := range Languages() {
		tags[i] = language.Make(l)
	}
	_, i, confidence := language.NewMatcher(tags).Match(tag)
	return Languages()[i], confidence
}

// locale is the language of messages as POSIX orders its variables: the first
// one that is set and not empty.
func locale(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return v
		}
	}
	return ""
}
