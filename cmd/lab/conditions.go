package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/link"
	"echolab/lab/networks/localhost"
	"echolab/lab/wire"
)

// conditions are what the command line says about the wire: a preset, over it
// a file, over that single flags, in whatever order they stand there.
type conditions struct {
	preset string
	file   string
	flags  []setting
	wanted link.Overrides // all of it, once settled
}

// setting is a condition as it was typed: "loss", "10%".
type setting struct{ name, text string }

// register adds the flags.
func (c *conditions) register(cmd *cobra.Command) {
	for _, f := range []struct{ name, kind, usage string }{
		{"loss", "SHARE", "drop packets by chance, such as 10% or 0.1"},
		{"burst", "SHARE/N", "drop so many in the long run, N in a row on average: 5%/4"},
		{"exact", "K/N", "drop exactly K of every N packets, such as 1/10"},
		{"drop", "END:N", "drop packets of an end by number: client:3,server:1"},
		{"delay", "DURATION", "hold every packet up, one way, such as 10ms"},
		{"jitter", "DURATION", "vary the delay by up to so much, either way"},
		{"reorder", "SHARE", "let packets skip the delay by chance, and so overtake"},
		{"duplicate", "SHARE", "deliver packets twice by chance"},
		{"corrupt", "SHARE", "flip one bit of packets by chance"},
		{"rate", "RATE", "how much the wire carries, such as 10mbit"},
		{"limit", "N", "how many packets may wait for the rate"},
	} {
		cmd.Flags().Var(&value[setting]{to: new(setting), kind: f.kind, parse: func(line string) (setting, error) {
			return c.ask(f.name, line)
		}}, f.name, f.usage)
		offer(cmd, f.name, nil)
	}
	var presets []string
	for _, p := range link.Presets() {
		presets = append(presets, p.Name)
	}
	choice(cmd, &c.preset, "preset", "NAME", "the conditions of a real link", presets...)
	cmd.Flags().Var(anyText(&c.file, "FILE"), "conditions", `conditions from a file: {"loss": "10%", "delay": "10ms"}`)
}

// ask notes a flag, if it makes sense.
func (c *conditions) ask(name, line string) (setting, error) {
	s := setting{name, line}
	var alone link.Overrides
	if err := alone.Set(name, line); err != nil {
		return s, errors.Unwrap(err) // without the name, which the flag has
	}
	c.flags = append(c.flags, s)
	return s, nil
}

// settle puts preset, file and flags together.
func (c *conditions) settle() error {
	switch {
	case c.preset != "" && c.file != "":
		return misusef(`a file can name it: {"preset": "`+c.preset+`"}`, "--preset and --conditions at once")
	case c.preset != "":
		if err := c.wanted.Preset(c.preset); err != nil {
			return err
		}
	case c.file != "":
		if err := c.read(); err != nil {
			return err
		}
	}
	for _, s := range c.flags {
		if err := c.wanted.Set(s.name, s.text); err != nil {
			return err
		}
	}
	return nil
}

func (c *conditions) read() error {
	f, err := os.Open(c.file)
	if err != nil {
		return misusef("--conditions FILE that exists and may be read", "--conditions %s: %w", c.file, bareFile(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	if c.wanted, err = link.ReadConditions(f); err != nil {
		return misusef(`such a file is {"loss": "10%", "server": {"rate": "1mbit"}}, with the words of the flags`, "--conditions %s: %w", c.file, bareFile(err))
	}
	return nil
}

// over is an experiment's conditions as the command line wants them.
func (c *conditions) over(e experiments.Experiment) (wire.Options, error) { return e.Under(c.wanted) }

// mute is why a condition can do nothing in an experiment; "" where it can.
func (c *conditions) mute(name string, e experiments.Experiment) string {
	accepts := slices.Contains(e.Accepts, name)
	o, _ := c.over(e) // whether it is valid is not the question here
	switch {
	case !accepts && e.Place != experiments.OnWire:
		return "it runs without a wire"
	case !accepts && len(e.Accepts) > 0:
		return "there it acts on nothing that is measured; only --" + strings.Join(e.Accepts, ", --") + " can be changed"
	case !accepts:
		return "its conditions are fixed"
	case name == "limit" && o.Client.Rate == 0 && o.Server.Rate == 0:
		return "packets wait only where there is a rate"
	}
	return ""
}

// check refuses conditions that can act nowhere, and such as make no sense
// together, before anything runs.
func (c *conditions) check(list []experiments.Experiment, network string) error {
	if names := c.wanted.Names(); len(names) > 0 && network == localhost.Localhost.Name {
		return misusef("leave --network out, or: --network virtual", "%s: network localhost has no wire, so nothing can be done to packets", c.source())
	}
	acts := func(name string) bool {
		return slices.ContainsFunc(list, func(e experiments.Experiment) bool { return c.mute(name, e) == "" })
	}
	for _, s := range c.flags {
		if !acts(s.name) {
			return misusef(whereActs(s.name), "--%s cannot act in %s: %s", s.name, list[0].ID, c.mute(s.name, list[0]))
		}
	}
	if names := c.wanted.Names(); len(names) > 0 && !slices.ContainsFunc(names, acts) {
		return misusef(whereActs(names[0]), "%s cannot act in %s: %s", c.source(), list[0].ID, c.mute(names[0], list[0]))
	}
	for _, e := range list {
		if _, err := c.over(e); err != nil {
			return misusef(ownConditions(e), "%s: %w", e.ID, err)
		}
	}
	return nil
}

// ownConditions is a hint at what an experiment's own conditions are.
func ownConditions(e experiments.Experiment) string {
	if slices.Contains(ids(registry.All()), e.ID) {
		return "\"lab explain " + e.ID + "\" tells the experiment's own conditions"
	}
	return "left out, the conditions of " + e.ID + " are: " + e.Conditions.Client.String()
}

// source is where the conditions come from, as the user typed it.
func (c *conditions) source() string {
	switch {
	case len(c.flags) > 0:
		return "--" + c.flags[0].name
	case c.preset != "":
		return "--preset " + c.preset
	}
	return "--conditions " + c.file
}

// idle says which experiments a flag leaves alone, and why.
func (c *conditions) idle(list []experiments.Experiment) []string {
	var idle []string
	for _, s := range c.flags {
		for _, e := range list {
			if reason := c.mute(s.name, e); reason != "" {
				idle = append(idle, fmt.Sprintf("--%s does nothing in %s: %s", s.name, e.ID, reason))
			}
		}
	}
	return idle
}
