//go:build !wasip1

package main

import (
	"io"

	"echolab/lab"
	"echolab/lab/capture"
	"echolab/lab/events"
	"echolab/lab/experiments"
	"echolab/lab/onefile"
	"echolab/lab/packet"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/text"
	"echolab/lab/transports"
)

// fileFormats are what "lab trace" prints beside drawings.
var fileFormats = []string{htmlFormat}

// filing gathers what the one file of a run shows besides tables. Nil gathers nothing.
type filing struct {
	run    events.Run
	keeper *events.Keeper
	items  []lab.Item
}

// newFiling begins to gather where a file is asked for, and no page will show it.
func newFiling(t *terminal, format string, r events.Run) *filing {
	if format != htmlFormat || t.shows {
		return nil
	}
	return &filing{run: r, keeper: events.NewKeeper(r)}
}

// watch watches a run. It comes after all others who watch: they cannot forget.
func (f *filing) watch(plan *lab.Plan) {
	if f == nil {
		return
	}
	if f.items = plan.Items; len(plan.Watches) == 0 {
		plan.Forget = f.keeper.Forget
	}
	plan.Watches = append(plan.Watches, f.keeper.Watch)
	whenFound(plan, func(item lab.Item, r *result.Result) { f.keeper.Keep(item.Experiment, item.Conditions, r) })
}

// compared writes the file of a comparison.
func (f *filing) compared(w io.Writer, found *result.Report, again string) error {
	tables, err := report.HTML(found, f.run.Print)
	if err != nil {
		return err
	}
	kept, err := f.keeper.Kept()
	if err != nil {
		return err
	}
	file := onefile.File{
		Words: f.run.Print.Words, Title: text.Say("TCP and UDP, side by side"), Again: again, Tables: tables, Report: found,
	}
	for _, item := range f.items {
		e := item.Experiment
		file.Lessons = append(file.Lessons, e)
		if shown := kept[e.ID]; shown != nil {
			file.Runs = append(file.Runs, onefile.Run{ID: e.ID, Title: e.Name(), Events: shown})
		}
	}
	return file.Write(w)
}

// file writes the file of an experiment's packets.
func (c *tracing) file(
	t *terminal, plan lab.Plan, found *result.Report, traces []packet.Trace, seen []capture.Seen,
) error {
	if len(traces) == 0 {
		return nil
	}
	e := plan.Items[0].Experiment
	e.Caption = c.print.Caption
	r := found.Experiments[0]
	shown, err := c.streamOf(plan.Transports, plan.Options).Few(e, r, c.some(t, traces), seen)
	if err != nil {
		return err
	}
	file := onefile.File{
		Title: e.Name(), Report: found, Warnings: append(r.Warnings, found.Warnings...),
		Runs: []onefile.Run{{ID: e.ID, Title: e.Name(), Events: shown}},
	}
	if !c.print.Title.IsZero() { // an experiment was named
		file.Lessons = []experiments.Experiment{plan.Items[0].Experiment}
	}
	return c.deliverFile(t, file)
}

// fileOf writes the file of the packets of a capture.
func (c *tracing) fileOf(t *terminal, name string, traces []packet.Trace) error {
	run := c.streamOf(transports.Transports(), result.Options{Transports: transportNames()})
	shown, err := run.FewOfFile(name, c.some(t, traces))
	if err != nil {
		return err
	}
	title := text.Quote(name)
	return c.deliverFile(t, onefile.File{Title: title, Runs: []onefile.Run{{ID: "capture", Title: title, Events: shown}}})
}

// some are as many conversations as a file takes.
func (c *tracing) some(t *terminal, traces []packet.Trace) []packet.Trace {
	if left := len(traces) - events.MostConversations; left > 0 {
		t.warnf("the file is full; %d more conversations passed", left)
		traces = traces[:events.MostConversations]
	}
	return traces
}

func (c *tracing) deliverFile(t *terminal, file onefile.File) error {
	file.Words, file.Again = c.print.Words, c.again
	return deliver(t, c.output, file.Write)
}
