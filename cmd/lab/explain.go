package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/ladder"
	"echolab/lab/packet"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
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
	p.line(strings.Join(each(e.References, text.Together), ", "))
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
		flags := each(e.Accepts, func(name string) string { return "--" + name })
		p.line(p.Sayf("what can be changed: %s", strings.Join(flags, " ")))
	}
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

// layersTopic is the argument of "lab explain" that is no experiment.
const layersTopic = "layers"

// sample is the message whose headers are shown.
const sample = "Hello, world!"

// explainLayers shows the headers that TCP and UDP put around one message, on
// network virtual, where they are the same on every system.
func explainLayers(ctx context.Context, p *page) error {
	stacks, err := lab.Named("virtual", drivers())
	if err != nil {
		return err
	}
	b := &testbed.Bench{Transports: transports.Transports(), Driver: stacks}
	found, err := testbed.Each(ctx, b, false, func(ctx context.Context, transport testbed.Transport) (packet.Sent, error) {
		return probe.Send(ctx, b, transport, []byte(sample))
	})
	if err != nil {
		return err
	}
	var all []packet.Sent
	for _, transport := range b.Transports {
		all = append(all, found[transport.Name])
	}
	return ladder.Layers(&p.text, all, ladder.Options{Words: p.Printer, Width: p.width})
}
