package events

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"echolab/lab/capture"
	"echolab/lab/experiments"
	"echolab/lab/packet"
	"echolab/lab/report"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/wire"
)

// Run is what a stream tells of.
type Run struct {
	Transports []testbed.Transport
	Options    result.Options
	Print      report.Options // of the tables; sentences are in its language
}

// Writer writes the stream of a run. Its methods may be called side by side. It keeps
// the first error, and End returns it.
type Writer struct {
	watching
	run Run

	mu  sync.Mutex
	to  *json.Encoder
	err error
}

// NewWriter makes a writer to w.
func NewWriter(w io.Writer, r Run) *Writer {
	return &Writer{run: r, to: encoder(w)}
}

// encoder writes lines.
func encoder(w io.Writer) *json.Encoder {
	to := json.NewEncoder(w)
	to.SetEscapeHTML(false)
	return to
}

// Experiment writes an experiment that has ended, with the conditions that it was
// made under, and forgets what was seen of it.
func (w *Writer) Experiment(e experiments.Experiment, own wire.Options, r *result.Result) error {
	lines := append([]any{w.run.start(r)}, w.tell(e, own, w.take(e.ID)).lines()...)
	found, err := w.result(r)
	if err != nil {
		return err
	}
	return w.write(append(lines, found)...)
}

// start is the line that begins an experiment.
func (run Run) start(r *result.Result) Start {
	return Start{
		Type: "start", Schema: SchemaName, Experiment: r.ID, Title: run.Print.Words.Text(r.Title),
		Question: run.Print.Words.Text(r.Question), Network: r.Network, Seed: run.Options.Seed,
		Conditions: filled(r.Conditions), Transports: run.Options.Transports, Congestion: r.Congestion,
		Language: run.Print.Words.Lang(),
	}
}

// startOfFile is the line that begins the conversations of a capture file.
func (run Run) startOfFile(name string) Start {
	return Start{
		Type: "start", Schema: SchemaName, Experiment: name, Title: name, Conditions: filled(nil),
		Transports: run.Options.Transports, Language: run.Print.Words.Lang(),
	}
}

// tell makes lines of what was seen. Conversations that show their lesson only
// together are told as one.
func (w *Writer) tell(e experiments.Experiment, own wire.Options, seen *capture.Wires) *story {
	s := newStory(w.run, e.ID)
	for _, t := range w.run.Transports {
		taught, ok := seen.Teaching(t, e.Lesson, own)
		if ok && taught.Together > 1 {
			s.tell(taught, true, s.words.Text(e.Caption))
		}
		for _, c := range seen.Conversations(t) {
			switch teaches := ok && c.Conversation == taught.Conversation; {
			case ok && taught.Together > 1 && c.Wire == taught.Wire:
			case teaches:
				s.tell(taught, true, s.words.Text(e.Caption))
			default:
				s.tell(c, false, "")
			}
		}
	}
	s.besides(seen.Seen())
	return s
}

// result is the line of what an experiment found.
func (w *Writer) result(r *result.Result) (Result, error) {
	alone := &result.Report{Schema: result.SchemaName, Options: w.run.Options, Experiments: []*result.Result{r}}
	page, err := w.html(alone)
	if err != nil {
		return Result{}, err
	}
	raw, err := report.JSON(r)
	return Result{Type: "result", Experiment: r.ID, Result: raw, HTML: page}, err
}

func (w *Writer) html(r *result.Report) (string, error) {
	print := w.run.Print
	print.Quiet = true // the page says the rest
	return report.HTML(r, print)
}

// Report writes what the whole run found.
func (w *Writer) Report(r *result.Report) error {
	page, err := w.html(r)
	if err != nil {
		return err
	}
	raw, err := report.JSON(r)
	if err != nil {
		return err
	}
	return w.write(Report{Type: "report", Report: raw, HTML: page})
}

// Traces writes the conversations of a capture file.
func (w *Writer) Traces(file string, traces []packet.Trace) error {
	s := newStory(w.run, file)
	for _, t := range traces {
		s.tell(t, false, "")
	}
	return w.write(append([]any{w.run.startOfFile(file)}, s.lines()...)...)
}

// End writes the last line. It returns the first error of the stream.
func (w *Writer) End(interrupted bool) error {
	_ = w.write(End{Type: "end", Interrupted: interrupted}) // whose error is returned now
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// write writes lines, which stand together.
func (w *Writer) write(lines ...any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range lines {
		if w.err != nil {
			break
		}
		if err := w.to.Encode(line); err != nil {
			w.err = fmt.Errorf("write events: %w", err)
		}
	}
	return w.err
}
