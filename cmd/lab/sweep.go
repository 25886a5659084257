//go:build !wasip1

package main

import (
	"cmp"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"echolab/lab/experiments"
	"echolab/lab/networks/simulated"
	"echolab/lab/sweep"
	"echolab/lab/testbed"
)

// repetitions of each point, unless the user says otherwise.
const repetitions = 10

// sweeping is what "lab sweep" was asked for.
type sweeping struct {
	measuring
	over    []string
	seeds   int
	measure string // ids with commas between them
	share   sweep.Share
	resume  string // file
	merge   bool
	format  string
	output  string
	strict  bool
	print   sweep.Print
	axes    []sweep.Axis
}

func newSweep(t *terminal) *cobra.Command {
	s := sweeping{measuring: newMeasuring(), seeds: repetitions, format: "table"}
	s.options.Network, s.options.Messages = simulated.Name, quickMessages
	s.transports = strings.Join(transportNames(), ",")
	cmd := &cobra.Command{
		Use:   "sweep EXPERIMENT",
		Short: "one experiment over many conditions, with its curve and theory's",
		Long: "Measure one experiment over many conditions, and draw what comes out beside\n" +
			"what theory says. An axis is a condition or an option: loss, delay, rate,\n" +
			"messages, size, congestion, transport, preset and others. Each point is measured\n" +
			"with several seeds. A file that --format json writes can be gone on with\n" +
			"(--resume) and put together from shares (--shard, --merge).",
		Example: "  lab sweep loss --over loss=0%:30%:2%\n" +
			"  lab sweep congestion --over loss=0.1%:3% --congestion reno --measure bulk_reno\n" +
			"  lab sweep throughput --over delay=1ms:200ms --format svg --output rate.svg\n" +
			"  lab sweep loss --over loss=0%:30%:2% --shard 1/3 --output 1.json\n" +
			"  lab sweep --merge 1.json 2.json 3.json",
		ValidArgsFunction: completeOneExperiment,
		RunE:              func(cmd *cobra.Command, args []string) error { return s.run(cmd, t, args) },
	}
	s.flags(cmd)
	return cmd
}

func (s *sweeping) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.Var(&value[[]string]{&s.over, "NAME=VALUES", "", func(line string) ([]string, error) {
		return append(s.over, line), nil
	}}, "over", "an axis: FROM:TO:STEP, FROM:TO or VALUE,VALUE; may be repeated")
	f.Var(number(&s.seeds, "N", 1, 1000), "seeds", "how often each point is measured, each time with another seed")
	f.Var(anyText(&s.measure, "ID,..."), "measure", "which measurements; the headlines if left out")
	f.Var(anyText(&s.transports, "NAMES"), "transports", "what to compare: the curves of a chart")
	f.Var(number(&s.options.Messages, "N", 1, testbed.MostMessages), "messages",
		"how many messages each transport sends in a run")
	f.Var(number(&s.options.Size, "BYTES", testbed.HeaderSize, largestDatagram), "size", "how long each message is")
	s.measuring.flags(cmd)
	choice(cmd, &s.options.Congestion, "congestion", "NAME", congestionUsage, congestions...)
	f.Var(&value[sweep.Share]{&s.share, "I/N", "", parseShare}, "shard",
		"make only the I-th of N shares, to be put together with --merge")
	f.Var(anyText(&s.resume, "FILE"), "resume", "keep what is done in FILE, and go on from what is there")
	f.BoolVar(&s.merge, "merge", false, "put together the files that are named, and measure nothing")
	choice(cmd, &s.format, "format", "FORMAT", "how results are printed", sweepFormats()...)
	f.Var(anyText(&s.output, "FILE"), "output",
		"print into a file that does not exist yet; its ending says the format where --format does not")
	f.BoolVar(&s.strict, "strict", false, "exit with 1 when a median is not as theory allows")
	languageFlag(cmd, &s.print.Words, languageUsage)
	f.BoolVar(&s.print.Quiet, "quiet", false, "print no progress, and charts and tables without heading and last lines")
}

// parseShare reads the share I/N.
func parseShare(line string) (sweep.Share, error) {
	first, second, ok := strings.Cut(line, "/")
	i, err := strconv.Atoi(first)
	n, other := strconv.Atoi(second)
	if !ok || err != nil || other != nil || n < 1 || i < 1 || i > n {
		return sweep.Share{}, errors.New("not I/N with I from 1 to N, such as 2/3")
	}
	return sweep.Share{I: i, N: n}, nil
}

func (s *sweeping) run(cmd *cobra.Command, t *terminal, args []string) error {
	if err := formatByEnding(cmd, s.output, &s.format, sweepFormats()); err != nil {
		return err
	}
	s.print.Width, s.print.Color = t.width(), t.colour() && s.output == ""
	if s.merge {
		return s.mergeFiles(cmd, t, args)
	}
	e, found, err := s.prepare(cmd, t, args)
	if err != nil {
		return err
	}
	interrupted := s.measureAll(cmd.Context(), t, e, found)
	if interrupted != nil && (len(found.Runs) == 0 || cmd.Context().Err() == nil) {
		return interrupted // nothing was measured, or it cannot be
	}
	if interrupted != nil {
		t.sayf("interrupted: %d of %d runs are there; %s", len(found.Runs), len(found.Jobs()), s.howToGoOn())
	}
	if err := s.deliver(t, e, found); err != nil {
		return err
	}
	return cmp.Or(interrupted, s.verdict(t, found))
}

// prepare checks all that was asked for, and returns what is there already.
func (s *sweeping) prepare(
	cmd *cobra.Command, t *terminal, args []string,
) (e experiments.Experiment, found *sweep.Sweep, err error) {
	if err := between(1, 1)(cmd, joinWords(args)); err != nil {
		return e, nil, err
	}
	list, err := find(args)
	if err != nil {
		return e, nil, err
	}
	e = list[0]
	plan, err := s.plan(cmd, e)
	if err == nil {
		found, err = s.begin(t, plan)
	}
	if err == nil {
		err = newFile("output", s.output)
	}
	return e, found, err
}

// howToGoOn tells what an interruption leaves.
func (s *sweeping) howToGoOn() string {
	if s.resume == "" {
		return "with --resume FILE they are kept, and the same command goes on"
	}
	return "the same command goes on with those in " + s.resume
}

// verdict is the exit code's reason: what did not run, or with --strict what is not as
// theory allows.
func (s *sweeping) verdict(t *terminal, found *sweep.Sweep) error {
	failed := 0
	for _, run := range found.Runs {
		if run.Error != "" {
			failed++
		}
	}
	if failed > 0 {
		t.sayf("%d of %d runs found nothing", failed, len(found.Runs))
		return exitCode(exitFailed)
	}
	if !s.strict {
		return nil
	}
	if n := found.Notes(found.Points()); n.Outside > 0 {
		return failuref("the table marks them", "not as theory allows: %d of %d medians", n.Outside, n.Judged)
	}
	return nil
}

// deliver prints the sweep in the format that was asked for.
func (s *sweeping) deliver(t *terminal, e experiments.Experiment, found *sweep.Sweep) error {
	return deliver(t, s.output, func(w io.Writer) error { return writeSweep(w, s.format, e.Prose, found, s.print) })
}
