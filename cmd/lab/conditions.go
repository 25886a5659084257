package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// conditions are what the command line says about the wire. Each is given to
// both directions; drops name theirs.
type conditions struct {
	asked          []string // names of the conditions that were given, in order
	client, server link.Conditions
}

// carry copies one condition, by the name that the user types.
var carry = map[string]func(to *link.Conditions, from link.Conditions){
	"loss":      func(to *link.Conditions, from link.Conditions) { to.Loss = from.Loss },
	"burst":     func(to *link.Conditions, from link.Conditions) { to.Burst = from.Burst },
	"exact":     func(to *link.Conditions, from link.Conditions) { to.Exact = from.Exact },
	"drop":      func(to *link.Conditions, from link.Conditions) { to.Drop = from.Drop },
	"delay":     func(to *link.Conditions, from link.Conditions) { to.Delay = from.Delay },
	"jitter":    func(to *link.Conditions, from link.Conditions) { to.Jitter = from.Jitter },
	"reorder":   func(to *link.Conditions, from link.Conditions) { to.Reorder = from.Reorder },
	"duplicate": func(to *link.Conditions, from link.Conditions) { to.Duplicate = from.Duplicate },
	"corrupt":   func(to *link.Conditions, from link.Conditions) { to.Corrupt = from.Corrupt },
	"rate":      func(to *link.Conditions, from link.Conditions) { to.Rate = from.Rate },
	"limit":     func(to *link.Conditions, from link.Conditions) { to.Limit = from.Limit },
}

// losses are the conditions that drop packets. Whoever asks for one of them
// does not want an experiment's own beside it.
var losses = []string{"loss", "burst", "exact", "drop"}

// flags adds a flag for every condition.
func (c *conditions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	condition(c, f, "loss", "SHARE", "drop packets by chance, such as 10% or 0.1", link.ParsePercent, func(c *link.Conditions, v float64) { c.Loss = v })
	condition(c, f, "burst", "SHARE/N", "drop so many in the long run, N in a row on average: 5%/4", link.ParseBurst, func(c *link.Conditions, v link.Burst) { c.Burst = v })
	condition(c, f, "exact", "K/N", "drop exactly K of every N packets, such as 1/10", link.ParseExact, func(c *link.Conditions, v link.Exact) { c.Exact = v })
	f.Var(&dropFlag{c: c}, "drop", "drop packets of an end by number: client:3,server:1")
	condition(c, f, "delay", "DURATION", "hold every packet up, one way, such as 10ms", link.ParseDelay, func(c *link.Conditions, v time.Duration) { c.Delay = v })
	condition(c, f, "jitter", "DURATION", "vary the delay by up to so much, either way", link.ParseDelay, func(c *link.Conditions, v time.Duration) { c.Jitter = v })
	condition(c, f, "reorder", "SHARE", "let packets skip the delay by chance, and so overtake", link.ParsePercent, func(c *link.Conditions, v float64) { c.Reorder = v })
	condition(c, f, "duplicate", "SHARE", "deliver packets twice by chance", link.ParsePercent, func(c *link.Conditions, v float64) { c.Duplicate = v })
	condition(c, f, "corrupt", "SHARE", "flip one bit of packets by chance", link.ParsePercent, func(c *link.Conditions, v float64) { c.Corrupt = v })
	condition(c, f, "rate", "RATE", "how much the wire carries, such as 10mbit", link.ParseRate, func(c *link.Conditions, v float64) { c.Rate = v })
	condition(c, f, "limit", "N", "how many packets may wait for the rate", link.ParseLimit, func(c *link.Conditions, v int) { c.Limit = v })
}

// condition adds the flag of a condition that is the same both ways.
func condition[T any](c *conditions, f *pflag.FlagSet, name, kind, usage string, parse func(string) (T, error), set func(*link.Conditions, T)) {
	f.Var(&value[T]{to: new(T), kind: kind, parse: func(s string) (T, error) {
		v, err := parse(s)
		if err != nil {
			return v, err
		}
		set(&c.client, v)
		set(&c.server, v)
		c.ask(name)
		return v, nil
	}}, name, usage)
}

// dropFlag is --drop, the only condition whose two directions differ.
type dropFlag struct {
	c    *conditions
	text string
}

// Set reads "client:3,server:1".
func (d *dropFlag) Set(s string) (err error) {
	d.c.client.Drop, d.c.server.Drop, err = link.ParseDrops(s)
	d.text = s
	d.c.ask("drop")
	return err
}

func (d *dropFlag) String() string { return d.text }

// Type is the word that stands for the value in the help.
func (d *dropFlag) Type() string { return "END:N" }

// ask notes that the user gave a condition.
func (c *conditions) ask(name string) {
	if !slices.Contains(c.asked, name) {
		c.asked = append(c.asked, name)
	}
}

// over is an experiment's own conditions with those put over them that were
// given and can act there.
func (c *conditions) over(e lab.Experiment) (wire.Options, error) {
	o := e.Conditions
	accepted := slices.DeleteFunc(slices.Clone(c.asked), func(name string) bool { return !slices.Contains(e.Accepts, name) })
	if slices.ContainsFunc(accepted, func(name string) bool { return slices.Contains(losses, name) }) {
		for _, name := range losses {
			carry[name](&o.Client, link.Conditions{})
			carry[name](&o.Server, link.Conditions{})
		}
	}
	for _, name := range accepted {
		carry[name](&o.Client, c.client)
		carry[name](&o.Server, c.server)
	}
	if o.Client.Rate == 0 && slices.Contains(accepted, "limit") {
		o.Client.Limit, o.Server.Limit = 0, 0
	}
	return o, o.Validate()
}

// mute is why a condition can do nothing in an experiment; "" where it can.
func (c *conditions) mute(name string, e lab.Experiment) string {
	accepts := slices.Contains(e.Accepts, name)
	o, _ := c.over(e) // whether it is valid is not the question here
	switch {
	case !accepts && e.Place == lab.OnLocalhost:
		return "it runs without a wire"
	case !accepts && len(e.Accepts) > 0:
		return "there it acts on nothing that is measured; only --" + strings.Join(e.Accepts, ", --") + " can be changed"
	case !accepts:
		return "its conditions are fixed"
	case name == "limit" && o.Client.Rate == 0:
		return "packets wait only where there is a rate"
	}
	return ""
}

// check refuses conditions that can act nowhere, and such as make no sense
// together, before anything runs.
func (c *conditions) check(list []lab.Experiment, network string) error {
	for _, name := range c.asked {
		if network == lab.Localhost.Name {
			return misuse("leave --network out, or: --network virtual", "--%s: network localhost has no wire, so nothing can be done to packets", name)
		}
		if !slices.ContainsFunc(list, func(e lab.Experiment) bool { return c.mute(name, e) == "" }) {
			return misuse(whereActs(name), "--%s cannot act in %s: %s", name, list[0].ID, c.mute(name, list[0]))
		}
	}
	for _, e := range list {
		if _, err := c.over(e); err != nil {
			return misuse("\"lab explain "+e.ID+"\" tells the experiment's own conditions", "%s: %w", e.ID, err)
		}
	}
	return nil
}

// idle says of which experiments some given condition leaves alone, and why.
func (c *conditions) idle(list []lab.Experiment) []string {
	var idle []string
	for _, name := range c.asked {
		for _, e := range list {
			if reason := c.mute(name, e); reason != "" {
				idle = append(idle, fmt.Sprintf("--%s does nothing in %s: %s", name, e.ID, reason))
			}
		}
	}
	return idle
}
