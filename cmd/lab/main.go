// Lab puts TCP and UDP side by side.
//
// This folder has one file a command, and is the only place with flags, colour
// and exit codes. Read ui.go first, which states the rules of what is printed,
// then root.go, compare.go and plan.go.
package main

import (
	"context"
	"io"
	"os"
)

func main() {
	serveAnother() // where it is another program's process, it goes no further
	os.Exit(run(untilInterrupted(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program without its process: it reads and writes only what it is
// given and returns the exit code. When ctx ends it stops as Ctrl-C does.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return runOn(ctx, &terminal{in: stdin, out: stdout, err: stderr}, args)
}

// runOn is run on a terminal.
func runOn(ctx context.Context, t *terminal, args []string) int {
	root := newRoot(t)
	root.SetArgs(args)
	return t.end(ctx, root.ExecuteContext(ctx))
}
