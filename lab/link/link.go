// Package link holds the laws of one direction of a wire: which packet is
// dropped, copied, damaged or held back, and until when. It has no clock, no
// goroutine and no socket: the time is a parameter and chance is seeded.
package link

// DefaultLimit is how many packets may wait for the rate where no limit is set.
const DefaultLimit = 1000
