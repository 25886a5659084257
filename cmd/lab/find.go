package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
)

// each is a list of something of each in a list.
func each[T, U any](list []T, of func(T) U) []U {
	all := make([]U, len(list))
	for i, one := range list {
		all[i] = of(one)
	}
	return all
}

// ids are the names of experiments.
func ids(list []experiments.Experiment) []string {
	return each(list, func(e experiments.Experiment) string { return e.ID })
}

// find are the experiments that were named, in the order of the table and each
// once; none named means all. A name is an id, a title or a word that an
// experiment is known by.
func find(names []string) ([]experiments.Experiment, error) {
	all := registry.All()
	if len(names) == 0 {
		return all, nil
	}
	var named []string
	for _, name := range joinWords(names) {
		switch found := experiments.Find(all, name); len(found) {
		case 0:
			return nil, misusef(didYouMean(similar(name, all), "lab list shows the experiments"), "unknown experiment %q", name)
		case 1:
			named = append(named, found[0].ID)
		default:
			return nil, misusef(didYouMean(ids(found), "lab list shows the experiments"),
				"%q fits several experiments: %s", name, titled(found))
		}
	}
	return slices.DeleteFunc(all, func(e experiments.Experiment) bool { return !slices.Contains(named, e.ID) }), nil
}

// joinWords joins arguments that make one name: "slow start" may be typed
// without quotation marks.
func joinWords(args []string) []string {
	var names []string
	for len(args) > 0 {
		n := len(args)
		for n > 1 && len(experiments.Find(registry.All(), strings.Join(args[:n], " "))) == 0 {
			n--
		}
		names, args = append(names, strings.Join(args[:n], " ")), args[n:]
	}
	return names
}

// betweenExperiments is between, and counts a name of several words once.
func betweenExperiments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return between(least, most)(cmd, joinWords(args)) }
}

// similar are the ids of the experiments whose id looks like what was typed, or
// else whose other names do.
func similar(typed string, all []experiments.Experiment) []string {
	if likely := nearest(typed, ids(all)); len(likely) > 0 {
		return likely
	}
	var likely []string
	for _, e := range all {
		if len(nearest(typed, e.Also)) > 0 {
			likely = append(likely, e.ID)
		}
	}
	return likely
}

// titled lists experiments by their ids and titles.
func titled(list []experiments.Experiment) string {
	return strings.Join(each(list, func(e experiments.Experiment) string { return e.Name().String() }), ", ")
}

// whereActs is a hint that names the experiments that a condition can act in; ""
// if there are none.
func whereActs(condition string) string {
	able := slices.DeleteFunc(registry.All(), func(e experiments.Experiment) bool {
		return !slices.Contains(e.Accepts, condition)
	})
	if len(able) == 0 {
		return ""
	}
	return "it can in " + strings.Join(ids(able), ", ")
}

// completeExperiments lets the shell complete the ids of experiments.
func completeExperiments(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var left []string
	for _, e := range registry.All() {
		if !slices.Contains(args, e.ID) {
			left = append(left, e.ID+"\t"+e.Title.String()+": "+e.Question.String())
		}
	}
	return left, cobra.ShellCompDirectiveNoFileComp
}

// completeOneExperiment lets the shell complete one id.
func completeOneExperiment(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeExperiments(cmd, args, typed)
}
