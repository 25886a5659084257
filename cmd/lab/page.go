package main

import (
	"strings"

	"echolab/lab/text"
)

// page is text for people, in their language and as wide as they see.
type page struct {
	text.Printer
	width int
	text  strings.Builder
}

// newPage begins a page in a language; "" is the locale's.
func newPage(t *terminal, lang string) (*page, error) {
	p, err := text.For(lang)
	return &page{Printer: p, width: t.width()}, err
}

// heading begins a part of the page.
func (p *page) heading(title text.Phrase) { p.text.WriteString("\n" + p.Say(title) + "\n") }

// item writes a sentence behind a mark that stands alone in its column: the
// lines that follow the first begin below the first.
func (p *page) item(mark string, column int, sentence string) {
	for _, line := range text.Wrap(sentence, p.width-column) {
		p.text.WriteString(strings.TrimRight(text.Pad(mark, column)+line, " ") + "\n")
		mark = ""
	}
}

// line is an item without a mark.
func (p *page) line(sentence string) { p.item("", 2, sentence) }
