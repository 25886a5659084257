package lab

import (
	"fmt"

	"echolab/lab/experiments"
	"echolab/lab/networks"
	"echolab/lab/networks/localhost"
	"echolab/lab/testbed"
	"echolab/lab/text"
)

// Auto lets the lab choose the network: clean experiments run on localhost,
// those that need conditions on the first wired network that opens.
const Auto = "auto"

// choose finds the network that an experiment runs on, and what its reader
// should know about the choice.
func choose(e experiments.Experiment, name string, openers []testbed.Driver) (testbed.Driver, text.Message, error) {
	if name != Auto && name != "" {
		o, err := named(e, name, openers)
		if err != nil || e.Place != experiments.OnSystem || name == localhost.Localhost.Name {
			return o, text.Message{}, err
		}
		o, _, err = choose(e, Auto, openers)
		return o, text.Sayf("measured on network %s, because it is about this system's own sockets", o.Name), err
	}
	var refused []text.Message
	for _, o := range openers {
		if o.Wired != (e.Place == experiments.OnWire) || o.Elsewhere != nil {
			continue
		}
		err := o.Check()
		if err == nil {
			return o, fallback(o, refused), nil
		}
		refused = append(refused, text.Sayf("network %s does not open: %s", o.Name, networks.Reason(err)))
	}
	return testbed.Driver{}, text.Message{}, fmt.Errorf("no network for this experiment: %s", joined(refused))
}

func fallback(o testbed.Driver, refused []text.Message) text.Message {
	if len(refused) == 0 {
		return text.Message{}
	}
	return text.Sayf("measured on network %s, because %s (lab doctor tells how to enable it)", o.Name, joined(refused))
}

// joined makes one sentence of several.
func joined(list []text.Message) text.Message {
	var all text.Message
	for i, t := range list {
		if i == 0 {
			all = t
			continue
		}
		all = text.Sayf("%s; %s", all, t)
	}
	return all
}

// named is the network that the user asked for. A clean experiment also runs
// over a wire; one that needs conditions cannot run without.
func named(e experiments.Experiment, name string, openers []testbed.Driver) (testbed.Driver, error) {
	o, err := Named(name, openers)
	if err == nil {
		err = e.FitsOn(o)
	}
	return o, err
}

// Named finds an opener, and says why it does not open here.
func Named(name string, openers []testbed.Driver) (testbed.Driver, error) {
	for _, o := range openers {
		if o.Name != name {
			continue
		}
		if err := o.Check(); err != nil {
			return o, fmt.Errorf("open network %s: %w", name, err)
		}
		return o, nil
	}
	return testbed.Driver{}, fmt.Errorf("no network is called %q", name)
}
