package lab

import (
	"fmt"

	"echolab/lab/experiments"
	"echolab/lab/networks"
	"echolab/lab/networks/localhost"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Auto lets the lab choose the network: clean experiments run on localhost,
// those that need conditions on the first wired network that opens.
const Auto = "auto"

// Item is an experiment with the conditions and the network that it runs on.
type Item struct {
	Experiment experiments.Experiment
	Conditions wire.Options
	Driver     testbed.Driver
	Warning    text.Message // what the reader should know about the choice of the network
}

// NewItem chooses the network for an experiment: the one of that name, or with
// Auto the first that fits, in the order of drivers. Without a wire there are no
// conditions.
func NewItem(e experiments.Experiment, c wire.Options, network string, drivers []testbed.Driver) (Item, error) {
	driver, warning, err := choose(e, network, drivers)
	if err != nil {
		return Item{}, fmt.Errorf("%s: %w", e.ID, err)
	}
	if !driver.Wired {
		c = wire.Options{}
	}
	return Item{Experiment: e, Conditions: c, Driver: driver, Warning: warning}, nil
}

// choose finds the network that an experiment runs on, and what its reader
// should know about the choice.
func choose(e experiments.Experiment, name string, drivers []testbed.Driver) (testbed.Driver, text.Message, error) {
	if name != Auto && name != "" {
		d, err := Named(name, drivers)
		if err == nil {
			err = e.FitsOn(d)
		}
		if err != nil || e.Place != experiments.OnSystem || name == localhost.Localhost.Name {
			return d, text.Message{}, err
		}
		d, _, err = choose(e, Auto, drivers)
		return d, text.Sayf("measured on network %s, because it is about this system's own sockets", d.Name), err
	}
	var refused []text.Message
	for _, d := range drivers {
		if d.Wired != (e.Place == experiments.OnWire) || d.Elsewhere != nil {
			continue
		}
		err := d.Check()
		switch {
		case err != nil:
			refused = append(refused, text.Sayf("network %s does not open: %s", d.Name, networks.Reason(err)))
		case len(refused) == 0:
			return d, text.Message{}, nil
		default:
			return d, text.Sayf("measured on network %s, because %s (lab doctor tells how to enable it)",
				d.Name, text.Join(refused)), nil
		}
	}
	return testbed.Driver{}, text.Message{}, fmt.Errorf("no network for this experiment: %s", text.Join(refused))
}

// Named finds a network by its name. The error says why it does not open here.
func Named(name string, drivers []testbed.Driver) (testbed.Driver, error) {
	for _, d := range drivers {
		if d.Name != name {
			continue
		}
		if err := d.Check(); err != nil {
			return d, fmt.Errorf("open network %s: %w", name, err)
		}
		return d, nil
	}
	return testbed.Driver{}, fmt.Errorf("no network is called %q", name)
}
