package main

import (
	"context"

	"echolab/lab"
	"echolab/lab/netstack"
)

// networks are those that experiments can run on, the better wired one first.
func networks() []lab.Opener {
	return []lab.Opener{
		lab.Localhost,
		wired("virtual", netstack.Check, netstack.Open),
	}
}

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

// howToOpen is what can be done about a network that does not open.
func howToOpen(err error) string {
	return "lab doctor tells what opens here and how to enable the rest"
}
