package main

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
)

func newExplain(t *terminal) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "explain EXPERIMENT|layers",
		Short: "what happens in an experiment, why, and where the standards say so",
		Example: "  lab explain loss\n" +
			"  lab explain setup --lang ko\n" +
			"  lab explain layers",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			ids, then := completeExperiments(cmd, args, typed)
			return append(ids, layersTopic+"\tthe headers around one message, byte by byte"), then
		},
		Args: between(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] == layersTopic {
				return explainLayers(cmd.Context(), t, lang)
			}
			list, err := chosen(args)
			if err != nil {
				return err
			}
			p, err := newPage(t, lang)
			if err != nil {
				return err
			}
			explain(p, list[0])
			_, err = io.WriteString(t.out, p.text.String())
			return err
		},
	}
	languageFlag(cmd, &lang)
	return cmd
}

// explain writes all that an experiment knows of itself.
func explain(p *page, e lab.Experiment) {
	p.item("", 0, p.Say("%s: %s", e.ID, p.Say(e.Title)))
	p.item("", 0, p.Say(e.Question))
	if len(e.Packets) > 0 {
		p.heading("What happens")
	}
	for i, step := range e.Packets {
		p.item("  "+strconv.Itoa(i+1)+".", 6, p.Say(step))
	}
	p.heading("Why")
	p.line(p.Say(e.Why))
	explainConditions(p, e)
	if len(e.References) > 0 {
		p.heading("Where it is written")
		p.line(strings.Join(e.References, ", "))
	}
	if len(e.Claims) > 0 {
		p.heading("What the documents say of it")
	}
	for _, c := range e.Claims {
		p.item("  -", 4, p.Say(c.Statement)+" ("+c.Source+")")
		p.item("", 4, p.Say("decided by: %s", p.Say(c.Rule)))
	}
	if e.Try != "" {
		p.heading("Try next")
		p.text.WriteString("  " + e.Try + "\n") // in one line, to paste
	}
}

// explainConditions tells where an experiment runs and what can be changed.
func explainConditions(p *page, e lab.Experiment) {
	p.heading("Where it runs")
	if e.Place == lab.OnLocalhost {
		p.line(p.Say("on localhost, the system's own sockets; nothing can be done to packets there"))
	} else {
		p.line(p.Say("over a wire: network kernel where it opens, else virtual"))
	}
	if e.Place == lab.OnWire {
		p.line(p.Say("its conditions: %s", plainly(e.Conditions)))
	}
	if len(e.Accepts) > 0 {
		p.line(p.Say("what can be changed: %s", "--"+strings.Join(e.Accepts, " --")))
	}
}
