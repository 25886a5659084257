package quiz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"echolab/lab/result"
	"echolab/lab/text"
)

// Guess is an answer that fits its question.
type Guess struct {
	Text   string  // as it is written into files: a number, or the choice's English word
	number float64 // where a number is asked for
	Choice int     // else the number of the choice, from 0
}

// Misfit is why an answer does not fit its question.
type Misfit struct{ Reason text.Message }

// Error is the reason in English.
func (m *Misfit) Error() string { return m.Reason.String() }

func misfitf(format text.Phrase, args ...any) error { return &Misfit{text.Sayf(format, args...)} }

// letter names a choice of the theory, from a.
func letter(choice int) string { return string(rune('a' + choice)) }

// Parse reads an answer: a number with or without its unit and commas between
// thousands, or a choice by its word in any language of the catalogue, by the
// beginning of that word, or by its number from 1. A choice of the theory has a
// letter and nothing else. An error is a *Misfit.
func (q Question) Parse(line string) (Guess, error) {
	line = strings.TrimSpace(line)
	if q.ID != "" {
		return q.parseLetter(line)
	}
	if q.Choices != nil {
		return q.parseChoice(line)
	}
	plain := strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(line, string(q.Unit))), ",", "")
	n, err := strconv.ParseFloat(plain, 64)
	switch {
	case err != nil || math.IsNaN(n) || math.IsInf(n, 0):
		return Guess{}, misfitf("%q is not a number", line)
	case n < 0:
		return Guess{}, misfitf("%q is less than 0", line)
	case q.Unit == "%" && n > 100:
		return Guess{}, misfitf("%q is more than 100 %%", line)
	}
	return Guess{Text: strconv.FormatFloat(n, 'f', -1, 64), number: n}, nil
}

func (q Question) parseChoice(line string) (Guess, error) {
	if n, err := strconv.Atoi(line); err == nil && 1 <= n && n <= len(q.Choices) {
		return q.chosen(n - 1), nil
	}
	begins := -1
	for i, c := range q.Choices {
		for _, name := range names(c.Word) {
			switch {
			case strings.EqualFold(name, line):
				return q.chosen(i), nil
			case line == "" || !hasPrefixFold(name, line) || begins == i:
			case begins >= 0:
				return Guess{}, misfitf("%q may be %q or %q", line, text.Say(q.Choices[begins].Word), text.Say(c.Word))
			default:
				begins = i
			}
		}
	}
	if begins < 0 {
		return Guess{}, misfitf("%q is none of the choices", line)
	}
	return q.chosen(begins), nil
}

func (q Question) parseLetter(line string) (Guess, error) {
	var letters []string
	for i := range q.Choices {
		if letters = append(letters, letter(i)); strings.EqualFold(line, letter(i)) {
			return Guess{Text: letter(i), Choice: i}, nil
		}
	}
	return Guess{}, misfitf("%q is none of the letters %s", line, strings.Join(letters, ", "))
}

func (q Question) chosen(i int) Guess { return Guess{Text: string(q.Choices[i].Word), Choice: i} }

// value is the guess as a measurement would have it.
func (g Guess) value(q Question) *result.Value {
	v := result.Num(g.number)
	if q.Choices != nil {
		v = result.Word(text.Phrase(g.Text))
	}
	return &v
}

// Takes says in the printer's language what can be answered: the unit of a
// number, or the choices.
func (q Question) Takes(p text.Printer) string {
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
	return p.Sayf("a number, %s", q.Unit)
}

// printers speak all languages.
var printers = sync.OnceValue(func() []text.Printer {
	var all []text.Printer
	for _, lang := range text.Languages() {
		if p, err := text.For(lang); err == nil { // else its words are not to be had
			all = append(all, p)
		}
	}
	return all
})

// names are a word in all languages.
func names(word text.Phrase) []string {
	list := []string{string(word)}
	for _, p := range printers() {
		list = append(list, p.Say(word))
	}
	return list
}

func hasPrefixFold(s, prefix string) bool {
	return len(prefix) <= len(s) && strings.EqualFold(s[:len(prefix)], prefix)
}
