package probe

import (
	"time"

	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// RoundTrip is what the conditions make of a round trip.
func RoundTrip(c wire.Options) time.Duration { return c.Client.Delay + c.Server.Delay }

// NearRTT is how far, as a share, a time may lie from a whole number of round
// trips: the two hosts need a moment, too. On paths shorter than LongEnough
// that moment is no small share of it.
const (
	NearRTT    = 0.15
	LongEnough = 5 * time.Millisecond
)

// QueueLimit is how many packets may wait for the link's rate.
func QueueLimit(c link.Conditions) int {
	if c.Limit == 0 {
		return link.DefaultLimit
	}
	return c.Limit
}

// What TCP makes of a path: bytes of a full packet, and the least timeout of its
// sender.
const (
	TCPHeaders  = theory.IPv4Header + theory.TCPHeader + theory.TimestampOption
	SegmentSize = testbed.DefaultMTU - TCPHeaders
	LeastRTO    = 200 * time.Millisecond // Linux and gVisor; RFC 6298 says 1 s
)
