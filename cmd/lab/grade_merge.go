//go:build !wasip1

package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"echolab/lab/grade/class"
	"echolab/lab/grade/format"
)

// newGradeMerge is the command that puts shares of a class together.
func newGradeMerge(t *terminal) *cobra.Command {
	out := classOutput{format: "table"}
	cmd := &cobra.Command{
		Use:   "merge DIR...",
		Short: "put the results of a class together that was graded in shares",
		Long: `merge reads the folders of results that "lab grade --class --shard I/N" has written,
one or several, and writes and prints just what grading the whole class at once
would have: the same bytes, but for the times. It refuses shares of another
version, assignment, seed or class, two results of one submission with other
points, and a class of which something is missing.`,
		Example: "  lab grade merge grades --output merged\n" +
			"  lab grade merge shard-1 shard-2 shard-3 --output merged --lang ko",
		RunE: func(_ *cobra.Command, args []string) error { return out.merge(t, args) },
	}
	flags := cmd.Flags()
	flags.Var(anyText(&out.dir, "DIR"), "output", "the folder to write into; the first DIR if left out")
	flags.BoolVar(&out.teacher, "teacher", false, "show students all checks")
	choice(cmd, &out.format, "format", "FORMAT", "a form to write of each result, besides json, table and html",
		format.Names()...)
	languageFlag(cmd, &out.words, languageUsage)
	return cmd
}

func (o classOutput) merge(t *terminal, folders []string) error {
	if len(folders) == 0 {
		return misusef("lab grade merge grades --output merged", "grade merge: no folder is named")
	}
	if o.dir == "" {
		o.dir = filepath.Clean(folders[0])
	}
	list, err := class.Merge(o.dir, folders)
	if err != nil {
		return failuref("", "merge: %w", err)
	}
	records, _, err := class.Folder(o.dir).Records(list)
	if err != nil {
		return failuref("", "merge: %w", err)
	}
	for _, r := range records {
		if err := o.submission(r); err != nil {
			return err
		}
	}
	if err := o.summary(t, list, class.Shard{}); err != nil {
		return err
	}
	t.sayf("wrote the results of %d submissions to %s", len(records), o.dir)
	return nil
}
