//go:build !linux

package wire

// newAlarm is the finest alarm that the system has: here, Go's timers.
func newAlarm() alarm { return newTimer() }
