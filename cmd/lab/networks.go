package main

import (
	"context"
	"errors"
	"slices"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/networks"
	"echolab/lab/networks/kernel"
	"echolab/lab/networks/localhost"
	"echolab/lab/networks/simulated"
	"echolab/lab/networks/virtual"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// drivers are those that experiments can run on, the better wired one first.
func drivers() []testbed.Driver {
	stacks, simulated := wired("virtual", virtual.Check, virtual.Open), machine.Driver()
	stacks.Congestion, simulated.Congestion = virtual.Congestion, virtual.Congestion // in both it is that TCP
	return []testbed.Driver{localhost.Localhost, wired("kernel", kernel.Check, kernel.Open), stacks, simulated}
}

// machine is what the network simulated runs on. There is one, for it prepares
// itself once.
var machine simulated.Machine

// wired is a network with a wire, on which conditions can act.
func wired[N testbed.Network](name string, check func() error, open func(context.Context, testbed.NetworkConfig) (N, error)) testbed.Driver {
	return testbed.Driver{Name: name, Wired: true, Check: check, Open: func(ctx context.Context, s testbed.NetworkConfig) (testbed.Network, error) {
		n, err := open(ctx, s)
		if err != nil {
			return nil, err
		}
		return n, nil
	}}
}

// networkNames are the words that --network takes.
func networkNames() []string {
	names := []string{lab.Auto}
	for _, o := range drivers() {
		names = append(names, o.Name)
	}
	return names
}

// wiredNames are those of the networks that have a wire.
func wiredNames() []string {
	names := []string{lab.Auto}
	for _, o := range drivers() {
		if o.Wired {
			names = append(names, o.Name)
		}
	}
	return names
}

// howToOpen is what can be done about a network that does not open.
func howToOpen(err error) text.Phrase {
	var closed *networks.UnavailableError
	if errors.As(err, &closed) && closed.Hint != "" {
		return closed.Hint
	}
	return "\"lab doctor\" tells what opens here"
}

// exitCode is the error of a command whose work another process has done, which
// has also printed its results and errors.
type exitCode struct{ code int }

func (e *exitCode) Error() string { return "the program ran in a namespace" }

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
		return &exitCode{code}
	}
	return nil
}
