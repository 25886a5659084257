package lab

import (
	"context"

	"echolab/lab/wire"
)

// Place is the kind of network that an experiment needs.
type Place int

// The places.
const (
	OnLocalhost Place = iota // clean: the operating system's own sockets
	OnWire                   // under conditions: kernel where it opens, else virtual
	OnSystem                 // about this very system, and so on localhost whatever the user says
)

// Experiment is one lesson: a question, the method that answers it, what
// theory expects, and why the answer is what it is. All text is English and
// is a key of the catalogue.
type Experiment struct {
	ID         string
	Title      string       // two or three words
	Question   string       // one sentence that ends in a question mark
	Method     string       // what is done to answer it, one sentence that is true under all conditions
	Place      Place        // where it runs under --network auto
	Conditions wire.Options // its default conditions; only Client and Server are used
	Accepts    []string     // conditions of the command line that can act here: "loss", "delay", ...
	Times      bool         // times single packets, so nothing may run beside it while others wait
	Alone      bool         // measures speed, so nothing may run beside it
	Long       bool         // lasts for seconds, so it starts before others
	Fills      bool         // fills a wire, so nothing that counts round trips may run beside it
	Run        func(ctx context.Context, b *Bench) ([]Measurement, error)
	Lesson     Lesson   // what to look at among its packets
	Why        string   // the explanation, one paragraph
	Packets    []string // what happens, packet by packet, one step each
	Theory     []string // what theory expects, a sentence or half of one each, with its source
	References []string // "RFC 9293 3.5"
	Claims     []Claim  // what the documents say that this experiment decides
	Try        string   // a command to paste next
}

// Claim is something that a document says, and the rule by which measurements
// decide about it. The rule stands before the measurement.
type Claim struct {
	ID          string
	Source      string // file name of the document
	Statement   string
	Experiments []string // ids of all experiments that the rule looks at
	Rule        string   // the rule in words
	Expect      Verdict  // what theory expects of it; "" is Holds
	// Judge applies the rule. It gets the results of Experiments that ran;
	// where one is missing it answers Untested.
	Judge func(Results) (Verdict, Text)
}

// Verdict is what a measurement says about a claim.
type Verdict string

// The verdicts.
const (
	Holds    Verdict = "holds"
	Refuted  Verdict = "refuted"
	Depends  Verdict = "depends"
	Untested Verdict = "untested"
)

// Results finds results by experiment id.
type Results map[string]*Result
