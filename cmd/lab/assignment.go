//go:build !wasip1

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
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
	cmd.AddCommand(newAssignmentList(t), newAssignmentShow(t), newAssignmentInit(t), newAssignmentPackage(t),
		newAssignmentNew(t), newAssignmentCheck(t))
	return cmd
}

func newAssignmentList(t *terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list [FILE...]",
		Short: "the assignments, in the order of a course, or those of these files",
		Args: func(_ *cobra.Command, files []string) error {
			for _, name := range files {
				if !isAssignmentFile(name) {
					return misusef("a file ends in .yaml", "list: %q is no file of an assignment", name)
				}
			}
			return nil
		},
	}
	return writesPage(t, cmd, func(_ *cobra.Command, p *page, files []string) error {
		all := checks.All()
		if len(files) > 0 {
			all = nil
		}
		for _, name := range files {
			a, err := findAssignment(name)
			if err != nil {
				return err
			}
			all = append(all, a)
		}
		id := 0
		for _, a := range all {
			id = max(id, len(a.ID))
		}
		for _, a := range all {
			fmt.Fprintf(&p.text, "%-*s  %s\n", id, a.ID, p.Text(text.Sayf("%s (%d checks)", a.Heading(), len(a.Checks))))
		}
		return nil
	})
}

func newAssignmentShow(t *terminal) *cobra.Command {
	teacher := false
	cmd := &cobra.Command{
		Use:               "show ASSIGNMENT",
		Short:             "the handout of an assignment: the task and what is graded",
		Args:              cobra.MatchAll(between(1, 1), firstAssignment),
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
	}
	cmd.Flags().BoolVar(&teacher, "teacher", false, "with the checks that students do not see")
	return writesPage(t, cmd, func(cmd *cobra.Command, p *page, args []string) error {
		a, err := findAssignment(args[0])
		if err != nil {
			return err
		}
		if !teacher {
			a = a.ForStudents()
		}
		if err := speakAs(cmd, a, &p.Printer); err != nil {
			return err
		}
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
		Args:              cobra.MatchAll(between(2, 2), firstAssignment),
		ValidArgsFunction: cobra.FixedCompletions(assignmentIDs(), cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := findAssignment(args[0])
			if err != nil {
				return err
			}
			if err := speakAs(cmd, a, &words); err != nil {
				return err
			}
			return initAssignment(t, a, args[1], language, words)
		},
	}
	choice(cmd, &language, "language", "LANGUAGE", "the programming language", handout.Languages()...)
	languageFlag(cmd, &words, "the language of the texts")
	return cmd
}

// initAssignment makes the starter folder. It writes into no folder that has
// something in it.
func initAssignment(t *terminal, a grade.Assignment, dir, language string, p text.Printer) error {
	there, err := os.ReadDir(dir)
	switch {
	case err == nil && len(there) > 0:
		return failuref("choose a folder that does not exist yet", "%s is not empty", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return failuref("choose a folder that does not exist yet", "look into %s: %w", dir, err)
	}
	starter, err := handout.Starter(a.ForStudents(), language, p)
	if err != nil {
		return failuref("", "%w", err)
	}
	if err := os.CopyFS(dir, starter); err != nil {
		return failuref("", "make the folder: %w", err)
	}
	if err := copyForStudents(a, dir); err != nil {
		return err
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
	return firstAssignment(cmd, args)
}
