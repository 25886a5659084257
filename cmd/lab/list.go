package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"echolab/lab/experiments/registry"
	"echolab/lab/link"
	"echolab/lab/networks/simulated"
	"echolab/lab/result"
	"echolab/lab/text"
)

func newList(t *terminal) *cobra.Command {
	format := "table"
	cmd := writesPage(t, &cobra.Command{
		Use:   "list",
		Short: "the experiments, the question each answers, and how",
		Args:  nothing,
	}, func(_ *cobra.Command, p *page, _ []string) error {
		if format == "json" {
			return listAsJSON(p)
		}
		listExperiments(p)
		return nil
	})
	choice(cmd, &format, "format", "FORMAT", "how the list is printed", "table", "json")
	return cmd
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

// catalogue is all that can be asked of the lab, in one language, for programs that
// offer it to people.
type catalogue struct {
	Experiments []listedExperiment `json:"experiments"`
	Conditions  []listedCondition  `json:"conditions"`
	Presets     []string           `json:"presets"`
	Congestion  []string           `json:"congestion"`
	Claims      []listedClaim      `json:"claims"`
}

type listedExperiment struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Question string   `json:"question"`
	Method   string   `json:"method"`
	Accepts  []string `json:"accepts"` // names of the conditions that can act
	Runs     bool     `json:"runs"`    // on network simulated
	// The lesson: what happens, packet by packet, why, and what theory expects.
	Steps      []string `json:"steps"`
	Why        string   `json:"why"`
	Theory     []string `json:"theory"`
	References []string `json:"references"`
}

type listedCondition struct {
	Name  string `json:"name"`
	Value string `json:"value"` // the kind of its value, as in the help
	Help  string `json:"help"`
}

// listedClaim is something that a course document says.
type listedClaim struct {
	ID        string `json:"id"`
	Source    string `json:"source"` // number and title of each document that says it
	Statement string `json:"statement"`
}

// texts are sentences in the language of the page.
func (p *page) texts(all []text.Message) []string {
	said := make([]string, len(all))
	for i, m := range all {
		said[i] = p.Text(m)
	}
	return said
}

// listAsJSON writes the catalogue.
func listAsJSON(p *page) error {
	all := catalogue{Presets: []string{}, Congestion: simulated.Congestion()}
	for _, e := range registry.All() {
		all.Experiments = append(all.Experiments, listedExperiment{
			ID: e.ID, Title: p.Text(e.Title), Question: p.Text(e.Question), Method: p.Text(e.Method),
			Accepts: append([]string{}, e.Accepts...), Runs: e.FitsOn(theMachine()) == nil,
			Steps: p.texts(e.Steps), Why: p.Text(e.Why), Theory: p.texts(e.Theory),
			References: append([]string{}, e.References...),
		})
		for _, c := range e.Claims {
			source := p.Text(result.SourceTitle(c.Source.Files()))
			all.Claims = append(all.Claims, listedClaim{c.ID, source, p.Say(c.Statement)})
		}
	}
	for _, c := range link.All() {
		all.Conditions = append(all.Conditions, listedCondition{c.Name, c.Value, c.Help})
	}
	for _, preset := range link.Presets() {
		all.Presets = append(all.Presets, preset.Name)
	}
	return json.NewEncoder(&p.text).Encode(all)
}
