package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// helpColumns is how wide help may be.
const helpColumns = 80

// help is what a command tells about itself. It is no template of the command
// library's: with one of them in it, a program carries every method of every
// type, and in a web page it is half as large again.
func help(cmd *cobra.Command) string {
	var b strings.Builder
	part := func(head, body string) {
		if body != "" {
			fmt.Fprintf(&b, "\n%s:\n%s\n", head, body)
		}
	}
	b.WriteString(cmp.Or(cmd.Long, cmd.Short) + "\n")
	part("usage", usages(cmd))
	part("examples", cmd.Example)
	part("commands", subcommands(cmd))
	part("flags", strings.TrimRight(cmd.LocalFlags().FlagUsagesWrapped(helpColumns), " \n"))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n\"%s COMMAND --help\" tells more about a command\n", cmd.CommandPath())
	}
	return b.String()
}

// usages are the ways to type a command.
func usages(cmd *cobra.Command) string {
	var ways []string
	if cmd.Runnable() && cmd.HasParent() {
		ways = append(ways, "  "+cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		ways = append(ways, "  "+cmd.CommandPath()+" COMMAND")
	}
	return strings.Join(ways, "\n")
}

// subcommands lists the commands below a command.
func subcommands(cmd *cobra.Command) string {
	var lines []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			lines = append(lines, fmt.Sprintf("  %-*s  %s", c.NamePadding(), c.Name(), c.Short))
		}
	}
	return strings.Join(lines, "\n")
}
