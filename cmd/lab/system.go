//go:build !wasip1

package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/grade/sandbox"
	"echolab/lab/networks/kernel"
	"echolab/lab/networks/localhost"
	"echolab/lab/networks/virtual"
	"echolab/lab/testbed"
)

// This file is what the program has on a system with processes, sockets and
// signals; system_wasip1.go is what it has inside WebAssembly.

// serveAnother does the work of a process that the program has started for itself,
// and then does not return: the first process of a sandbox.
func serveAnother() { sandbox.Main() }

// commands are all commands, in the order of use.
func commands(t *terminal) []*cobra.Command {
	return []*cobra.Command{
		newCompare(t),
		newSweep(t),
		newServe(t),
		newSend(t),
		newList(t),
		newExplain(t),
		newPredict(t),
		newTrace(t),
		newPage(t),
		newGrade(t),
		newAssignment(t),
		newDoctor(t),
		newVersion(t),
		newCompletion(t),
	}
}

// usualNetwork is where experiments run unless the user says otherwise.
const usualNetwork = lab.Auto

// untilInterrupted ends with Ctrl-C or SIGTERM.
func untilInterrupted() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() { time.AfterFunc(oneSignal, stop) }) // a second Ctrl-C ends the program at once
	return ctx
}

// oneSignal is how long signals count as one: timeout(1) sends its own twice,
// to the process and to its group, and means that the program should end well.
const oneSignal = 500 * time.Millisecond

// drivers are the networks that experiments can run on. Of those with a wire, the
// one that "auto" prefers comes first.
func drivers() []testbed.Driver {
	return []testbed.Driver{localhost.Localhost, kernel.Driver(), virtual.Driver(), theMachine()}
}

// reexecInNamespace runs the program again in a user namespace, where the network
// kernel opens for ordinary users. Commands call it before they do or print
// anything. If that is not possible, the network's Check says why.
func reexecInNamespace(network string, list []experiments.Experiment) error {
	wanted := network == "kernel" || network == lab.Auto &&
		slices.ContainsFunc(list, func(e experiments.Experiment) bool { return e.Place == experiments.OnWire })
	if !wanted {
		return nil
	}
	if code, done, _ := kernel.Reexec(); done {
		return exitCode(code)
	}
	return nil
}
