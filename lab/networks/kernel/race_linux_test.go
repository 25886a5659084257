//go:build race

package kernel_test

// slowed says that the race detector slows every packet.
const slowed = true
