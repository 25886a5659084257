package probe

import (
	"time"

	"echolab/lab/wire"
)

// RoundTrip is what the conditions make of a round trip.
func RoundTrip(c wire.Options) time.Duration { return c.Client.Delay + c.Server.Delay }

// NearRTT is how far, as a share, a time may lie from a whole number of round
// trips: the two hosts need a moment, too. On paths shorter than longEnough
// that moment is no small share of it.
const (
	NearRTT    = 0.15
	LongEnough = 5 * time.Millisecond
)
