//go:build !wasip1

package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
	"echolab/lab/grade/checks"
	"echolab/lab/grade/handout"
	"echolab/lab/grade/teacher"
	"echolab/lab/text"
)

// isAssignmentFile tells a file of a teacher from the name of one of the lab's assignments.
func isAssignmentFile(name string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(filepath.Ext(name))) ||
		strings.ContainsRune(filepath.ToSlash(name), '/')
}

// firstAssignment is for commands whose first argument is an assignment. Files are read
// by the command itself.
func firstAssignment(_ *cobra.Command, args []string) error {
	if isAssignmentFile(args[0]) {
		return nil
	}
	return known("assignment", args[0], assignmentIDs())
}

// findAssignment is the assignment of that name, or in that file.
func findAssignment(name string) (grade.Assignment, error) {
	if !isAssignmentFile(name) {
		a, _ := checks.Find(name) // firstAssignment has looked
		return a, nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return grade.Assignment{}, misusef(`"lab assignment new FILE" writes one`, "assignment %s: %w", name, bareFile(err))
	}
	a, err := teacher.Read(content)
	if _, wrong := errors.AsType[teacher.Problems](err); wrong {
		return a, misusef(`"lab assignment check `+text.ShellWords(name)+`" lists all that is wrong`, "%s:%w", name, err)
	}
	if err != nil {
		return a, failuref("", "assignment %s: %w", name, err)
	}
	return a, nil
}

// speakAs makes a printer speak the language of an assignment where nobody asks for one.
func speakAs(cmd *cobra.Command, a grade.Assignment, p *text.Printer) (err error) {
	if a.Policy.Language != "" && !cmd.Flags().Changed("lang") {
		*p, err = text.For(a.Policy.Language)
	}
	return err
}

// copyForStudents puts what students may have of a teacher's file into their folder.
func copyForStudents(a grade.Assignment, dir string) error {
	if a.File == nil {
		return nil
	}
	copied, err := teacher.ForStudents(a.File)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, handout.AssignmentFile), copied, 0o644)
	}
	if err != nil {
		return failuref("", "copy the assignment for students: %w", err)
	}
	return nil
}
