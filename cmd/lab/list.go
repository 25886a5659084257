package main

import (
	"io"

	"github.com/spf13/cobra"

	"echolab/lab/experiments/registry"
	"echolab/lab/text"
)

func newList(t *terminal) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "the experiments, the question each answers, and how",
		Args:  nothing,
		RunE: func(*cobra.Command, []string) error {
			p, err := newPage(t, lang)
			if err != nil {
				return err
			}
			listExperiments(p)
			_, err = io.WriteString(t.out, p.text.String())
			return err
		},
	}
	languageFlag(cmd, &lang)
	return cmd
}

// listExperiments writes of each its id, its question, and what is done to
// answer it.
func listExperiments(p *page) {
	column := 0
	for _, e := range registry.All() {
		column = max(column, text.Width(e.ID)+2)
	}
	for _, e := range registry.All() {
		p.item(e.ID, column, p.Text(e.Question))
		p.item("", column, p.Text(e.Method))
	}
	p.text.WriteString("\n" + p.Sayf("Next: %s", "lab explain "+registry.All()[0].ID) + "\n")
}

// languageFlag is --lang of the commands that print sentences.
func languageFlag(cmd *cobra.Command, lang *string) {
	choice(cmd, lang, "lang", "LANGUAGE", "the language of what is printed; the locale's if left out", text.Languages()...)
}
