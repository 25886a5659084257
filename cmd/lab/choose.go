package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/networks/localhost"
)

// ids are the names of experiments.
func ids(list []experiments.Experiment) []string {
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.ID
	}
	return names
}

// chosen are the experiments that were named, in the order of the table and
// each once; none named means all.
func chosen(names []string) ([]experiments.Experiment, error) {
	all := registry.All()
	for _, name := range names {
		if !slices.Contains(ids(all), name) {
			return nil, misusef(didYouMean(nearest(name, ids(all)), "lab list shows the experiments"), "unknown experiment %q", name)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(e experiments.Experiment) bool { return !slices.Contains(names, e.ID) }), nil
}

// whereActs is a hint that names the experiments that a condition can act in.
func whereActs(condition string) string {
	able := slices.DeleteFunc(registry.All(), func(e experiments.Experiment) bool { return !slices.Contains(e.Accepts, condition) })
	return "it can in " + strings.Join(ids(able), ", ")
}

// suited are the experiments that the network can carry. It is a mistake to
// name one that it cannot; of all experiments, those are left out.
func suited(list []experiments.Experiment, network string, named bool) ([]experiments.Experiment, error) {
	if network == lab.Auto {
		return list, nil
	}
	o, err := lab.Named(network, drivers())
	if err != nil {
		return nil, misusef(string(howToOpen(err)), "--network %s does not open here: %w", network, errors.Unwrap(err))
	}
	var able []experiments.Experiment
	for _, e := range list {
		switch err := e.FitsOn(o); {
		case err == nil:
			able = append(able, e)
		case named:
			return nil, misusef("leave --network out, or: --network virtual", "--network %s: %w", network, err)
		}
	}
	return able, nil
}

// onWire says whether an experiment's packets pass over a wire.
func onWire(e experiments.Experiment, network string) bool {
	return e.Place == experiments.OnWire || network != lab.Auto && network != localhost.Localhost.Name
}

// steered refuses a congestion control that the wire's TCP does not have, or
// that has no wire to act on.
func steered(ctx context.Context, name, network string, list []experiments.Experiment) error {
	if name == "" {
		return nil
	}
	onWire := slices.ContainsFunc(list, func(e experiments.Experiment) bool { return e.Place == experiments.OnWire })
	for _, o := range drivers() {
		switch {
		case !o.Wired, network != lab.Auto && o.Name != network, o.Check() != nil:
			continue
		case network == lab.Auto && !onWire:
			return misusef("leave it out, or: --network "+o.Name, "--congestion %s cannot act in %s: on localhost TCP is the system's own", name, list[0].ID)
		}
		if able := congestionControls(ctx, o); !slices.Contains(able, name) {
			return misusef("\"lab doctor\" tells what there is", "--congestion %s: on network %s there are %s", name, o.Name, strings.Join(able, ", "))
		}
		return nil
	}
	return misusef("leave it out, or: --network virtual", "--congestion %s: on network %s TCP is the system's own", name, network)
}

// completeExperiments lets the shell complete the ids of experiments.
func completeExperiments(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var left []string
	for _, e := range registry.All() {
		if !slices.Contains(args, e.ID) {
			left = append(left, e.ID+"\t"+e.Question.String())
		}
	}
	return left, cobra.ShellCompDirectiveNoFileComp
}
