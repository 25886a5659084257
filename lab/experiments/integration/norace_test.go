//go:build !race

package integration

// slowed says that the race detector slows every packet.
const slowed = false
