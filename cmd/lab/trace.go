package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"echolab/lab"
	"echolab/lab/experiments"
	"echolab/lab/trace"
	"echolab/lab/trace/capture"
	"echolab/lab/trace/ladder"
	"echolab/lab/wire"
	"echolab/lab/words"
)

// everything are all conditions: whatever a wire does, its packets show.
var everything = []string{"loss", "burst", "exact", "drop", "delay", "jitter", "reorder", "duplicate", "corrupt", "rate", "limit"}

// tracing is what "lab trace" was asked for.
type tracing struct {
	conditions   conditions
	options      lab.Options
	only         string
	pcap, read   string
	conversation int
	format       string
	print        ladder.Options
	lang, output string
}

func newTrace(t *terminal) *cobra.Command {
	c := tracing{
		options: lab.Options{Seed: 1, Runs: 1, Messages: tracedMessages, Size: messageSize, Network: lab.Auto},
		format:  ladder.Formats()[0],
	}
	cmd := &cobra.Command{
		Use:   "trace [EXPERIMENT]",
		Short: "draw the packets of one exchange, TCP and UDP side by side",
		Long: "Draw the packets of one echo, or of an experiment's own exchange, TCP and UDP side\n" +
			"by side on one time axis. The wire sees every packet, also those that it drops.\n" +
			"With --read, draw a conversation that somebody else captured.",
		Example: "  lab trace\n" +
			"  lab trace --drop client:1\n" +
			"  lab trace loss --loss 20% --pcap loss.pcapng\n" +
			"  lab trace --read capture.pcap --conversation 2",
		Args:              between(0, 1),
		ValidArgsFunction: completeOneExperiment,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.run(cmd, t, args)
		},
	}
	c.flags(cmd)
	return cmd
}

// tracedMessages is how many messages an experiment sends to be drawn.
const tracedMessages = 10

func (c *tracing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	choice(cmd, &c.options.Network, "network", "NAME", "where the exchange runs", wiredNames()...)
	choice(cmd, &c.only, "only", "NAME", "draw one transport; both if left out", transportNames()...)
	f.Var(number(&c.options.Messages, "N", 1, 10_000), "messages", "how many messages an experiment sends")
	f.Var(number(&c.options.Size, "BYTES", lab.HeaderSize, largestDatagram), "size", "how long each message is")
	f.Var(seed(&c.options.Seed), "seed", "decides every random fate; the same seed, the same fates")
	c.conditions.register(cmd)
	choice(cmd, &c.options.Congestion, "congestion", "NAME", "the congestion control of TCP", congestions...)
	f.Var(text(&c.pcap, "FILE"), "pcap", pcapUsage)
	f.Var(text(&c.read, "FILE"), "read", "draw a pcap or pcapng file instead; - is standard input; nothing runs")
	f.Var(number(&c.conversation, "N", 1, 1<<16), "conversation", "which conversation to draw, where there are several")
	f.BoolVar(&c.print.All, "all", false, "draw every packet, instead of folding what repeats")
	choice(cmd, &c.format, "format", "FORMAT", "how the packets are printed", ladder.Formats()...)
	f.Var(text(&c.output, "FILE"), "output", "print into a file")
	choice(cmd, &c.lang, "lang", "LANGUAGE", "the language of the notes; the locale's if left out", words.Languages()...)
}

func (c *tracing) run(cmd *cobra.Command, t *terminal, args []string) error {
	if c.read != "" {
		if err := c.reads(cmd, args); err != nil {
			return err
		}
		if err := c.layout(t); err != nil {
			return err
		}
		found, err := c.open(t)
		if err != nil {
			return err
		}
		return c.show(t, []trace.Trace{found})
	}
	plan, seen, err := c.plan(cmd, args)
	if err != nil {
		return err
	}
	if err := c.layout(t); err != nil {
		return err
	}
	return c.measure(cmd.Context(), t, plan, seen)
}

// reads refuses what does nothing when a file is read.
func (c *tracing) reads(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misuse("leave one of them out", "--read %s: nothing runs, so %s does nothing", c.read, args[0])
	}
	for _, name := range append([]string{"network", "messages", "size", "seed", "preset", "conditions", "congestion", "pcap"}, everything...) {
		if cmd.Flags().Changed(name) {
			return misuse("leave one of them out", "--read %s: nothing runs, so --%s does nothing", c.read, name)
		}
	}
	return nil
}

