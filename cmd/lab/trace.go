package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/events"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/ladder"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// tracing is what "lab trace" was asked for.
type tracing struct {
	measuring
	read         string
	conversation int // 0 is the one that shows the lesson, listAll lists them
	format       string
	print        ladder.Options
	output       string
	again        string // the command, for a file that says how it was made
}

func newTrace(t *terminal) *cobra.Command {
	c := tracing{measuring: newMeasuring(), format: ladder.Formats()[0]}
	c.options.Messages = 0
	cmd := &cobra.Command{
		Use:   "trace [EXPERIMENT]",
		Short: "draw the packets of one exchange, TCP and UDP side by side",
		Long: "Draw the packets of one echo, or those of an experiment that show its lesson,\n" +
			"TCP and UDP side by side on one time axis. The wire sees every packet, also\n" +
			"those that it drops. With --read, draw the packets of a capture file.",
		Example: "  lab trace\n" +
			"  lab trace --drop client:1\n" +
			"  lab trace flow\n" +
			"  lab trace loss --loss 20% --pcap loss.pcapng\n" +
			"  lab trace --read capture.pcap --conversation list",
		Args:              betweenExperiments(0, 1),
		ValidArgsFunction: completeOneExperiment,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, t, args)
		},
	}
	c.flags(cmd)
	return cmd
}

func (c *tracing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	choice(cmd, &c.options.Network, "network", "NAME", "where the exchange runs", networkNames(true)...)
	choice(cmd, &c.transports, "only", "NAME", "draw one transport; both if left out", transportNames()...)
	f.Var(number(&c.options.Messages, "N", 1, 10_000), "messages",
		"how many messages an experiment sends; enough for its lesson if left out")
	f.Var(number(&c.options.Size, "BYTES", testbed.HeaderSize, largestDatagram), "size", "how long each message is")
	f.Var(seed(&c.options.Seed), "seed", seedUsage)
	c.conditions.register(cmd)
	choice(cmd, &c.options.Congestion, "congestion", "NAME", congestionUsage, congestions...)
	f.Var(anyText(&c.pcap, "FILE"), "pcap", pcapUsage)
	f.Var(anyText(&c.events, "FILE"), "events", eventsUsage)
	f.Var(anyText(&c.read, "FILE"), "read", "draw a pcap or pcapng file instead; - is standard input; nothing runs")
	f.Var(conversationNumber(&c.conversation), "conversation",
		"which conversation to draw, or list: which ones there are; the one with the lesson if left out")
	offer(cmd, "conversation", []string{"list"})
	f.BoolVar(&c.print.All, "all", false, "draw every packet, instead of folding what repeats")
	choice(cmd, &c.format, "format", "FORMAT", "how the packets are printed", traceFormats()...)
	f.Var(anyText(&c.output, "FILE"), "output", outputUsage)
	languageFlag(cmd, &c.print.Words, languageUsage)
}

// listAll is the number that stands for a list of all conversations.
const listAll = -1

// conversationNumber is a flag for a conversation's number, or "list".
func conversationNumber(to *int) pflag.Value {
	return &value[int]{to, "N|list", "", func(s string) (int, error) {
		if s == "list" {
			return listAll, nil
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return 0, errors.New("neither a number from 1 on nor list")
		}
		return n, nil
	}}
}

// traceFormats are the forms that packets can be printed in.
func traceFormats() []string { return append(ladder.Formats(), fileFormats...) }

func (c *tracing) run(cmd *cobra.Command, t *terminal, args []string) error {
	if err := formatByEnding(cmd, c.output, &c.format, traceFormats()); err != nil {
		return err
	}
	c.again = fileLine(cmd, args)
	if c.read != "" {
		return c.readFile(cmd, t, args)
	}
	e, err := c.experiment(cmd, args)
	if err != nil {
		return err
	}
	plan, err := c.plan(cmd.Context(), []experiments.Experiment{overAWire(e)}, true)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	return c.runPlan(cmd.Context(), t, plan)
}

// layout decides how the traces will look.
func (c *tracing) layout(t *terminal) error {
	c.print.Width, c.print.Color = t.width(), t.colour() && c.output == ""
	return writable("output", c.output)
}

// fewMessages is how many messages an experiment sends at least.
const fewMessages = 10

