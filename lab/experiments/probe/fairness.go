package probe

import (
	"echolab/lab/text"
)

// Sharing is how two flows shared a link.
type Sharing struct {
	Share  float64 // percent of the goodput of both that the first one got
	Jain   float64
	Likely float64      // percent that it is expected to get, for what both offered
	Luck   float64      // percent that chance may add to this or take from it
	Cut    text.Message // why this is not how they share in the end; zero if it is
	Busy   text.Message // how the machine shows in it, and not the path; zero if it does not
	Stood  text.Message // which timeout stopped one of them, or which slow start; zero if none did
}

// The cycles in which equal flows come to equal shares (Chiu, Jain 1989): in
// each the queue drops, and both windows go back and grow again. Measured are
// so many behind so many.
const (
	cyclesBefore = 3
	cyclesAfter  = 3
)

// mostContested is how many packets of the link a contest takes at most.
const mostContested = 8000

// leastWindow is the window in packets from which on a flow that lost one still
// learns it from those behind, when it has gone back, too: fast retransmit takes
// three (RFC 5681 3.2). With less, timeouts decide who sends (Morris 1997).
const leastWindow = 8

// survivors is how many segments a round trip get past a queue that drops half.
const survivors = 2

// EitherOf is the first that there is to say about several flows, or nothing.
func EitherOf(say func(FlowResult) text.Message, flows []FlowResult) (said text.Message) {
	for _, p := range flows {
		if said = say(p); !said.IsZero() {
			break
		}
	}
	return said
}
