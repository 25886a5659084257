// Package protocol is what the simulated machine and its host say to each
// other. The host sends one Request; the machine answers with Messages, in the
// order in which things happened, the last of which says how the job ended.
package protocol

import (
	"encoding/gob"
	"time"

	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// Program is the name under which the program lab is the one inside the machine:
// its first argument.
const Program = "guest"

// Chance is the state from which the machine's random numbers start, for a job with
// that seed.
func Chance(seed uint64) [2]uint64 {
	return [2]uint64{testbed.Seed(seed, "machine", 0), testbed.Seed(seed, "machine", 1)}
}

// Request asks for one job.
type Request struct {
	Job     testbed.Job
	Network string // what the network is called in results
	Watch   bool   // whether to tell what passes over the wires
}

// Message is one of four things; the others are nil.
type Message struct {
	Wire   *wire.Options // a wire was opened; they are numbered in this order, from 0
	Event  *Event
	Socket *Socket
	End    *End
}

// Event is what happened to a packet on one of the wires.
type Event struct {
	Wire int
	wire.Event
}

// Socket is the state of a socket at one end of one of the wires.
type Socket struct {
	Wire int
	testbed.Socket
}

// End is how a job ended.
type End struct {
	Findings testbed.Findings
	Error    string // why it found nothing; "" where it did
}

// The arguments that sentences have, besides numbers and strings.
func init() {
	gob.Register(text.Message{})
	gob.Register(text.Phrase(""))
	gob.Register(time.Duration(0))
}
