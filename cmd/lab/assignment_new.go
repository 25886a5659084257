//go:build !wasip1

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/grade/teacher"
	"echolab/lab/text"
)

func newAssignmentNew(t *terminal) *cobra.Command {
	words, base := text.Printer{}, ""
	cmd := &cobra.Command{
		Use:   "new FILE",
		Short: "write an assignment of your own to start from",
		Long: `new writes a YAML file with comments, which works as it is: an assignment made of
one of the lab's, or a server of your own with checks that are scripts of send,
expect and pause. Beside it lies its JSON schema, by which editors complete and
check what you type. "lab assignment check FILE" says what is wrong with it.`,
		Example: "  lab assignment new my-echo.yaml --based-on echo-tcp\n" +
			"  lab assignment check my-echo.yaml",
		Args: between(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return writeNew(t, args[0], base, words) },
	}
	choice(cmd, &base, "based-on", "ASSIGNMENT", "take its starter folder, handout and checks", assignmentIDs()...)
	languageFlag(cmd, &words, "the language of the comments, and of results")
	return cmd
}

// notInIDs is what the id of an assignment cannot have.
var notInIDs = regexp.MustCompile("[^a-z0-9]+")

// writeNew writes the file and the schema. It writes over no file but a schema.
func writeNew(t *terminal, file, based string, p text.Printer) error {
	if !isAssignmentFile(file) || filepath.Ext(file) == "" {
		return misusef("lab assignment new "+text.ShellWords(file+".yaml"), "new: the name of the file should end in .yaml")
	}
	base, _ := checks.Find(based) // the flag has looked
	name := strings.ToLower(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	id := strings.Trim(notInIDs.ReplaceAllString(name, "-"), "-")
	if _, taken := checks.Find(id); taken || id == "" {
		id = strings.Trim("my-"+id, "-")
	}
	content, err := teacher.New(id, base, p)
	if err != nil {
		return failuref("", "%w", err)
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return failuref("choose another name", "%s is there already", file)
	}
	if err == nil {
		_, err = out.Write(content)
		err = errors.Join(err, out.Close())
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(filepath.Dir(file), teacher.SchemaFile), teacher.Schema, 0o644)
	}
	if err != nil {
		return failuref("", "write the assignment: %w", err)
	}
	_, err = fmt.Fprintln(t.out, p.Sayf("wrote %s; its comments say what can be changed", file))
	return err
}

func newAssignmentCheck(t *terminal) *cobra.Command {
	words := text.Printer{}
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "what is wrong with an assignment of your own, or what it asks for",
		Args:  between(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			content, err := os.ReadFile(args[0])
			if err != nil {
				return misusef(`"lab assignment new FILE" writes one`, "check %s: %w", args[0], bareFile(err))
			}
			return checkFile(t, args[0], content, words)
		},
	}
	languageFlag(cmd, &words, languageUsage)
	return cmd
}

// checkFile lists the problems of a file, or its checks and points.
func checkFile(t *terminal, name string, content []byte, p text.Printer) error {
	a, err := teacher.Read(content)
	if problems, wrong := errors.AsType[teacher.Problems](err); wrong {
		for _, one := range problems {
			fmt.Fprintf(t.out, "%s:%s\n", name, p.Text(one.Message())) //nolint:errcheck // the exit code tells
		}
		return exitCode(exitFailed)
	}
	if err != nil {
		return failuref("", "check %s: %w", name, err)
	}
	return tellChecks(t, a, p)
}

// tellChecks lists the checks of an assignment with their points.
func tellChecks(t *terminal, a grade.Assignment, p text.Printer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", p.Sayf("%s (%s): %d checks, %d points", a.Heading(), a.ID, len(a.Checks), a.Max()))
	id := 0
	for _, c := range a.Checks {
		id = max(id, len(c.ID))
	}
	for _, c := range a.Checks {
		line := p.Text(c.Heading())
		if c.Visibility != "" {
			line = p.Sayf("%s (%s)", c.Heading(), string(c.Visibility))
		}
		fmt.Fprintf(&b, "%5d  %-*s  %s\n", c.Points, id, c.ID, line)
	}
	if seen := a.ForStudents(); seen.Unseen.Checks > 0 {
		fmt.Fprintf(&b, "\n%s\n", p.Sayf("students see %d points of %d", seen.Max(), seen.Max()+seen.Unseen.Points))
	}
	_, err := t.out.Write([]byte(b.String()))
	return err
}
