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
	named  []string // the conditions whose values count
	values Conditions
}

// Set reads one condition by its name, "loss" and "10%", for both directions; a
// "drop" names the direction of each packet.
func (o *Overrides) Set(name, text string) error {
	row, err := Named(name)
	if err != nil {
		return err
	}
	var client, server Conditions
	if row.parseEnds != nil {
		err = row.parseEnds(text, &client, &server)
	} else {
		err = row.parse(text, &client)
		server = client
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	o.client.take(row, client)
	o.server.take(row, server)
	return nil
}

// Add asks for all that later asks for, too.
func (o *Overrides) Add(later Overrides) {
	o.client.add(later.client)
	o.server.add(later.server)
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

// Names are the conditions that were asked for in either direction, each once,
// in the table's order.
func (o Overrides) Names() []string {
	var names []string
	for _, name := range Names() {
		if slices.Contains(o.client.named, name) || slices.Contains(o.server.named, name) {
			names = append(names, name)
		}
	}
	return names
}

// Among is what was asked for among these conditions.
func (o Overrides) Among(names []string) Overrides {
	return Overrides{o.client.among(names), o.server.among(names)}
}

// Apply puts what was asked for in the place of the given conditions. The
// outcome may not fit together: Validate it.
func (o Overrides) Apply(client, server Conditions) (Conditions, Conditions) {
	return o.client.apply(client), o.server.apply(server)
}

// take asks for the value that one condition has in c.
func (o *override) take(row Condition, c Conditions) {
	row.copy(&o.values, c)
	if !slices.Contains(o.named, row.Name) {
		o.named = append(o.named, row.Name)
	}
}

// takeAll asks for everything that is set in c.
func (o *override) takeAll(c Conditions) {
	for _, row := range table {
		if row.IsSet(c) {
			o.take(row, c)
		}
	}
}

func (o *override) add(later override) {
	for _, row := range table {
		if slices.Contains(later.named, row.Name) {
			o.take(row, later.values)
		}
	}
}

func (o override) among(names []string) override {
	other := func(name string) bool { return !slices.Contains(names, name) }
	return override{named: slices.DeleteFunc(slices.Clone(o.named), other), values: o.values}
}

func (o override) apply(c Conditions) Conditions {
	for _, row := range table {
		if slices.Contains(o.named, row.Name) {
			row.copy(&c, o.values)
		}
	}
	return c
}
