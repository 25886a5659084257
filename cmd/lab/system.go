//go:build !wasip1

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// untilInterrupted ends with Ctrl-C or SIGTERM.
func untilInterrupted() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(oneSignal, stop) }) // a second Ctrl-C ends the program at once
	return ctx
}

// oneSignal is how long signals count as one: timeout(1) sends its own twice,
// to the process and to its group, and means that the program should end well.
const oneSignal = 500 * time.Millisecond

// refuseSockets leaves all commands as they are: this system has sockets.
func refuseSockets(*cobra.Command) {}
