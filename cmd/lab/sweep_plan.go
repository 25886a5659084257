//go:build !wasip1

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/networks/simulated"
	"echolab/lab/sweep"
	"echolab/lab/text"
)

// axisHint are axes to copy.
const axisHint = "for example: --over loss=0%:30%:2%, --over delay=10ms,50ms, --over size=16:1400"

// plan checks all that was asked for, before anything is measured.
func (s *sweeping) plan(cmd *cobra.Command, e experiments.Experiment) (p sweep.Plan, err error) {
	if len(s.over) == 0 {
		return p, misusef(axisHint, "sweep %s: --over is missing", e.ID)
	}
	if err := s.parseAxes(cmd); err != nil {
		return p, err
	}
	if err := s.onSimulated(cmd, e); err != nil {
		return p, err
	}
	s.options.Named = true
	base, err := s.measuring.plan(cmd.Context(), []experiments.Experiment{e}, true)
	if err != nil {
		return p, err
	}
	s.options.Network = base.Items[0].Driver.Name // which "auto" has chosen
	base.Options.Network = s.options.Network
	p = sweep.Plan{
		Schema: sweep.SchemaName, Lab: lab.Version(), Experiment: e.ID, Network: s.options.Network, Options: base.Options,
		Axes: s.axes, Seeds: s.seeds, Measure: splitNames(s.measure),
	}
	p.Command, p.Again = s.commands(cmd, e)
	if s.options.Network != simulated.Name {
		m := base.Environment
		p.Machine = &sweep.Machine{OS: m.OS, Arch: m.Arch, Kernel: m.Kernel, CPUs: m.CPUs}
	}
	if err := p.Check(); err != nil {
		return p, misusef("name each axis once, and fewer values or --seeds", "--over: %w", err)
	}
	if err := s.checkOptions(cmd.Context(), e); err != nil {
		return p, err
	}
	p.Conditions, err = s.checkPoints(e, p)
	return p, err
}

// parseAxes reads the axes.
func (s *sweeping) parseAxes(cmd *cobra.Command) error {
	for _, asked := range s.over {
		axis, err := sweep.ParseAxis(asked)
		if err != nil {
			return misusef(axisHint, "--over %s: %w", quoteBlank(asked), err)
		}
		flag := axis.Name
		if flag == sweep.AxisTransport {
			flag = "transports"
		}
		if cmd.Flags().Changed(flag) {
			return misusef("leave one of them out", "--over %s and --%s at once", axis.Name, flag)
		}
		s.axes = append(s.axes, axis)
	}
	return nil
}

// onSimulated refuses, unless a network was named, what the usual one cannot show.
func (s *sweeping) onSimulated(cmd *cobra.Command, e experiments.Experiment) error {
	err := e.FitsOn(theMachine())
	if err == nil || cmd.Flags().Changed("network") {
		return nil
	}
	other := "--network localhost"
	if e.Place == experiments.OnWire {
		other = "--network virtual"
	}
	return misusef(other, "%w", err)
}

// commands are the one that measures the whole, and the one that repeats a run.
func (s *sweeping) commands(cmd *cobra.Command, e experiments.Experiment) (whole, run string) {
	how := []string{"format", "output", "strict", "quiet", "jobs", "resume", "shard", "over", "lang"}
	whole = cmd.CommandPath() + " " + e.ID
	for _, asked := range s.over {
		whole += " --over " + text.ShellWords(asked)
	}
	whole = withFlags(cmd, whole, func(flag string) bool { return !slices.Contains(how, flag) })
	run = fmt.Sprintf("%s compare %s --network %s", cmd.Parent().CommandPath(), e.ID, s.options.Network)
	if !slices.ContainsFunc(s.axes, func(a sweep.Axis) bool { return a.Name == sweep.AxisMessages }) {
		run += fmt.Sprintf(" --messages %d", s.options.Messages)
	}
	other := append(how, "network", "messages", "seed", "seeds", "measure")
	return whole, withFlags(cmd, run, func(flag string) bool { return !slices.Contains(other, flag) })
}

// splitNames are names with commas between them; nil if there are none.
func splitNames(list string) []string {
	if list == "" {
		return nil
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
