// Lab puts TCP and UDP side by side.
//
// This folder is the front desk of the house: one file a command, and the
// only place with flags, colour and exit codes. Read ui.go first, which
// states how the program speaks, then root.go and compare.go.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"echolab/lab/grade/sandbox"
)

func main() {
	sandbox.Main() // where this process is the first of a sandbox, it goes no further
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(oneSignal, stop) }) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// oneSignal is how long signals count as one: timeout(1) sends its own twice,
// to the process and to its group, and means that the program should end well.
const oneSignal = 500 * time.Millisecond

// run is the program without its process: it reads and writes only what it is
// given and returns the exit code. When ctx ends it stops as Ctrl-C does.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	t := &terminal{in: stdin, out: stdout, err: stderr}
	root := newRoot(t)
	root.SetArgs(args)
	return t.end(ctx, root.ExecuteContext(ctx))
}
