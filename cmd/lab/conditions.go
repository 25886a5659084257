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
	preset  string
	file    string
	typed   []string       // the conditions that have flags, in the order of the command line
	flags   link.Overrides // what these flags ask for
	wanted  link.Overrides // all of it, once settled
	ignored []ignored      // what does nothing where, once checked
}

// ignored is a condition that can do nothing in an experiment.
type ignored struct{ name, experiment, why string }

// register adds the flags.
func (c *conditions) register(cmd *cobra.Command) {
	for _, row := range link.All() {
		cmd.Flags().Var(&value[string]{to: new(string), kind: row.Value, parse: func(line string) (string, error) {
			return line, c.ask(row.Name, line)
		}}, row.Name, row.Help)
		offer(cmd, row.Name, nil)
	}
	presets := each(link.Presets(), func(p link.Preset) string { return p.Name })
	choice(cmd, &c.preset, "preset", "NAME", "the conditions of a real link", presets...)
	cmd.Flags().Var(anyText(&c.file, "FILE"), "conditions", `conditions from a file: {"loss": "10%", "delay": "10ms"}`)
}

// ask takes a flag, if it makes sense.
func (c *conditions) ask(name, line string) error {
	if err := c.flags.Set(name, line); err != nil {
		return errors.Unwrap(err) // without the name, which the flag has
	}
	if !slices.Contains(c.typed, name) {
		c.typed = append(c.typed, name)
	}
	return nil
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
	c.wanted.Add(c.flags)
	return nil
}

func (c *conditions) read() error {
	f, err := os.Open(c.file)
	if err != nil {
		return misusef("--conditions FILE that exists and may be read", "--conditions %s: %w", c.file, bareFile(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	if c.wanted, err = link.ReadConditions(f); err != nil {
		return misusef(`such a file is {"loss": "10%", "server": {"rate": "1mbit"}}, with the names of the flags`,
			"--conditions %s: %w", c.file, bareFile(err))
	}
	return nil
}

// whyIgnored is why a condition can do nothing in an experiment; "" where it can.
func whyIgnored(name string, e experiments.Experiment, under wire.Options) string {
	switch row, err := link.Named(name); {
	case err == nil && slices.Contains(e.Accepts, name):
		return experiments.Idle(row, under)
	case e.Place != experiments.OnWire:
		return "it runs without a wire"
	case len(e.Accepts) > 0:
		return "there it acts on nothing that is measured; only --" + strings.Join(e.Accepts, ", --") + " can be changed"
	}
	return "its conditions are fixed"
}

// check settles the conditions, and refuses such as can act nowhere or make no
// sense together, before anything runs. It notes which experiments ignore which.
func (c *conditions) check(list []experiments.Experiment, network string) error {
	if err := c.settle(); err != nil {
		return err
	}
	names := c.wanted.Names()
	switch {
	case len(names) == 0:
		return nil
	case network == localhost.Localhost.Name:
		return misusef("leave --network out, or: --network virtual",
			"%s: network localhost has no wire, so nothing can be done to packets", c.source())
	}
	var misfit error
	acts := map[string]bool{}
	for _, e := range list {
		under, err := e.Under(c.wanted)
		if err != nil && misfit == nil {
			misfit = misusef(ownConditions(e), "%s: %w", e.ID, err)
		}
		for _, name := range names {
			if why := whyIgnored(name, e, under); why != "" {
				c.ignored = append(c.ignored, ignored{name, e.ID, why})
			} else {
				acts[name] = true
			}
		}
	}
	for _, name := range c.typed {
		if !acts[name] {
			return c.cannotAct("--"+name, name)
		}
	}
	if len(acts) == 0 {
		return c.cannotAct(c.source(), names[0])
	}
	return misfit
}

// cannotAct says why the first of the experiments ignores a condition.
func (c *conditions) cannotAct(source, name string) error {
	first := c.ignored[slices.IndexFunc(c.ignored, func(i ignored) bool { return i.name == name })]
	return misusef(whereActs(name), "%s cannot act in %s: %s", source, first.experiment, first.why)
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
	case len(c.typed) > 0:
		return "--" + c.typed[0]
	case c.preset != "":
		return "--preset " + c.preset
	}
	return "--conditions " + c.file
}

// idle says which experiments ignore a flag, and why.
func (c *conditions) idle() []string {
	var idle []string
	for _, name := range c.typed {
		for _, i := range c.ignored {
			if i.name == name {
				idle = append(idle, fmt.Sprintf("--%s does nothing in %s: %s", name, i.experiment, i.why))
			}
		}
	}
	return idle
}
