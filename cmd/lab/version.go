package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"echolab/lab"
)

func newVersion(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "the version of this program",
		Args:  nothing,
		RunE: func(*cobra.Command, []string) error {
			return tellVersion(t)
		},
	}
}

// tellVersion prints what a report of a defect should name.
func tellVersion(t *terminal) error {
	_, err := fmt.Fprintf(t.out, "lab %s%s %s %s/%s\n",
		lab.Version(), commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// commit is the one that the program was built from, where the build says it.
func commit() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return " (" + s.Value[:min(len(s.Value), 12)] + ")"
		}
	}
	return ""
}
