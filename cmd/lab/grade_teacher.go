//go:build !wasip1

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/grade"
)

// teaching are the flags of "lab grade" for what a teacher's file says beside the checks.
type teaching struct {
	submitted string // a time, or a file of times
	all       bool   // show what students do not see
}

func (f *teaching) register(cmd *cobra.Command) {
	cmd.Flags().Var(anyText(&f.submitted, "TIME"), "submitted",
		"when it was handed in, as 2026-12-10T22:03:00+09:00; or a CSV file of names and times; or Gradescope's "+
			"submission_metadata.json")
	cmd.Flags().BoolVar(&f.all, "teacher", false, "show the checks that students do not see, too")
}

// applyPolicy takes what a teacher's file says where no flag says otherwise, and when the
// work was handed in.
func (f *gradeFlags) applyPolicy(cmd *cobra.Command, t *terminal, a grade.Assignment) error {
	typed := cmd.Flags().Changed
	if p := a.Policy; p.Timeout > 0 && !typed("timeout") {
		f.Timeout = p.Timeout
	}
	if p := a.Policy; p.StartTimeout > 0 && !typed("start-timeout") {
		f.StartTimeout = p.StartTimeout
	}
	if err := f.takeReceipts(a, typed("class")); err != nil {
		return err
	}
	if a.Policy.SeedPerStudent && !typed("secret") {
		t.warnf("%s asks for a seed of each student's own: without --secret all have seed %d", a.ID, f.Seed)
	}
	return nil
}

// takeReceipts reads when the work was handed in, where --submitted says so.
func (f *gradeFlags) takeReceipts(a grade.Assignment, class bool) error {
	if f.submitted == "" {
		return nil
	}
	receipts, err := readReceipts(f.submitted, class)
	if err != nil {
		return misusef(`"lab grade --help" says what --submitted takes`, "--submitted: %w", err)
	}
	if r, one := receipts[""]; one && r.Due.IsZero() && a.Policy.Due.IsZero() {
		return misusef("due: in the assignment's file", "--submitted: %s is not due at any time", a.ID)
	}
	f.Receipts = receipts
	return nil
}

// largestTable bounds what is read of a file that is no table, in bytes.
const largestTable = 16 << 20

var (
	errNoTable = errors.New("a class needs a CSV file of names and times")
	errNoTime  = errors.New("one program has one time; a CSV file is for --class")
)

// readReceipts reads when one program was handed in, under no name, or a class's.
func readReceipts(submitted string, class bool) (map[string]grade.Receipt, error) {
	ending := strings.ToLower(filepath.Ext(submitted))
	if class != (ending == ".csv") {
		if class {
			return nil, errNoTable
		}
		return nil, errNoTime
	}
	if ending != ".csv" && ending != ".json" {
		at, err := grade.ParseTime(submitted)
		return map[string]grade.Receipt{"": {Submitted: at}}, err
	}
	in, err := os.Open(submitted)
	if err != nil {
		return nil, bareFile(err)
	}
	defer func() { _ = in.Close() }()
	if ending == ".csv" {
		return grade.ReadReceipts(io.LimitReader(in, largestTable))
	}
	one, err := grade.ReadMetadata(io.LimitReader(in, largestTable))
	return map[string]grade.Receipt{"": one}, err
}
