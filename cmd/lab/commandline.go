package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab/text"
)

// commandLine is the command that was typed, as far as it says what is measured;
// "" where no experiment was named, and so all were meant.
func commandLine(cmd *cobra.Command, names []string) string {
	if len(names) == 0 {
		return ""
	}
	how := []string{"format", "output", "pcap", "claims", "strict", "quiet", "jobs"}
	return withFlags(cmd, cmd.CommandPath()+" "+strings.Join(names, " "), func(flag string) bool {
		return !slices.Contains(how, flag)
	})
}

// fileLine is the command that makes the same file once more.
func fileLine(cmd *cobra.Command, names []string) string {
	line := strings.Join(append([]string{cmd.CommandPath()}, names...), " ")
	how := []string{"format", "output", "pcap", "events", "strict", "quiet", "jobs"}
	return withFlags(cmd, line, func(flag string) bool { return !slices.Contains(how, flag) }) + " --output report.html"
}

// traceLine is the command that draws the packets of the one experiment that was
// named, with those flags that were typed and mean the same there; "" for none
// or several.
func traceLine(cmd *cobra.Command, names []string) string {
	if len(names) != 1 {
		return ""
	}
	flags, how := newTrace(&terminal{}).Flags(), []string{"format", "output", "pcap", "messages", "lang"}
	return withFlags(cmd, cmd.Parent().CommandPath()+" trace "+names[0], func(flag string) bool {
		return flags.Lookup(flag) != nil && !slices.Contains(how, flag)
	})
}

// withFlags is a line and behind it those of the typed flags that are wanted.
func withFlags(cmd *cobra.Command, line string, wanted func(flag string) bool) string {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); {
		case !wanted(f.Name):
		case f.Value.Type() == "bool":
			line += " --" + f.Name
		default:
			line += " --" + f.Name + " " + text.ShellWords(value)
		}
	})
	return line
}
