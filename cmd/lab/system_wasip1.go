package main

import (
	"context"

	"github.com/spf13/cobra"
)

// untilInterrupted never ends: there are no signals inside WebAssembly, and
// package os/signal would look for them for ever.
func untilInterrupted() context.Context { return context.Background() }

// refuseSockets makes the commands that need sockets or processes say so.
func refuseSockets(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "serve", "send", "grade":
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				return misusef("lab compare --network virtual needs none of them",
					"%s needs sockets and processes of a system, and inside WebAssembly there are none", cmd.CommandPath())
			}
			cmd.Args = cobra.ArbitraryArgs
		}
	}
}
