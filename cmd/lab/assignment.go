//go:build !wasip1

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"echolab/lab/grade/checks"
	"echolab/lab/grade/handout"
	"echolab/lab/text"
)

func newAssignment(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "assignment",
		Short: "the assignments, their handouts, starter folders and packages",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			hint := didYouMean(cmd.SuggestionsFor(args[0]), `"lab assignment --help" lists them`)
			return misusef(hint, "unknown command \"assignment %s\"", args[0])
		},
		Args: cobra.ArbitraryArgs,
	}
	cmd.AddCommand(newAssignmentList(t), newAssignmentShow(t), newAssignmentInit(t), newAssignmentPackage(t))
	return cmd
}

func newAssignmentList(t *terminal) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "the assignments, in the order of a course", Args: nothing}
	return writesPage(t, cmd, func(_ *cobra.Command, p *page, _ []string) error {
		id := 0
		for _, a := range checks.All() {
			id = max(id, len(a.ID))
		}
		for _, a := range checks.All() {
			title := p.Text(text.Sayf("%s (%d checks)", text.Say(a.Title), len(a.Checks)))
			fmt.Fprintf(&p.text, "%-*s  %s\n", id, a.ID, title)
		}
		return nil
	})
}

func newAssignmentShow(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:       "show ASSIGNMENT",
		Short:     "the handout of an assignment: the task and what is graded",
		Args:      oneOf("assignment", assignmentIDs()),
		ValidArgs: assignmentIDs(),
	}
	return writesPage(t, cmd, func(_ *cobra.Command, p *page, args []string) error {
		a, _ := checks.Find(args[0]) // Args has looked
		task, err := handout.Task(a, p.Printer)
		if err != nil {
			return failuref("", "%w", err)
		}
		p.text.WriteString(task)
		return nil
	})
}

func newAssignmentInit(t *terminal) *cobra.Command {
	words, language := text.Printer{}, "python"
	cmd := &cobra.Command{
		Use:               "init ASSIGNMENT DIR",
		Short:             "make a folder to start from",
		Example:           "  lab assignment init echo-tcp my-server --language c",
		Args:              cobra.MatchAll(between(2, 2), first("assignment", assignmentIDs())),
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
		RunE: func(_ *cobra.Command, args []string) error {
			return initAssignment(t, args[0], args[1], language, words)
		},
	}
	choice(cmd, &language, "language", "LANGUAGE", "the programming language", handout.Languages()...)
	languageFlag(cmd, &words, "the language of the texts")
	return cmd
}

// initAssignment makes the starter folder. It writes into no folder that has
// something in it.
func initAssignment(t *terminal, id, dir, language string, p text.Printer) error {
	there, err := os.ReadDir(dir)
	switch {
	case err == nil && len(there) > 0:
		return failuref("choose a folder that does not exist yet", "%s is not empty", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return failuref("choose a folder that does not exist yet", "look into %s: %w", dir, err)
	}
	a, _ := checks.Find(id) // Args has looked
	starter, err := handout.Starter(a, language, p)
	if err != nil {
		return failuref("", "%w", err)
	}
	if err := os.CopyFS(dir, starter); err != nil {
		return failuref("", "make the folder: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "%s\n", p.Sayf("made %s; its README.md says how to begin", dir))
	return err
}

// anAssignment is for commands whose first argument is an assignment, and which
// may have a command behind "--".
func anAssignment(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || cmd.ArgsLenAtDash() == 0 {
		return misusef(`"lab assignment list" lists the assignments`, "%s: the assignment is missing", cmd.Name())
	}
	return known("assignment", args[0], assignmentIDs())
}
