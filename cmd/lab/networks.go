package main

import (
	"context"
	"errors"
	"slices"

	"echolab/lab"
	"echolab/lab/netns"
	"echolab/lab/netstack"
	"echolab/lab/simulated"
)

// networks are those that experiments can run on, the better wired one first.
func networks() []lab.Opener {
	virtual, simulated := wired("virtual", netstack.Check, netstack.Open), machine.Opener()
	virtual.Congestion, simulated.Congestion = netstack.Congestion, netstack.Congestion // in both it is that TCP
	return []lab.Opener{lab.Localhost, wired("kernel", netns.Check, netns.Open), virtual, simulated}
}

// machine is what the network simulated runs on. There is one, for it prepares
// itself once.
var machine simulated.Machine

// wired is a network with a wire, on which conditions can act.
func wired[N lab.Network](name string, check func() error, open func(context.Context, lab.Setup) (N, error)) lab.Opener {
	return lab.Opener{Name: name, Wired: true, Check: check, Open: func(ctx context.Context, s lab.Setup) (lab.Network, error) {
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
	for _, o := range networks() {
		names = append(names, o.Name)
	}
	return names
}

// wiredNames are those of the networks that have a wire.
func wiredNames() []string {
	names := []string{lab.Auto}
	for _, o := range networks() {
		if o.Wired {
			names = append(names, o.Name)
		}
	}
	return names
}

// howToOpen is what can be done about a network that does not open.
func howToOpen(err error) string {
	var closed *lab.Unavailable
	if errors.As(err, &closed) && closed.Hint != "" {
		return closed.Hint
	}
	return "\"lab doctor\" tells what opens here"
}

// elsewhere is the error of a program that ran again elsewhere, which is over
// now and has said all that there was to say.
type elsewhere struct{ code int }

func (e *elsewhere) Error() string { return "the program ran elsewhere" }

// enter goes where the network kernel opens: an ordinary user's program starts
// itself again in a namespace of its own. Commands call it before they do or
// print anything. Where it is of no use, the network's Check says why.
func enter(network string, list []lab.Experiment) error {
	wanted := network == "kernel" || network == lab.Auto &&
		slices.ContainsFunc(list, func(e lab.Experiment) bool { return e.Place == lab.OnWire })
	if !wanted {
		return nil
	}
	if code, done, _ := netns.Reexec(); done {
		return &elsewhere{code}
	}
	return nil
}
