// Package experiments is what all lessons of the lab have in common: the question,
// the method, the rows and the claims of one, and how the rule of a claim reads what
// was measured. Each lesson is a package in a folder of its own, with its prose beside
// it; package registry lists them.
package experiments

import (
	"context"

	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
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
// theory expects, and why the answer is what it is.
type Experiment struct {
	Prose
	ID         string
	Also       []string     // other words that it is known by: "handshake", "goodput"
	Place      Place        // where it runs under --network auto
	Conditions wire.Options // its default conditions; their Seed is not used
	Accepts    []string     // conditions of the command line that can act here: "loss", "delay", ...
	Options    []string     // options of the run that act here, of "messages" and "size"
	Times      bool         // times single packets, so nothing may run beside it while others wait
	Alone      bool         // measures speed, so nothing may run beside it
	Long       bool         // lasts for more than a second, so it starts before others
	Fills      bool         // fills a wire, so nothing that counts round trips may run beside it
	Run        func(ctx context.Context, b *testbed.Bench) ([]result.Measurement, error)
	Lesson     packet.Lesson // which of its packets to look at
	Claims     []Claim       // what the documents say that this experiment decides
}