// open reads the file, or standard input.
func (c *tracing) open(t *terminal) (trace.Trace, error) {
	in := t.in
	if c.read != "-" {
		f, err := os.Open(c.read)
		if err != nil {
			return trace.Trace{}, misuse("--read FILE that exists and may be read", "--read %s: %w", c.read, bareFile(err))
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	found, err := capture.Read(in, capture.Options{Conversation: c.conversation, Only: c.only})
	var bad *capture.FormatError
	switch {
	case errors.As(err, &bad) && bad.Conversations > 0:
		return found, misuse(fmt.Sprintf("--conversation takes 1 to %d there", bad.Conversations), "--read %s: %w", c.read, err)
	case errors.As(err, &bad):
		return found, misuse("tcpdump, tshark and Wireshark write such files", "--read %s: %w", c.read, err)
	case err != nil:
		return found, misuse("--read FILE that exists and may be read", "--read %s: %w", c.read, bareFile(err))
	}
	return found, nil
}

// layout decides how the traces will look.
func (c *tracing) layout(t *terminal) (err error) {
	if c.print.Words, err = words.For(c.lang); err != nil {
		return err
	}
	c.print.Width = t.width()
	c.print.Color = t.colour() && c.output == ""
	return writable("output", c.output)
}

// passed records the wires of a run.
type passed struct {
	mu    sync.Mutex
	wires []*recorded
}

// recorded is a wire that the experiment opened.
type recorded struct {
	*trace.Recorder
	conditions wire.Options
}

// Bounds of what is kept to be drawn.
const (
	mostWires   = 100
	mostPackets = 20_000
)

// plan turns words into what they name, and refuses what cannot be done. What
// is traced runs as an experiment does, under all conditions that there are.
func (c *tracing) plan(cmd *cobra.Command, args []string) (lab.RunOptions, *passed, error) {
	var p lab.RunOptions
	s := &passed{}
	e := experiments.Echo()
	if len(args) > 0 {
		named, err := chosen(args)
		if err != nil {
			return p, nil, err
		}
		e = named[0]
	} else if cmd.Flags().Changed("messages") {
		return p, nil, misuse("lab trace loss --messages 100", "--messages does nothing for one echo")
	}
	list := []lab.Experiment{overAWire(e)}
	if err := enter(c.options.Network, list); err != nil {
		return p, nil, err
	}
	if _, err := suited(list, c.options.Network, true); err != nil {
		return p, nil, err
	}
	if err := steered(cmd.Context(), c.options.Congestion, c.options.Network, list); err != nil {
		return p, nil, err
	}
	if err := c.conditions.settle(); err != nil {
		return p, nil, err
	}
	if err := c.conditions.check(list, c.options.Network); err != nil {
		return p, nil, err
	}
	p.Transports = slices.DeleteFunc(lab.Transports(), func(t lab.Transport) bool { return c.only != "" && t.Name != c.only })
	p.Experiments, p.Options, p.Openers, p.Override = list, c.options, networks(), c.conditions.over
	p.Tap = s.tap
	return p, s, nil
}

// overAWire is an experiment with a wire: what it does on localhost it does over
// one here.
func overAWire(e lab.Experiment) lab.Experiment {
	e.Place, e.Accepts = lab.OnWire, everything
	return e
}

// tap records the next wire that is opened.
func (s *passed) tap(_ lab.Experiment, o wire.Options) wire.Tap {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.wires) == mostWires {
		return nil
	}
	w := &recorded{trace.NewRecorder(mostPackets), o}
	s.wires = append(s.wires, w)
	return w.Tap
}

// measure runs the plan and shows what passed.
func (c *tracing) measure(ctx context.Context, t *terminal, plan lab.RunOptions, s *passed) error {
	to, err := newCapturing(c.pcap)
	if err != nil {
		return err
	}
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
		t.warn("%s", w)
	}
	var traces []trace.Trace
	for _, transport := range plan.Transports {
		if found, ok := s.pick(transport, c.conversation); ok {
			found.Network = result.Network
			if outcome := result.Find(transport.Name); outcome != nil { // an echo has one
				found.Outcome = outcome.Label
			}
			traces = append(traces, found)
		}
	}
	if len(traces) == 0 && result.Error == "" {
		return c.nothing(result.ID, s)
	}
	if err := c.show(t, traces); err != nil {
		return err
	}
	if result.Error != "" {
		t.say("%s", result.Error)
		return errSaid
	}
	return nil
}

// nothing says why there is nothing to draw.
func (c *tracing) nothing(id string, s *passed) error {
	most := 0
	for _, t := range lab.Transports() {
		none, _ := s.pick(t, 0)
		most = max(most, none.Of)
	}
	if most == 0 {
		return failure("", "%s: no packet passed over a wire", id)
	}
	return failure(fmt.Sprintf("--conversation takes 1 to %d there", most), "%s: no conversation %d passed over a wire", id, c.conversation)
}

// pick finds the numbered conversation of a transport among all wires; 0 is
// the first in which data passed.
func (s *passed) pick(t lab.Transport, number int) (picked trace.Trace, ok bool) {
	before := 0
	for _, w := range s.wires {
		here := max(number-before, 0)
		found, any := trace.Gather(t.Network, w.Packets(), here)
		if any && !ok {
			picked, ok = found, true
			picked.Conditions, picked.Left = w.conditions, w.Left()
			picked.Conversation += before
		}
		before += found.Of
	}
	picked.Transport, picked.Of = t.Name, before
	return picked, ok
}

// show prints the traces.
func (c *tracing) show(t *terminal, traces []trace.Trace) error {
	if len(traces) == 0 {
		return nil
	}
	return deliver(t, c.output, func(w io.Writer) error { return ladder.Write(w, traces, c.format, c.print) })
}

// transportNames are the transports that can be drawn.
func transportNames() []string {
	var names []string
	for _, t := range lab.Transports() {
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
