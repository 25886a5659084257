package link

import (
	"fmt"
	"slices"
	"strings"
)

// Overrides are the conditions that a user asks for, and only those: what was
// not named keeps its value in the experiment. Later settings win, so a preset
// comes first, a file second and flags last. The zero value asks for nothing.
type Overrides struct {
	client, server override
}

// override is what was asked of one direction.
type override struct {
	named  []string // the words whose values count
	values Conditions
}

// Set reads one condition by its word, "loss" and "10%", for both directions;
// a "drop" names the direction of each packet, as ParseDrops reads them.
func (o *Overrides) Set(name, text string) error {
	w, err := wordNamed(name)
	if err != nil {
		return err
	}
	if name != "drop" {
		if err := o.client.set(w, text); err != nil {
			return err
		}
		return o.server.set(w, text)
	}
	client, server, err := ParseDrops(text)
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	o.client.take(w, Conditions{Drop: client})
	o.server.take(w, Conditions{Drop: server})
	return nil
}

// Preset asks for all that a preset sets.
func (o *Overrides) Preset(name string) error {
	var names []string
	for _, p := range Presets() {
		if p.Name == name {
			o.client.takeAll(p.Client)
			o.server.takeAll(p.Server)
			return nil
		}
		names = append(names, p.Name)
	}
	return fmt.Errorf("%q is not a preset: they are %s", name, strings.Join(names, ", "))
}

// Names are the words that were asked for in either direction, each once, in
// the order of the help.
func (o Overrides) Names() []string {
	var names []string
	for _, w := range words {
		if slices.Contains(o.client.named, w.name) || slices.Contains(o.server.named, w.name) {
			names = append(names, w.name)
		}
	}
	return names
}

// Among is what was asked for among these words.
func (o Overrides) Among(names []string) Overrides {
	return Overrides{o.client.among(names), o.server.among(names)}
}

// Apply puts what was asked for in the place of the given conditions. The
// outcome may not fit together: Validate it.
func (o Overrides) Apply(client, server Conditions) (Conditions, Conditions) {
	return o.client.apply(client), o.server.apply(server)
}

func (o *override) set(w word, text string) error {
	var c Conditions
	if err := w.set(&c, text); err != nil {
		return err
	}
	o.take(w, c)
	return nil
}

// take asks for the value that one word has in c.
func (o *override) take(w word, c Conditions) {
	w.take(&o.values, c)
	if !slices.Contains(o.named, w.name) {
		o.named = append(o.named, w.name)
	}
}

// takeAll asks for everything that is set in c.
func (o *override) takeAll(c Conditions) {
	for _, w := range words {
		if w.text(c) != "" {
			o.take(w, c)
		}
	}
}

func (o override) among(names []string) override {
	some := override{values: o.values}
	for _, name := range o.named {
		if slices.Contains(names, name) {
			some.named = append(some.named, name)
		}
	}
	return some
}

func (o override) apply(c Conditions) Conditions {
	for _, w := range words {
		if slices.Contains(o.named, w.name) {
			w.take(&c, o.values)
		}
	}
	return c
}

func wordNamed(name string) (word, error) {
	names := make([]string, len(words))
	for i, w := range words {
		if w.name == name {
			return w, nil
		}
		names[i] = w.name
	}
	return word{}, fmt.Errorf("%q is not a condition: they are %s", name, strings.Join(names, ", "))
}
