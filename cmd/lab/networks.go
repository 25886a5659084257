package main

import (
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

// drivers are the networks that experiments can run on. Of those with a wire, the
// one that "auto" prefers comes first.
func drivers() []testbed.Driver {
	simulated := machine.Driver()
	simulated.Congestion = virtual.Congestion // its hosts have the same TCP
	return []testbed.Driver{localhost.Localhost, kernel.Driver(), virtual.Driver(), simulated}
}

// machine runs the network simulated. There is one, since it prepares itself once.
var machine simulated.Machine

// networkNames are the words that --network takes: of all networks, or of those
// that have a wire.
func networkNames(wired bool) []string {
	names := []string{lab.Auto}
	for _, d := range drivers() {
		if d.Wired || !wired {
			names = append(names, d.Name)
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
