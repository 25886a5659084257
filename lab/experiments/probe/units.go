package probe

import (
	"fmt"
	"time"
)

// Milliseconds is a duration as a number of milliseconds.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Microseconds is a duration as a number of microseconds.
func Microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// Either is what holds where something is so, or what holds where it is not.
func Either[T any](so bool, then, otherwise T) T {
	if so {
		return then
	}
	return otherwise
}

// Percent is part of whole in percent; of nothing it is 0.
func Percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// PercentText writes a fraction as a percentage.
func PercentText(p float64) string { return fmt.Sprintf("%.3g %%", 100*p) }

// Seconds is a number of seconds as a duration.
func Seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Scale is n times a duration, at most a day.
func Scale(d time.Duration, n float64) time.Duration {
	return time.Duration(min(float64(d)*n, float64(24*time.Hour)))
}
