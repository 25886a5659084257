// Package sweep measures one experiment under many conditions: how a figure changes
// with the loss, the delay, the size of messages, beside what theory says of it.
//
// A Plan is what is measured, as values: axes, whose values make points, and how often
// each point is repeated. Each point and repetition is a job of its own with a seed of
// its own (jobs.go). Run runs them side by side (run.go). A Sweep is what they found, in
// one file that can be gone on with, cut into shares and put together (file.go,
// merge.go). points.go makes medians of it, charts.go curves; table.go, csv.go and
// html.go print them.
package sweep

import (
	"echolab/lab/result"
	"echolab/lab/text"
)

// SchemaName names the form of the file.
const SchemaName = "lab.sweep/1"

// Plan is all that decides what a sweep finds. Two with the same plan find the same, on
// the network simulated to the last digit.
type Plan struct {
	Schema     string         `json:"schema"`
	Lab        string         `json:"lab"` // version of the program
	Experiment string         `json:"experiment"`
	Network    string         `json:"network"`
	Options    result.Options `json:"options"`    // those that no axis changes
	Conditions map[string]any `json:"conditions"` // as in a report; those that no axis changes
	Axes       []Axis         `json:"axes"`
	Seeds      int            `json:"seeds"`             // repetitions of each point
	Measure    []string       `json:"measure,omitempty"` // ids of what is kept; none is all
	Command    string         `json:"command"`           // that measures it, without where results go
	Again      string         `json:"again"`             // the command that repeats a run, without its point and its seed
	Machine    *Machine       `json:"machine,omitempty"` // where the figures are the machine's own, too
}

// Machine is where a sweep was measured whose figures depend on it.
type Machine struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	Kernel string `json:"kernel,omitempty"`
	CPUs   int    `json:"cpus"`
}

// Sweep is a plan and what its jobs found so far.
type Sweep struct {
	Plan
	Rows []Row
	Runs []Run // by point and repetition
}

// Row is what is told of every measurement once.
type Row struct {
	ID       string       `json:"id"`
	Label    text.Message `json:"label"`
	Unit     text.Phrase  `json:"unit"`
	Headline bool         `json:"headline,omitempty"`
}

// Run is what one repetition of a point found.
type Run struct {
	Point      int      `json:"point"`      // from 0
	Repetition int      `json:"repetition"` // from 0
	Seed       uint64   `json:"seed"`       // that repeats it
	Error      string   `json:"error,omitempty"`
	Figures    []Figure `json:"figures,omitempty"`
}

// Figure is one measurement of a run.
type Figure struct {
	ID    string          `json:"id"`
	Cells map[string]Cell `json:"cells"` // by transport
}

// Cell is what one transport has there, and what theory expects of it in that run.
type Cell struct {
	Value    *result.Value `json:"value,omitempty"`
	Expected *result.Value `json:"expected,omitempty"`
	Low      *float64      `json:"low,omitempty"`
	High     *float64      `json:"high,omitempty"`
	Basis    text.Kept     `json:"basis,omitzero"`
	CutOff   text.Kept     `json:"cut_off,omitzero"`
}
