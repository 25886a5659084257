package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/experiments/registry"
	"echolab/lab/ladder"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// everything are all conditions: whatever a wire does, its packets show.
var everything = []string{
	"loss", "burst", "exact", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit",
}

// tracing is what "lab trace" was asked for.
type tracing struct {
	conditions   conditions
	options      result.Options
	only         string
	pcap, read   string
	conversation int // 0 is the one that shows the lesson, listAll lists them
	format       string
	print        ladder.Options
	lang, output string
}

func newTrace(t *terminal) *cobra.Command {
	c := tracing{
		options: result.Options{Seed: 1, Runs: 1, Size: messageSize, Network: lab.Auto},
		format:  ladder.Formats()[0],
	}
	cmd := &cobra.Command{
		Use:   "trace [EXPERIMENT]",
		Short: "draw the packets of one exchange, TCP and UDP side by side",
		Long: "Draw the packets of one echo, or those of an experiment that show its lesson,\n" +
			"TCP and UDP side by side on one time axis. The wire sees every packet, also\n" +
			"those that it drops. With --read, draw what somebody else captured.",
		Example: "  lab trace\n" +
			"  lab trace --drop client:1\n" +
			"  lab trace flow\n" +
			"  lab trace loss --loss 20% --pcap loss.pcapng\n" +
			"  lab trace --read capture.pcap --conversation list",
		Args:              between(0, 1),
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
	choice(cmd, &c.options.Network, "network", "NAME", "where the exchange runs", wiredNames()...)
	choice(cmd, &c.only, "only", "NAME", "draw one transport; both if left out", transportNames()...)
	f.Var(number(&c.options.Messages, "N", 1, 10_000), "messages",
		"how many messages an experiment sends; enough for its lesson if left out")
	f.Var(number(&c.options.Size, "BYTES", testbed.HeaderSize, largestDatagram), "size", "how long each message is")
	f.Var(seed(&c.options.Seed), "seed", "decides every random fate; the same seed, the same fates")
	c.conditions.register(cmd)
	choice(cmd, &c.options.Congestion, "congestion", "NAME", "the congestion control of TCP", congestions...)
	f.Var(anyText(&c.pcap, "FILE"), "pcap", pcapUsage)
	f.Var(anyText(&c.read, "FILE"), "read", "draw a pcap or pcapng file instead; - is standard input; nothing runs")
	f.Var(conversationNumber(&c.conversation), "conversation",
		"which conversation to draw, or list: which ones there are; the one with the lesson if left out")
	offer(cmd, "conversation", []string{"list"})
	f.BoolVar(&c.print.All, "all", false, "draw every packet, instead of folding what repeats")
	choice(cmd, &c.format, "format", "FORMAT", "how the packets are printed", ladder.Formats()...)
	f.Var(anyText(&c.output, "FILE"), "output", "print into a file")
	choice(cmd, &c.lang, "lang", "LANGUAGE",
		"the language of the notes; the locale's if left out", text.Languages()...)
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

func (c *tracing) run(cmd *cobra.Command, t *terminal, args []string) error {
	if c.read != "" {
		return c.readFile(cmd, t, args)
	}
	e, err := c.experiment(cmd, args)
	if err != nil {
		return err
	}
	plan, err := c.plan(cmd, e)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	return c.measure(cmd.Context(), t, plan, e.Lesson)
}

// layout decides how the traces will look.
func (c *tracing) layout(t *terminal) (err error) {
	if c.print.Words, err = text.For(c.lang); err != nil {
		return err
	}
	c.print.Width = t.width()
	c.print.Color = t.colour() && c.output == ""
	return writable("output", c.output)
}

// fewMessages is how many messages an experiment sends whose lesson does not
// need more of them.
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
	named, err := chosen(args)
	if err != nil {
		return experiments.Experiment{}, err
	}
	e := named[0]
	if e.Caption.IsZero() {
		return e, misusef("\"lab explain "+e.ID+"\" tells what it does, \"lab trace\" draws one echo",
			"%s: there is nothing to be seen in its packets", e.ID)
	}
	if !asked {
		c.options.Messages = max(e.Lesson.Messages, fewMessages)
	}
	return e, nil
}

// plan turns words into what they name, and refuses what cannot be done. What
// is traced runs as an experiment does, under all conditions that there are.
func (c *tracing) plan(cmd *cobra.Command, e experiments.Experiment) (p lab.RunOptions, err error) {
	list := []experiments.Experiment{overAWire(e)}
	if err := enter(c.options.Network, list); err != nil {
		return p, err
	}
	if _, err := suited(list, c.options.Network, true); err != nil {
		return p, err
	}
	if err := steered(cmd.Context(), c.options.Congestion, c.options.Network, list); err != nil {
		return p, err
	}
	if err := c.conditions.settle(); err != nil {
		return p, err
	}
	if err := c.conditions.check(list, c.options.Network); err != nil {
		return p, err
	}
	p.Transports = slices.DeleteFunc(transports.Transports(), func(t testbed.Transport) bool {
		return c.only != "" && t.Name != c.only
	})
	p.Experiments, p.Options, p.Drivers, p.Override = list, c.options, drivers(), c.conditions.over
	return p, nil
}

// overAWire is an experiment with a wire: what it does on localhost it does over
// one here. How fast it goes there is not the question.
func overAWire(e experiments.Experiment) experiments.Experiment {
	e.Place, e.Alone, e.Accepts = experiments.OnWire, false, everything
	return e
}

// measure runs the plan and shows what passed.
func (c *tracing) measure(ctx context.Context, t *terminal, plan lab.RunOptions, lesson packet.Lesson) error {
	to, err := newCapturing(c.pcap)
	if err != nil {
		return err
	}
	var wires capture.Wires
	plan.Tap = func(_ experiments.Experiment, o wire.Options) wire.Tap { return wires.Tap(o) }
	to.watch(&plan)
	report, interrupted := runs(ctx, t, plan, c.print.Words, false)
	if err := to.end(t); err != nil {
		return err
	}
	if interrupted != nil {
		return interrupted
	}
	result := report.Experiments[0]
	for _, w := range result.Warnings {
		t.warnf("%s", w)
	}
	own, err := plan.Override(plan.Experiments[0])
	if err != nil {
		return err
	}
	if c.conversation == 0 {
		c.print.Caption = plan.Experiments[0].Caption
	}
	traces := c.pick(&wires, plan.Transports, result, lesson, own)
	if len(traces) == 0 && result.Error == "" {
		return c.nothing(&wires, result.ID)
	}
	if err := c.show(t, traces); err != nil {
		return err
	}
	if result.Error != "" {
		t.sayf("%s", result.Error)
		return errSaid
	}
	return nil
}

// pick chooses what to show of each transport.
func (c *tracing) pick(
	wires *capture.Wires, transports []testbed.Transport, result *result.Result, lesson packet.Lesson, own wire.Options,
) []packet.Trace {
	var traces []packet.Trace
	for _, transport := range transports {
		for _, found := range c.of(wires, transport, lesson, own) {
			found.Network = result.Network
			if outcome := result.Find(transport.Name); outcome != nil { // an echo has one
				found.Outcome = outcome.Label
			}
			traces = append(traces, found)
		}
	}
	return traces
}

// of is what is to be shown of one transport: the conversation with the lesson,
// the one of a number, or all.
func (c *tracing) of(wires *capture.Wires, transport testbed.Transport, lesson packet.Lesson, own wire.Options) []packet.Trace {
	if c.conversation == 0 {
		if found, ok := wires.Teaching(transport, lesson, own); ok {
			return []packet.Trace{found}
		}
		return nil
	}
	all := wires.Conversations(transport)
	switch {
	case c.conversation == listAll:
		return all
	case c.conversation > len(all):
		return nil
	}
	return all[c.conversation-1 : c.conversation]
}

// nothing says why there is nothing to show.
func (c *tracing) nothing(wires *capture.Wires, id string) error {
	most := 0
	for _, t := range transports.Transports() {
		most = max(most, len(wires.Conversations(t)))
	}
	if most == 0 {
		return failuref("", "%s: no packet passed over a wire", id)
	}
	return misusef(fmt.Sprintf("--conversation takes 1 to %d there; --conversation list shows them", most),
		"%s: no conversation %d passed over a wire", id, c.conversation)
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

// transportNames are the transports that can be drawn.
func transportNames() []string {
	var names []string
	for _, t := range transports.Transports() {
		names = append(names, t.Name)
	}
	return names
}

// completeOneExperiment lets the shell complete one id.
func completeOneExperiment(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeExperiments(cmd, args, typed)
}
