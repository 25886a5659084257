package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// These functions check positional arguments. Their hint is the right usage.

// nothing is for commands that take no arguments.
func nothing(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misusef("usage: "+cmd.UseLine(), "%s takes no argument: %q", cmd.Name(), args[0])
	}
	return nil
}

// between is for commands that take from least to most arguments.
func between(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return misusef("usage: "+cmd.UseLine(), "%s: %s is missing", cmd.Name(), strings.Fields(cmd.Use)[1+len(args)])
		case len(args) > most:
			return misusef("usage: "+cmd.UseLine(), "%s: too many arguments: %q", cmd.Name(), args[most])
		}
		return nil
	}
}

// oneOf is for commands whose only argument is one of a few words.
func oneOf(kind string, words []string) cobra.PositionalArgs {
	return cobra.MatchAll(between(1, 1), first(kind, words))
}

// first is for commands whose first argument is one of a few words.
func first(kind string, words []string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error { return known(kind, args[0], words) }
}

// known refuses a word that is not in the list.
func known(kind, word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	return misusef(didYouMean(nearest(word, words), "there are "+strings.Join(words, ", ")), "unknown %s %q", kind, word)
}
