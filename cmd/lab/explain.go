package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/text"
)

func newExplain(t *terminal) *cobra.Command {
	return writesPage(t, &cobra.Command{
		Use:   "explain EXPERIMENT|layers",
		Short: "what happens in an experiment, why, and where the standards say so",
		Example: "  lab explain loss\n" +
			"  lab explain handshake\n" +
			"  lab explain setup --lang ko\n" +
			"  lab explain layers",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			ids, then := completeOneExperiment(cmd, args, typed)
			if len(args) > 0 {
				return ids, then
			}
			return append(ids, layersTopic+"\tthe headers around one message, byte by byte"), then
		},
		Args: betweenExperiments(1, 1),
	}, func(cmd *cobra.Command, p *page, args []string) error {
		if args[0] == layersTopic {
			return explainLayers(cmd.Context(), p)
		}
		list, err := find(args)
		if err != nil {
			return err
		}
		explain(p, list[0])
		return nil
	})
}

// explain writes everything that is known of an experiment before it runs.
func explain(p *page, e experiments.Experiment) {
	p.item("", 0, p.Sayf("%s: %s", e.ID, p.Text(e.Title)))
	p.item("", 0, p.Text(e.Question))
	p.heading("How it is measured")
	p.line(p.Text(e.Method))
	p.heading("What happens")
	for i, step := range e.Steps {
		p.item("  "+strconv.Itoa(i+1)+".", 6, p.Text(step))
	}
	p.heading("Why")
	p.line(p.Text(e.Why))
	p.heading("What theory expects")
	for _, sentence := range e.Theory {
		p.item("  -", 4, p.Text(sentence))
	}
	p.heading("Where it is written")
	p.line(together(e.References))
	if len(e.Claims) > 0 {
		p.heading("What the documents say of it")
	}
	for _, c := range e.Claims {
		p.item("  -", 4, p.Say(c.Statement))
		p.item("", 4, p.Sayf("claim %s, in %s", c.ID, result.SourceTitle(c.Source.Files())))
		p.item("", 4, p.Sayf("decided by: %s", p.Say(c.Rule)))
	}
	explainPlace(p, e)
	p.heading("Try next")
	for _, command := range tries(e) {
		p.text.WriteString("  " + command + "\n") // in one line, to paste
	}
}

// explainPlace tells where an experiment runs and what can be changed.
func explainPlace(p *page, e experiments.Experiment) {
	p.heading("Where it runs")
	if e.Place != experiments.OnWire {
		p.line(p.Say("on localhost, the system's own sockets; nothing can be done to packets there"))
		return
	}
	p.line(p.Say("over a wire: network kernel where it opens, else virtual"))
	p.line(p.Sayf("its conditions: %s", report.Conditions(p.Printer, e.Conditions.Words())))
	if len(e.Accepts) > 0 {
		flags := make([]string, len(e.Accepts))
		for i, name := range e.Accepts {
			flags[i] = "--" + name
		}
		p.line(p.Sayf("what can be changed: %s", strings.Join(flags, " ")))
	}
}

// together writes a list whose parts are not broken over lines.
func together(list []string) string {
	parts := make([]string, len(list))
	for i, part := range list {
		parts[i] = text.Together(part)
	}
	return strings.Join(parts, ", ")
}

// tries are commands to paste: to guess before the experiment runs, to see all
// measurements, and the one that the experiment suggests.
func tries(e experiments.Experiment) []string {
	list := []string{"lab predict " + e.ID, "lab compare " + e.ID + " --details"}
	if !slices.Contains(list, e.Try) && e.Try != "lab explain "+e.ID {
		list = append(list, e.Try)
	}
	return list
}
