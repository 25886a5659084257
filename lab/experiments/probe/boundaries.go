package probe

import "time"

const (
	SmallWrites = 10
	SmallSize   = 100
	SmallBuffer = 2 * SmallWrites * SmallSize
	Settle      = 30 * time.Millisecond // for echoes to arrive before they are read
	// LargeSize is read in pieces of DocumentBuffer, and fits one datagram on every system.
	LargeSize = 9000
)
