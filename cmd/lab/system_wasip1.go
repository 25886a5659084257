package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/networks/simulated"
	"echolab/lab/networks/simulated/guest"
	"echolab/lab/networks/simulated/protocol"
	"echolab/lab/testbed"
)

// Inside WebAssembly the program is either the one inside the simulated machine,
// or the lab in a web page. The page has that machine only, and no sockets,
// processes or signals.

// serveAnother does the work of the program inside the simulated machine, where
// this is it, and then does not return.
func serveAnother() {
	if os.Args[0] == protocol.Program {
		os.Exit(guest.Main())
	}
}

// untilInterrupted never ends: there are no signals here, and package os/signal
// would look for them for ever.
func untilInterrupted() context.Context { return context.Background() }

// commands are those that need no sockets, processes or files. The others say so.
func commands(t *terminal) []*cobra.Command {
	return []*cobra.Command{
		newCompare(t),
		absent("sweep"),
		absent("serve"),
		absent("send"),
		newList(t),
		newExplain(t),
		newPredict(t),
		newTrace(t),
		absent("page"),
		absent("grade"),
		absent("assignment"),
		absent("doctor"),
		newVersion(t),
	}
}

// absent is a command that cannot work here.
func absent(name string) *cobra.Command {
	return &cobra.Command{
		Use:                name,
		Hidden:             true,
		DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return misusef("run it on your own computer", "lab %s needs the processes, sockets and files "+
				"of a system, and a web page has none", name)
		},
	}
}

// usualNetwork is where experiments run unless the user says otherwise.
const usualNetwork = simulated.Name

// drivers are the networks that experiments can run on.
func drivers() []testbed.Driver { return []testbed.Driver{theMachine()} }

// reexecInNamespace does nothing: there are no namespaces here.
func reexecInNamespace(string, []experiments.Experiment) error { return nil }
