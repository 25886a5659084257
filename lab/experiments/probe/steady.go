package probe

import (
	"time"
)

// How long the steady state is watched, in packets and in round trips, and how
// many packets may pass before it is reached: a processor has to move them all.
const (
	SteadyPackets = 1000
	SteadyTrips   = 10
	EnoughPackets = 300 // are waited for
	FewPackets    = 100 // are too few for a rate
	MostPackets   = 50_000
	LeastWatch    = 50 * time.Millisecond // evens out the moments in which a machine does other work
)
