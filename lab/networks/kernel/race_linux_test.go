//go:build race

package netns_test

// slowed says that the race detector slows every packet.
const slowed = true
