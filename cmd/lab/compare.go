package main

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/networks/simulated"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// What is sent by each transport, unless the user says otherwise.
const (
	messages      = 1000
	quickMessages = 200
	messageSize   = 512 // bytes
)

// congestions are the congestion controls of TCP that can be asked for.
var congestions = []string{"reno", "cubic", "bbr"}

// largestDatagram is what an IPv4 packet holds beside its own header and
// UDP's, in bytes: 65535 - 20 - 8 (RFC 791 3.1, RFC 768).
const largestDatagram = 65507

// comparing is what "lab compare" was asked for.
type comparing struct {
	conditions conditions
	options    result.Options
	transports string
	print      report.Options
	lang       string
	output     string
	pcap       string
	jobs       int
	leftOut    []string // experiments that were meant, but make no sense on the network
	strict     bool
	quiet      bool
}

func newCompare(t *terminal) *cobra.Command {
	c := comparing{
		options:    result.Options{Seed: 1, Runs: 1, Messages: messages, Size: messageSize, Network: lab.Auto},
		transports: "tcp,udp",
		print:      report.Options{Format: "table"},
	}
	cmd := &cobra.Command{
		Use:   "compare [EXPERIMENT...]",
		Short: "run the experiments and print what TCP and UDP did",
		Long: "Run experiments, all or those named, and print what TCP and UDP did in each.\n" +
			"Conditions take the place of the experiments' own wherever they can act; one\n" +
			"kind of loss also takes the place of another. \"lab list\" shows the experiments.",
		Example: "  lab compare\n" +
			"  lab compare loss --loss 20% --delay 10ms --details\n" +
			"  lab compare setup ordering --network virtual --format json",
		ValidArgsFunction: completeExperiments,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, t, args)
		},
	}
	c.flags(cmd)
	return cmd
}

func (c *comparing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	choice(cmd, &c.options.Network, "network", "NAME", "where experiments run", networkNames()...)
	f.Var(anyText(&c.transports, "NAMES"), "transports", "what to compare: the columns of the table")
	f.Var(number(&c.options.Messages, "N", 1, 1_000_000), "messages", "how many messages each transport sends; 200 with --quick")
	f.Var(number(&c.options.Size, "BYTES", testbed.HeaderSize, largestDatagram), "size", "how long each message is")
	f.Var(seed(&c.options.Seed), "seed", "decides every random fate; the same seed, the same fates")
	f.Var(number(&c.options.Runs, "N", 1, 1000), "runs", "how many times to run; the table shows medians and spread")
	f.BoolVar(&c.options.Quick, "quick", false, "measure less, in a few seconds")
	c.conditions.register(cmd)
	choice(cmd, &c.options.Congestion, "congestion", "NAME", "the congestion control of TCP", congestions...)
	jobsFlag(cmd, &c.jobs)
	choice(cmd, &c.print.Format, "format", "FORMAT", "how results are printed; bench is what benchstat compares",
		report.Formats()...)
	f.Var(anyText(&c.output, "FILE"), "output", "print results into a file")
	f.Var(anyText(&c.pcap, "FILE"), "pcap", pcapUsage)
	choice(cmd, &c.lang, "lang", "LANGUAGE", "the language of tables; the locale's if left out", text.Languages()...)
	f.BoolVar(&c.print.Details, "details", false, "print every measurement")
	f.BoolVar(&c.print.Claims, "claims", false, "print every claim of the documents with its verdict")
	f.BoolVar(&c.strict, "strict", false, "exit with 1 when a measurement or a verdict is not as theory expects")
	f.BoolVar(&c.quiet, "quiet", false, "print no progress, and tables without heading and last line")
}

// jobsFlag adds the flag of commands that run experiments.
func jobsFlag(cmd *cobra.Command, jobs *int) {
	cmd.Flags().Var(number(jobs, "N", 1, 256), "jobs",
		"how many experiments run at once on network simulated; one a processor if left out")
}

// run checks everything that was asked for, runs it, and prints the report.
func (c *comparing) run(cmd *cobra.Command, t *terminal, names []string) error {
	plan, err := c.plan(cmd, names)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	if len(names) > 0 {
		for _, useless := range c.conditions.idle(plan.Experiments) {
			t.warnf("%s", useless)
		}
	}
	captured, err := newCapturing(c.pcap)
	if err != nil {
		return err
	}
	captured.watch(&plan)
	c.print.Again, c.print.Trace = again(cmd, names), drawn(cmd, names)
	found, interrupted := runs(cmd.Context(), t, plan, c.print.Words, c.quiet)
	if len(c.leftOut) > 0 {
		found.Warnings = append(found.Warnings,
			text.Sayf("left out, because network %s cannot show it: %s", c.options.Network, strings.Join(c.leftOut, ", ")))
	}
	complete := captured.end(t)
	err = deliver(t, c.output, func(w io.Writer) error { return report.Write(w, found, c.print) })
	switch {
	case err != nil:
		return err
	case complete != nil:
		return complete
	case interrupted != nil:
		return interrupted
	}
	return c.verdict(t, found)
}

// runs is lab.Run with its progress shown. The report also says where it was
// interrupted.
func runs(ctx context.Context, t *terminal, plan lab.RunOptions, p text.Printer, quiet bool) (*result.Report, error) {
	shown := newProgress(t, plan, p, quiet)
	plan.Progress = shown.hear
	machine.Told = shown.making
	found, interrupted := lab.Run(ctx, plan)
	shown.end()
	if interrupted != nil {
		found.Warnings = append(found.Warnings, text.Sayf("interrupted: experiments that had finished: %d of %d", len(found.Experiments), len(plan.Experiments)))
	}
	return found, interrupted
}

