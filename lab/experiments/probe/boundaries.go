package probe

import (
	"context"
	"time"
)

const (
	SmallWrites = 10
	SmallSize   = 100
	SmallBuffer = 2 * SmallWrites * SmallSize
	Settle      = 30 * time.Millisecond // for echoes to arrive before they are read
	// LargeSize is read in pieces of documentBuffer, as the documents' programs
	// do, and fits one datagram on every system.
	LargeSize      = 9000
	DocumentBuffer = 1024
)

// Pause waits, unless ctx ends first.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
