package lab

import (
	"fmt"
)

// Auto lets the lab choose the network: clean experiments run on localhost,
// those that need conditions on the first wired network that opens.
const Auto = "auto"

// choose finds the network that an experiment runs on, and what its reader
// should know about the choice.
func choose(e Experiment, name string, openers []Opener) (Opener, Text, error) {
	if name != Auto && name != "" {
		o, err := named(e, name, openers)
		if err != nil || e.Place != OnSystem || name == Localhost.Name {
			return o, Text{}, err
		}
		o, _, err = choose(e, Auto, openers)
		return o, Say("measured on network %s, because it is about this system's own sockets", o.Name), err
	}
	var refused []Text
	for _, o := range openers {
		if o.Wired != (e.Place == OnWire) || o.Elsewhere != nil {
			continue
		}
		err := o.Check()
		if err == nil {
			return o, fallback(o, refused), nil
		}
		refused = append(refused, Say("network %s does not open: %s", o.Name, Obstacle(err)))
	}
	return Opener{}, Text{}, fmt.Errorf("no network for this experiment: %s", joined(refused))
}

func fallback(o Opener, refused []Text) Text {
	if len(refused) == 0 {
		return Text{}
	}
	return Say("measured on network %s, because %s (lab doctor tells how to enable it)", o.Name, joined(refused))
}

// joined makes one sentence of several.
func joined(list []Text) Text {
	var all Text
	for i, t := range list {
		if i == 0 {
			all = t
			continue
		}
		all = Say("%s; %s", all, t)
	}
	return all
}

// named is the network that the user asked for. A clean experiment also runs
// over a wire; one that needs conditions cannot run without.
func named(e Experiment, name string, openers []Opener) (Opener, error) {
	o, err := Named(name, openers)
	if err == nil {
		err = o.Carries(e)
	}
	return o, err
}

// Named finds an opener, and says why it does not open here.
func Named(name string, openers []Opener) (Opener, error) {
	for _, o := range openers {
		if o.Name != name {
			continue
		}
		if err := o.Check(); err != nil {
			return o, fmt.Errorf("open network %s: %w", name, err)
		}
		return o, nil
	}
	return Opener{}, fmt.Errorf("no network is called %q", name)
}