// again is the command that was typed, as far as it says what is measured; ""
// where no experiment was named, and so all were meant.
func again(cmd *cobra.Command, names []string) string {
	if len(names) == 0 {
		return ""
	}
	how := []string{"format", "output", "pcap", "claims", "strict", "quiet", "jobs"}
	return typed(cmd, cmd.CommandPath()+" "+strings.Join(names, " "), func(flag string) bool { return !slices.Contains(how, flag) })
}

// drawn is the command that draws the packets of the one experiment that was
// named, with what was typed and means the same there; "" for none or several.
func drawn(cmd *cobra.Command, names []string) string {
	if len(names) != 1 {
		return ""
	}
	flags, how := newTrace(&terminal{}).Flags(), []string{"format", "output", "pcap", "messages", "lang"}
	return typed(cmd, cmd.Parent().CommandPath()+" trace "+names[0], func(flag string) bool {
		return flags.Lookup(flag) != nil && !slices.Contains(how, flag)
	})
}

// typed is a line with those of the flags behind it that were typed and are
// wanted.
func typed(cmd *cobra.Command, line string, wanted func(flag string) bool) string {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); {
		case !wanted(f.Name):
		case f.Value.Type() == "bool":
			line += " --" + f.Name
		case plainWord.MatchString(value):
			line += " --" + f.Name + " " + value
		default:
			line += " --" + f.Name + " '" + value + "'"
		}
	})
	return line
}

// plainWord is what no shell takes for anything but itself.
var plainWord = regexp.MustCompile(`^[\w.,:/%+-]+$`)

// plan turns words into what they name, and refuses what cannot be done.
func (c *comparing) plan(cmd *cobra.Command, names []string) (lab.RunOptions, error) {
	var p lab.RunOptions
	list, err := chosen(names)
	if err != nil {
		return p, err
	}
	if err := enter(c.options.Network, list); err != nil {
		return p, err
	}
	all := list
	if list, err = suited(all, c.options.Network, len(names) > 0); err != nil {
		return p, err
	}
	c.leftOut = slices.DeleteFunc(ids(all), func(id string) bool { return slices.Contains(ids(list), id) })
	if c.jobs > 0 && c.options.Network != simulated.Name {
		return p, misusef("leave it out, or: --network simulated",
			"--jobs: only experiments on machines of their own can run beside each other at will")
	}
	if err := steered(cmd.Context(), c.options.Congestion, c.options.Network, list); err != nil {
		return p, err
	}
	if c.pcap != "" && !slices.ContainsFunc(list, func(e experiments.Experiment) bool { return onWire(e, c.options.Network) }) {
		return p, misusef("leave it out, or: --network virtual", "--pcap: nothing in %s passes over a wire", list[0].ID)
	}
	if err := c.conditions.settle(); err != nil {
		return p, err
	}
	c.options.Preset, c.options.Named = c.conditions.preset, len(names) > 0
	if err := c.conditions.check(list, c.options.Network); err != nil {
		return p, err
	}
	columns, err := columns(c.transports)
	if err != nil {
		return p, err
	}
	for _, column := range columns {
		c.options.Transports = append(c.options.Transports, column.Name)
	}
	if c.options.Quick && !cmd.Flags().Changed("messages") {
		c.options.Messages = quickMessages
	}
	return lab.RunOptions{
		Experiments: list, Options: c.options, Transports: columns, Drivers: drivers(), Override: c.conditions.over,
		Documents: registry.Documents, Conclusions: registry.Conclusions, Jobs: c.jobs,
	}, nil
}

// layout decides how the report will look, and makes sure that it can be
// written before anything is measured.
func (c *comparing) layout(t *terminal) (err error) {
	if c.print.Words, err = text.For(c.lang); err != nil {
		return err
	}
	c.print.Width, c.print.Quiet = t.width(), c.quiet
	c.print.Color = t.colour() && c.output == ""
	return writable("output", c.output)
}

// verdict is the exit code's reason: what did not run, or with --strict what
// is not as theory expects.
func (c *comparing) verdict(t *terminal, found *result.Report) error {
	var failed bool
	var outside []string
	for _, result := range found.Experiments {
		if result.Error != "" {
			t.sayf("%s did not run: %s", result.ID, result.Error)
			failed = true
		}
		for _, m := range result.Measurements {
			for transport, within := range m.Within {
				if !within {
					outside = append(outside, result.ID+" "+m.ID+" "+transport)
				}
			}
		}
	}
	for _, claim := range found.Claims {
		if !claim.AsExpected() {
			outside = append(outside, "claim "+claim.ID)
		}
	}
	switch {
	case failed:
		return errSaid
	case c.strict && len(outside) > 0:
		slices.Sort(outside)
		return failuref("--details shows every measurement with its expectation, --claims every claim with its reason",
			"not as theory expects: %s", strings.Join(outside, ", "))
	}
	return nil
}

// columns are the transports that were named, each once.
func columns(names string) ([]testbed.Transport, error) {
	all := transports.Transports()
	var known []string
	for _, t := range all {
		known = append(known, t.Name)
	}
	var columns []testbed.Transport
	for name := range strings.SplitSeq(names, ",") {
		at := slices.Index(known, strings.TrimSpace(name))
		if at < 0 {
			return nil, misusef("--transports takes "+strings.Join(known, ","), "--transports %s: unknown transport %q", quoteBlank(names), name)
		}
		columns = append(columns, all[at])
	}
	slices.SortStableFunc(columns, func(a, b testbed.Transport) int {
		return slices.Index(known, a.Name) - slices.Index(known, b.Name)
	})
	return slices.CompactFunc(columns, func(a, b testbed.Transport) bool { return a.Name == b.Name }), nil
}
