package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/events"
	"echolab/lab/experiments/registry"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
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
	measuring
	print  report.Options
	output string
	strict bool
}

func newComparing() comparing {
	return comparing{measuring: newMeasuring(), print: report.Options{Format: "table"}}
}

func newCompare(t *terminal) *cobra.Command {
	c := newComparing()
	c.transports = strings.Join(transportNames(), ",")
	cmd := &cobra.Command{
		Use:   "compare [EXPERIMENT...]",
		Short: "run the experiments and print what TCP and UDP did",
		Long: "Run experiments, all or those named, and print what TCP and UDP did in each.\n" +
			"Conditions replace the experiments' own wherever they can act; one kind of loss\n" +
			"also replaces another. \"lab list\" shows the experiments; they are also known by\n" +
			"their titles and by common words such as handshake, goodput or HOL.",
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
	f.Var(anyText(&c.transports, "NAMES"), "transports", "what to compare: the columns of the table")
	f.Var(number(&c.options.Messages, "N", 1, testbed.MostMessages), "messages",
		"how many messages each transport sends; 200 with --quick")
	f.Var(number(&c.options.Size, "BYTES", testbed.HeaderSize, largestDatagram), "size", "how long each message is")
	f.Var(number(&c.options.Runs, "N", 1, 1000), "runs", "how many times to run; the table shows medians and spread")
	c.measuring.flags(cmd)
	choice(cmd, &c.options.Congestion, "congestion", "NAME", congestionUsage, congestions...)
	choice(cmd, &c.print.Format, "format", "FORMAT", "how results are printed; bench is what benchstat compares",
		report.Formats()...)
	f.Var(anyText(&c.output, "FILE"), "output", outputUsage)
	f.Var(anyText(&c.pcap, "FILE"), "pcap", pcapUsage)
	f.Var(anyText(&c.events, "FILE"), "events", eventsUsage)
	f.BoolVar(&c.print.Details, "details", false, "print every measurement")
	f.BoolVar(&c.print.Claims, "claims", false, "print every claim of the documents with its verdict")
	f.BoolVar(&c.strict, "strict", false, "exit with 1 when a measurement or a verdict is not as theory expects")
	c.printFlags(cmd)
}

// printFlags adds the flags of compare and predict that say how results are
// printed.
func (c *comparing) printFlags(cmd *cobra.Command) {
	languageFlag(cmd, &c.print.Words, languageUsage)
	cmd.Flags().BoolVar(&c.print.Quiet, "quiet", false, "print no progress, and tables without heading and last line")
}

// run checks everything that was asked for, runs it, and prints the report.
func (c *comparing) run(cmd *cobra.Command, t *terminal, names []string) error {
	if err := formatByEnding(cmd, c.output, &c.print.Format, report.Formats()); err != nil {
		return err
	}
	plan, leftOut, err := c.plan(cmd, names)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	if c.options.Named {
		for _, useless := range c.conditions.idle() {
			t.warnf("%s", useless)
		}
		names = ids(experimentsOf(plan))
	}
	captured, err := newCapturing(c.pcap)
	if err != nil {
		return err
	}
	captured.watch(&plan)
	told, err := newTelling(t, c.events, c.streamOf(plan))
	if err != nil {
		return err
	}
	told.watch(&plan)
	filed := newFiling(t, c.print.Format, c.streamOf(plan))
	filed.watch(&plan)
	c.print.Again, c.print.Trace = commandLine(cmd, names), traceLine(cmd, names)
	found, interrupted := measure(cmd.Context(), t, plan, c.print.Words, c.print.Quiet)
	if len(leftOut) > 0 {
		found.Warnings = append(found.Warnings, text.Sayf("left out, because network %s cannot show it: %s",
			c.options.Network, strings.Join(leftOut, ", ")))
	}
	found.Documents, found.Conclusions = registry.Documents(found.Results()), registry.Conclusions(found.Results())
	told.report(found)
	complete := errors.Join(captured.end(t), told.end(interrupted != nil))
	err = deliver(t, c.output, func(w io.Writer) error {
		if filed == nil {
			return report.Write(w, found, c.print)
		}
		return filed.compared(w, found, fileLine(cmd, names))
	})
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

// streamOf is what the stream of events of a plan tells of.
func (c *comparing) streamOf(plan lab.Plan) events.Run {
	return events.Run{Transports: plan.Transports, Options: plan.Options, Print: c.print}
}

// plan is the plan of the named experiments, or of all. It tells which of all
// were left out.
func (c *comparing) plan(cmd *cobra.Command, names []string) (p lab.Plan, leftOut []string, err error) {
	list, err := find(names)
	if err != nil {
		return p, nil, err
	}
	c.options.Named = len(names) > 0
	if c.options.Quick && !cmd.Flags().Changed("messages") {
		c.options.Messages = quickMessages
	}
	if p, err = c.measuring.plan(cmd.Context(), list, c.options.Named); err != nil {
		return p, nil, err
	}
	planned := ids(experimentsOf(p))
	return p, slices.DeleteFunc(ids(list), func(id string) bool { return slices.Contains(planned, id) }), nil
}

// layout decides how the report will look, and makes sure that it can be
// written before anything is measured.
func (c *comparing) layout(t *terminal) error {
	c.print.Width, c.print.Color = t.width(), t.colour() && c.output == ""
	return writable("output", c.output)
}

// verdict is the exit code's reason: what did not run, or with --strict what
// is not as theory expects.
func (c *comparing) verdict(t *terminal, found *result.Report) error {
	failed := false
	for _, r := range found.Experiments {
		if r.Error != "" {
			t.sayf("%s did not run: %s", r.ID, r.Error)
			failed = true
		}
	}
	if failed {
		return exitCode(exitFailed)
	}
	if unexpected := found.Unexpected(); c.strict && len(unexpected) > 0 {
		return failuref("--details shows every measurement with its expectation, --claims every claim with its reason",
			"not as theory expects: %s", strings.Join(unexpected, ", "))
	}
	return nil
}
