//go:build !linux

package sandbox

// LoadFactor is not known on this system.
func LoadFactor() float64 { return 1 }
