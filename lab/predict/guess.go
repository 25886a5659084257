package predict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"echolab/lab"
	"echolab/lab/words"
)

// Guess is an answer that fits its question.
type Guess struct {
	Text   string  // as it is written into files: a number, or the choice's English word
	number float64 // where a number is asked for
	choice int     // else the number of the choice
}

// Misfit is why an answer does not fit its question.
type Misfit struct{ Reason lab.Text }

// Error is the reason in English.
func (m *Misfit) Error() string { return m.Reason.String() }

func misfit(format string, args ...any) error { return &Misfit{lab.Say(format, args...)} }

// Parse reads an answer: a number with or without its unit and commas between
// thousands, or a choice by its word in any language of the catalogue, by the
// beginning of that word, or by its number from 1. An error is a *Misfit.
func (q Question) Parse(text string) (Guess, error) {
	text = strings.TrimSpace(text)
	if q.Choices != nil {
		return q.parseChoice(text)
	}
	plain := strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(text, q.Unit)), ",", "")
	n, err := strconv.ParseFloat(plain, 64)
	switch {
	case err != nil || math.IsNaN(n) || math.IsInf(n, 0):
		return Guess{}, misfit("%q is not a number", text)
	case n < 0:
		return Guess{}, misfit("%q is less than 0", text)
	case q.Unit == "%" && n > 100:
		return Guess{}, misfit("%q is more than 100 %%", text)
	}
	return Guess{Text: strconv.FormatFloat(n, 'f', -1, 64), number: n}, nil
}

func (q Question) parseChoice(text string) (Guess, error) {
	if n, err := strconv.Atoi(text); err == nil && 1 <= n && n <= len(q.Choices) {
		return q.chosen(n - 1), nil
	}
	begins := -1
	for i, c := range q.Choices {
		for _, name := range names(c.Word) {
			switch {
			case strings.EqualFold(name, text):
				return q.chosen(i), nil
			case text == "" || !hasPrefixFold(name, text) || begins == i:
			case begins >= 0:
				return Guess{}, misfit("%q may be %q or %q", text, lab.Say(q.Choices[begins].Word), lab.Say(c.Word))
			default:
				begins = i
			}
		}
	}
	if begins < 0 {
		return Guess{}, misfit("%q is none of the choices", text)
	}
	return q.chosen(begins), nil
}

func (q Question) chosen(i int) Guess { return Guess{Text: q.Choices[i].Word, choice: i} }

// value is the guess as a measurement would have it.
func (g Guess) value(q Question) *lab.Value {
	v := lab.Num(g.number)
	if q.Choices != nil {
		v = lab.Word(g.Text)
	}
	return &v
}

// Takes says in the printer's language what can be answered: the unit of a
// number, or the choices.
func (q Question) Takes(p words.Printer) string {
	if q.Choices != nil {
		list := make([]string, len(q.Choices))
		for i, c := range q.Choices {
			list[i] = fmt.Sprintf("%d %s", i+1, p.Say(c.Word))
		}
		return strings.Join(list, ", ")
	}
	if q.Unit == "count" {
		return p.Say("a number")
	}
	return p.Say("a number, %s", p.Say(q.Unit))
}

// printers speak all languages.
var printers = sync.OnceValue(func() []words.Printer {
	var all []words.Printer
	for _, lang := range words.Languages() {
		if p, err := words.For(lang); err == nil { // else its words are not to be had
			all = append(all, p)
		}
	}
	return all
})

// names are a word in all languages.
func names(word string) []string {
	list := []string{word}
	for _, p := range printers() {
		list = append(list, p.Say(word))
	}
	return list
}

func hasPrefixFold(s, prefix string) bool {
	return len(prefix) <= len(s) && strings.EqualFold(s[:len(prefix)], prefix)
}
