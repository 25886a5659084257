package main

import (
	"io"
	"os"

	"echolab/lab"
	"echolab/lab/events"
	"echolab/lab/packet"
	"echolab/lab/result"
)

// eventsUsage is the help of the flag --events.
const eventsUsage = "write what happens into a file: a line of JSON for every packet, message and result"

// telling writes what happens in a run into a file. Nil writes nothing.
type telling struct {
	name string
	file io.Closer // nil where it is none
	to   *events.Writer
}

// newTelling begins a stream of events; without a file there is none, unless somebody
// listens.
func newTelling(t *terminal, name string, r events.Run) (*telling, error) {
	if t.events != nil {
		return &telling{to: events.NewWriter(t.events, r)}, nil
	}
	if name == "" {
		return nil, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, misusef("--events FILE in a folder that exists and may be written to",
			"--events %s: %w", name, bareFile(err))
	}
	return &telling{name, f, events.NewWriter(f, r)}, nil
}

// watch tells what happens in a run, an experiment after the other.
func (e *telling) watch(plan *lab.Plan) {
	if e == nil {
		return
	}
	plan.InOrder = true
	plan.Watches = append(plan.Watches, e.to.Watch)
	whenFound(plan, func(item lab.Item, r *result.Result) {
		_ = e.to.Experiment(item.Experiment, item.Conditions, r) // end tells
	})
}

// whenFound calls f, too, with what an experiment found.
func whenFound(plan *lab.Plan, f func(lab.Item, *result.Result)) {
	others := plan.Found
	plan.Found = func(item lab.Item, r *result.Result) {
		if others != nil {
			others(item, r)
		}
		f(item, r)
	}
}

// report tells what the whole run found.
func (e *telling) report(r *result.Report) {
	if e != nil {
		_ = e.to.Report(r) // end tells
	}
}

// traces tells of the conversations in a file.
func (e *telling) traces(file string, traces []packet.Trace) {
	if e != nil {
		_ = e.to.Traces(file, traces) // end tells
	}
}

// end completes the file, and says if it could not be written.
func (e *telling) end(interrupted bool) error {
	if e == nil {
		return nil
	}
	err := e.to.End(interrupted)
	if e.file != nil {
		if closing := e.file.Close(); err == nil {
			err = closing
		}
	}
	if err != nil {
		return failuref("", "--events %s: %w", e.name, bareFile(err))
	}
	return nil
}