// experiment is what is to be drawn: one echo where nothing is named.
func (c *tracing) experiment(cmd *cobra.Command, args []string) (experiments.Experiment, error) {
	asked := cmd.Flags().Changed("messages")
	switch {
	case len(args) == 0 && asked:
		return experiments.Experiment{}, misusef("lab trace loss --messages 100", "--messages does nothing for one echo")
	case len(args) == 0:
		c.options.Messages = 1
		return registry.Echo(), nil
	}
	named, err := find(args)
	if err != nil {
		return experiments.Experiment{}, err
	}
	e := named[0]
	if e.Caption.IsZero() {
		return e, misusef("\"lab explain "+e.ID+"\" tells what it does, \"lab trace\" draws one echo",
			"%s: its packets show nothing of it", e.Name())
	}
	c.print.Title = e.Name()
	if !asked {
		c.options.Messages = max(e.Lesson.Messages, fewMessages)
	}
	return e, nil
}

// overAWire is an experiment that runs over a wire, also one that is made for
// localhost, under whatever conditions: its packets show them all. Speed does not
// matter here, so all networks will do.
func overAWire(e experiments.Experiment) experiments.Experiment {
	e.Place, e.Alone, e.Accepts = experiments.OnWire, false, link.Names()
	return e
}

// runPlan runs the plan of one experiment and shows what passed.
func (c *tracing) runPlan(ctx context.Context, t *terminal, plan lab.Plan) error {
	to, err := newCapturing(c.pcap)
	if err != nil {
		return err
	}
	var wires capture.Wires
	plan.Watches = []lab.Watch{func(_ string, o wire.Options) testbed.Watch { return wires.Watch(o) }}
	to.watch(&plan)
	told, err := newTelling(t, c.events, c.streamOf(plan.Transports, plan.Options))
	if err != nil {
		return err
	}
	told.watch(&plan)
	report, interrupted := measure(ctx, t, plan, c.print.Words, false)
	if err := errors.Join(to.end(t), told.end(interrupted != nil)); err != nil {
		return err
	}
	if interrupted != nil {
		return interrupted
	}
	found := report.Experiments[0]
	for _, w := range found.Warnings {
		t.warnf("%s", w)
	}
	traces := c.pick(&wires, plan, found)
	if len(traces) == 0 && found.Error == "" {
		return c.nothing(&wires, plan.Transports, found.ID)
	}
	if c.format == htmlFormat {
		err = c.file(t, plan, report, traces, wires.Seen())
	} else {
		err = c.show(t, traces)
	}
	if err != nil {
		return err
	}
	if found.Error != "" {
		t.sayf("%s", found.Error)
		return exitCode(exitFailed)
	}
	return nil
}

// streamOf is what the stream of events of a trace tells of.
func (c *tracing) streamOf(all []testbed.Transport, o result.Options) events.Run {
	return events.Run{Transports: all, Options: o, Print: report.Options{Words: c.print.Words}}
}

// pick chooses what to show of each transport: the conversation with the lesson,
// the one of a number, or all.
func (c *tracing) pick(wires *capture.Wires, plan lab.Plan, found *result.Result) []packet.Trace {
	var traces []packet.Trace
	item := plan.Items[0]
	for _, transport := range plan.Transports {
		var some []packet.Trace
		switch c.conversation {
		case 0:
			if taught, ok := wires.Teaching(transport, item.Experiment.Lesson, item.Conditions); ok {
				some = []packet.Trace{taught}
			}
		case listAll:
			some = wires.Conversations(transport)
		default:
			some = wires.Conversation(transport, c.conversation)
		}
		for _, trace := range some {
			trace.Network = found.Network
			if outcome := found.Find(transport.Name); outcome != nil { // an echo has one
				trace.Outcome = outcome.Label
			}
			traces = append(traces, trace)
		}
	}
	if c.conversation == 0 {
		c.print.Caption = item.Experiment.Caption
	}
	return traces
}

// nothing is the error of a run with nothing to show.
func (c *tracing) nothing(wires *capture.Wires, all []testbed.Transport, id string) error {
	most := 0
	for _, t := range all {
		most = max(most, len(wires.Conversations(t)))
	}
	if most == 0 {
		return failuref("", "%s: no packet passed over a wire", id)
	}
	return misusef(conversationsHint(most), "%s: no conversation %d passed over a wire", id, c.conversation)
}

// conversationsHint says which numbers --conversation takes.
func conversationsHint(most int) string {
	return fmt.Sprintf("--conversation takes 1 to %d there; --conversation list shows them", most)
}

// show prints the traces, or the list of them.
func (c *tracing) show(t *terminal, traces []packet.Trace) error {
	if len(traces) == 0 {
		return nil
	}
	return deliver(t, c.output, func(w io.Writer) error {
		if c.conversation == listAll {
			return ladder.List(w, traces, c.format, c.print)
		}
		return ladder.Write(w, traces, c.format, c.print)
	})
}
