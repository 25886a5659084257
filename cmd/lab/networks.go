package main

import (
	"context"
	"errors"
	"time"

	"echolab/lab/networks"
	"echolab/lab/networks/simulated"
	"echolab/lab/networks/virtual"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// machine runs the network simulated. There is one, since it prepares itself once.
var machine simulated.Machine

// theMachine is the network simulated. Its hosts have the same TCP as those of
// network virtual.
func theMachine() testbed.Driver {
	d := machine.Driver()
	d.Congestion = virtual.Congestion
	return d
}

// networkNames are the words that --network takes: of all networks, or of those
// that have a wire.
func networkNames(wired bool) []string {
	names := []string{usualNetwork}
	for _, d := range drivers() {
		if (d.Wired || !wired) && d.Name != usualNetwork {
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

// congestionControls are those that a network has, found out by opening it with
// each of them. The machine of network simulated tells its own.
func congestionControls(ctx context.Context, o testbed.Driver) []string {
	if o.Elsewhere != nil {
		return simulated.Congestion()
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var names []string
	for _, name := range congestions {
		n, err := o.Open(ctx, testbed.NetworkConfig{Congestion: name})
		if err != nil {
			continue // not this one
		}
		l, err := n.Server().Listen(ctx, "tcp", n.Server().Addr().String()+":0")
		if err == nil {
			names = append(names, name)
			l.Close() //nolint:errcheck // it has no connections
		}
		n.Close() //nolint:errcheck // the answer is known
	}
	return names
}
