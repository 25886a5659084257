package sandbox

import "time"

// Scaled is a time limit that grows with the load of the machine.
func Scaled(limit time.Duration) time.Duration {
	return time.Duration(float64(limit) * LoadFactor())
}
