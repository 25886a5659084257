//go:build !linux

package wire

import "time"

// fineWait is not needed: the timers of these systems are fine enough.
var fineWait func(time.Duration)
