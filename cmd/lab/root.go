package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot is the program's command line.
func newRoot(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use: "lab",
		Long: "lab puts TCP and UDP side by side: the same messages through both, on networks\n" +
			"that lose, delay and reorder packets, and every difference measured.",
		SilenceErrors:     true, // end tells them
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs, // so that unknown commands come to RunE
		RunE: func(cmd *cobra.Command, args []string) error {
			if asked, _ := cmd.Flags().GetBool("version"); asked { // it is a flag of this command
				return tellVersion(t)
			}
			return helpOrSuggest(cmd, args)
		},

		SuggestionsMinimumDistance: 2, // letters
	}
	root.Flags().Bool("version", false, "tell the version, as the command does")
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { cmd.Print(help(cmd)) })
	root.SetFlagErrorFunc(flagMisuse)
	root.SetHelpCommand(newHelp())
	root.PersistentFlags().BoolP("help", "h", false, "tell about the command")
	cobra.EnableCommandSorting = false // the order below is the order of use
	root.AddCommand(commands(t)...)
	return root
}

// helpOrSuggest prints the help where no command was typed, and suggests commands
// that look like an unknown one.
func helpOrSuggest(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	return misusef(didYouMean(cmd.SuggestionsFor(args[0]), `"lab help" lists the commands`), "unknown command %q", args[0])
}

// newHelp is "lab help", which the list of commands need not mention.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "tell about a command",
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return helpOrSuggest(cmd.Root(), args)
			}
			return about.Help()
		},
	}
}

// flagMisuse gives the flag library's errors a hint, and the form of this program.
func flagMisuse(cmd *cobra.Command, err error) error {
	all := "\"" + cmd.CommandPath() + " --help\" lists the flags"
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		return misusef(didYouMean(nearest("--"+unknown.GetSpecifiedName(), flagNames(cmd)), all),
			"unknown flag --%s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		return misusef(all, "unknown flag -%s", unknown.GetSpecifiedName())
	case errors.As(err, &empty):
		return misusef(flagHint(empty.GetFlag()), "--%s needs a value", empty.GetFlag().Name)
	case errors.As(err, &invalid):
		return misusef(flagHint(invalid.GetFlag()), "--%s%s: %w", invalid.GetFlag().Name, unsaid(invalid), notBool(invalid))
	}
	return misusef(all, "%w", err)
}

// notBool is why a flag's value is wrong. For a flag without a value the words of
// the flag library name a function of Go.
func notBool(invalid *pflag.InvalidValueError) error {
	if invalid.GetFlag().Value.Type() == "bool" {
		return errors.New("it takes no value, or true or false")
	}
	return invalid.Unwrap()
}

// unsaid is the value that a flag was given, unless the error names it.
func unsaid(invalid *pflag.InvalidValueError) string {
	if strings.HasPrefix(invalid.Unwrap().Error(), strconv.Quote(invalid.GetValue())) {
		return ""
	}
	return " " + quoteBlank(invalid.GetValue())
}

// quoteBlank puts a blank value into quotation marks, to make it visible.
func quoteBlank(value string) string {
	if strings.TrimSpace(value) == "" {
		return `"` + value + `"`
	}
	return value
}

// flagHint says what a flag takes.
func flagHint(f *pflag.Flag) string {
	kind, usage := pflag.UnquoteUsage(f)
	return strings.Join(strings.Fields("--"+f.Name+" "+kind), " ") + ": " + usage
}

// flagNames are the command's flags as one types them.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return names
}

// nearest are the names that look like a typed one. The command library finds
// those among commands, so the names become commands.
func nearest(typed string, names []string) []string {
	if typed == "" {
		return nil // all of them begin with it
	}
	among := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, name := range names {
		among.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	return among.SuggestionsFor(typed)
}

// didYouMean is a hint that suggests the likely names, and says where all are.
func didYouMean(likely []string, all string) string {
	if len(likely) == 0 {
		return all
	}
	return "did you mean " + strings.Join(likely, " or ") + "? " + all
}
