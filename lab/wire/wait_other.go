//go:build !linux

package wire

import "time"

// fineWait is a plain sleep: the timers of these systems are fine enough.
func fineWait(d time.Duration) { time.Sleep(d) }
