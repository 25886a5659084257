package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/networks/localhost"
	"echolab/lab/networks/simulated"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// measuring is what a command that runs experiments was asked for.
type measuring struct {
	conditions conditions
	options    result.Options
	transports string // names with commas between them; "" is all
	pcap       string
	events     string
	jobs       int
}

// newMeasuring is what runs unless the user says otherwise.
func newMeasuring() measuring {
	return measuring{options: result.Options{
		Seed: 1, Runs: 1, Messages: messages, Size: messageSize, Network: usualNetwork,
	}}
}

// flags adds the flags of compare and predict that say what is measured.
func (m *measuring) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	choice(cmd, &m.options.Network, "network", "NAME", "where experiments run", networkNames(false)...)
	f.Var(seed(&m.options.Seed), "seed", seedUsage)
	f.BoolVar(&m.options.Quick, "quick", false, "measure less, in a few seconds")
	m.conditions.register(cmd)
	f.Var(number(&m.jobs, "N", 1, 256), "jobs",
		"how many experiments run at once on network simulated; one a processor if left out")
}

// The help of flags that several commands have.
const (
	seedUsage       = "decides every random fate; the same seed, the same fates"
	congestionUsage = "the congestion control of TCP"
)

// plan decides on which networks and under which conditions the experiments run,
// and refuses what cannot be done before anything is measured. Experiments that
// were not named are left out where the network cannot show them.
func (m *measuring) plan(ctx context.Context, list []experiments.Experiment, named bool) (p lab.Plan, err error) {
	network := m.options.Network
	if err := reexecInNamespace(network, list); err != nil {
		return p, err
	}
	if list, err = supportedOn(network, list, named); err != nil {
		return p, err
	}
	if m.jobs > 0 && network != simulated.Name {
		return p, misusef("leave it out, or: --network simulated",
			"--jobs: only experiments on machines of their own can run beside each other at will")
	}
	if err := checkCongestion(ctx, m.options.Congestion, network, list); err != nil {
		return p, err
	}
	if err := m.watchable(list); err != nil {
		return p, err
	}
	if err := m.conditions.check(list, network); err != nil {
		return p, err
	}
	if p.Transports, err = transportsOf(m.transports); err != nil {
		return p, err
	}
	if p.Items, err = m.items(list); err != nil {
		return p, err
	}
	p.Options, p.Jobs, p.Environment = m.options, m.jobs, lab.NewEnvironment(drivers())
	p.Options.Preset = m.conditions.preset
	for _, t := range p.Transports {
		p.Options.Transports = append(p.Options.Transports, t.Name)
	}
	return p, nil
}

// watchable refuses a capture of what passes over no wire.
func (m *measuring) watchable(list []experiments.Experiment) error {
	network := m.options.Network
	if m.pcap == "" || slices.ContainsFunc(list, func(e experiments.Experiment) bool { return usesWire(e, network) }) {
		return nil
	}
	return misusef("leave it out, or: --network virtual", "--pcap: nothing in %s passes over a wire", list[0].ID)
}

// items are the experiments, each with its network and its conditions.
func (m *measuring) items(list []experiments.Experiment) ([]lab.Item, error) {
	items := make([]lab.Item, len(list))
	for i, e := range list {
		o, err := e.Under(m.conditions.wanted)
		if err != nil {
			return nil, err
		}
		if items[i], err = lab.NewItem(e, o, m.options.Network, drivers()); err != nil {
			return nil, failuref("\"lab doctor\" tells what opens here", "%w", err)
		}
	}
	return items, nil
}

// measure runs a plan and shows its progress. The report also says where it was
// interrupted, and the error why.
func measure(ctx context.Context, t *terminal, plan lab.Plan, p text.Printer, quiet bool) (*result.Report, error) {
	shown := newProgress(t, plan, p, quiet)
	plan.Progress = shown.hear
	machine.Told = shown.prepare
	found, interrupted := lab.Run(ctx, plan)
	shown.end()
	if interrupted != nil {
		found.Warnings = append(found.Warnings, text.Sayf("interrupted: experiments that had finished: %d of %d",
			len(found.Experiments), len(plan.Items)))
	}
	return found, interrupted
}

// supportedOn are the experiments that can run on a network. To name one that
// cannot is an error.
func supportedOn(network string, list []experiments.Experiment, named bool) ([]experiments.Experiment, error) {
	if network == lab.Auto {
		return list, nil
	}
	driver, err := lab.Named(network, drivers())
	if err != nil {
		return nil, misusef(string(howToOpen(err)), "--network %s does not open here: %w", network, errors.Unwrap(err))
	}
	var able []experiments.Experiment
	for _, e := range list {
		switch err := e.FitsOn(driver); {
		case err == nil:
			able = append(able, e)
		case named:
			return nil, misusef("leave --network out, or: --network virtual", "--network %s: %w", network, err)
		}
	}
	return able, nil
}

// usesWire reports whether an experiment's packets pass over a wire.
func usesWire(e experiments.Experiment, network string) bool {
	return e.Place == experiments.OnWire || network != lab.Auto && network != localhost.Localhost.Name
}

// checkCongestion refuses a congestion control that the network's TCP does not
// have, or that has no wire to act on.
func checkCongestion(ctx context.Context, name, network string, list []experiments.Experiment) error {
	if name == "" {
		return nil
	}
	wired := slices.ContainsFunc(list, func(e experiments.Experiment) bool { return e.Place == experiments.OnWire })
	for _, d := range drivers() {
		switch {
		case !d.Wired, network != lab.Auto && d.Name != network, d.Check() != nil:
			continue
		case network == lab.Auto && !wired:
			return misusef("leave it out, or: --network "+d.Name,
				"--congestion %s cannot act in %s: on localhost TCP is the system's own", name, list[0].ID)
		}
		if able := congestionControls(ctx, d); !slices.Contains(able, name) {
			return misusef("\"lab doctor\" tells what there is",
				"--congestion %s: on network %s there are %s", name, d.Name, strings.Join(able, ", "))
		}
		return nil
	}
	return misusef("leave it out, or: --network virtual",
		"--congestion %s: on network %s TCP is the system's own", name, network)
}

// transportNames are the transports in the order of the columns.
func transportNames() []string {
	return each(transports.Transports(), func(t testbed.Transport) string { return t.Name })
}

// transportsOf are the transports that were named, each once; all where names is
// empty.
func transportsOf(names string) ([]testbed.Transport, error) {
	all, known := transports.Transports(), transportNames()
	if names == "" {
		return all, nil
	}
	var named []string
	for name := range strings.SplitSeq(names, ",") {
		if named = append(named, strings.TrimSpace(name)); !slices.Contains(known, strings.TrimSpace(name)) {
			return nil, misusef("--transports takes "+strings.Join(known, ","),
				"--transports %s: unknown transport %q", quoteBlank(names), name)
		}
	}
	return slices.DeleteFunc(all, func(t testbed.Transport) bool { return !slices.Contains(named, t.Name) }), nil
}

// experimentsOf are the experiments of a plan.
func experimentsOf(p lab.Plan) []experiments.Experiment {
	return each(p.Items, func(i lab.Item) experiments.Experiment { return i.Experiment })
}
