package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/text"
)

// page is text for people, in their language and as wide as they see.
type page struct {
	text.Printer
	width int
	text  strings.Builder
}

// writesPage makes cmd a command that prints one page, in the language of its
// flag --lang.
func writesPage(
	t *terminal, cmd *cobra.Command, write func(cmd *cobra.Command, p *page, args []string) error,
) *cobra.Command {
	var p page
	languageFlag(cmd, &p.Printer, languageUsage)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p.width = t.width()
		if err := write(cmd, &p, args); err != nil {
			return err
		}
		_, err := io.WriteString(t.out, p.text.String())
		return err
	}
	return cmd
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
