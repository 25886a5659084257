package wire

import (
	"time"

	"golang.org/x/sys/unix"
)

// fineWait sleeps in the kernel, which is late by some 50 µs, where Go's
// timers round up to a millisecond.
func fineWait(d time.Duration) {
	t := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&t, nil) // woken early by a signal: the caller looks at the clock anyway
}
