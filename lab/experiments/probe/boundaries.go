package probe

import "time"

// What the lessons about messages and bytes send and read, in bytes.
const (
	SmallWrites = 10
	SmallSize   = 100
	SmallBuffer = 2 * SmallWrites * SmallSize
	// LargeSize is read in pieces of DocumentBuffer, and fits one datagram on every
	// system.
	LargeSize = 9000
)

// Settle is how long echoes get to arrive before they are read.
const Settle = 30 * time.Millisecond
