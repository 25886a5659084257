package lab

import (
	"fmt"
	"strings"
)

// Auto lets the lab choose the network: clean experiments run on localhost,
// those that need conditions on the first wired network that opens.
const Auto = "auto"

// choose finds the network that an experiment runs on, and what its reader
// should know about the choice.
func choose(place Place, name string, openers []Opener) (Opener, Text, error) {
	if name != Auto && name != "" {
		return named(place, name, openers)
	}
	var refused []string
	for _, o := range openers {
		if o.Wired != (place == OnWire) {
			continue
		}
		err := o.Check()
		if err == nil {
			return o, fallback(o, refused), nil
		}
		refused = append(refused, fmt.Sprintf("network %s does not open: %v", o.Name, err))
	}
	return Opener{}, Text{}, fmt.Errorf("no network for this experiment: %s", strings.Join(refused, "; "))
}

func fallback(o Opener, refused []string) Text {
	if len(refused) == 0 {
		return Text{}
	}
	return Say("measured on network %s, because %s (lab doctor tells how to enable it)", o.Name, strings.Join(refused, "; "))
}

// named is the network that the user asked for. A clean experiment also runs
// over a wire; one that needs conditions cannot run without.
func named(place Place, name string, openers []Opener) (Opener, Text, error) {
	for _, o := range openers {
		if o.Name != name {
			continue
		}
		if err := o.Check(); err != nil {
			return o, Text{}, fmt.Errorf("open network %s: %w", name, err)
		}
		if place == OnWire && !o.Wired {
			return o, Text{}, fmt.Errorf("network %s cannot be impaired, and this experiment needs a wire", name)
		}
		return o, Text{}, nil
	}
	return Opener{}, Text{}, fmt.Errorf("no network is called %q", name)
}
