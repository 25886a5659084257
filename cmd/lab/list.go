package main

import (
	"github.com/spf13/cobra"

	"echolab/lab/experiments/registry"
	"echolab/lab/text"
)

func newList(t *terminal) *cobra.Command {
	return writesPage(t, &cobra.Command{
		Use:   "list",
		Short: "the experiments, the question each answers, and how",
		Args:  nothing,
	}, func(_ *cobra.Command, p *page, _ []string) error {
		listExperiments(p)
		return nil
	})
}

// listExperiments writes of each its id and title, its question, and what is done
// to answer it.
func listExperiments(p *page) {
	column := 0
	for _, e := range registry.All() {
		column = max(column, text.Width(e.ID)+2)
	}
	for _, e := range registry.All() {
		p.item(e.ID, column, p.Text(e.Title))
		p.item("", column, p.Text(e.Question))
		p.item("", column, p.Text(e.Method))
	}
	p.text.WriteString("\n" + p.Sayf("Next: %s", "lab explain "+registry.All()[0].ID) + "\n")
}
