package probe

import (
	"slices"

	"echolab/lab/result"
	"echolab/lab/testbed"
)

// IsOutside reports whether one of the rows is not as expected.
func IsOutside(transport string, rows ...*result.Measurement) bool {
	return slices.ContainsFunc(rows, func(r *result.Measurement) bool {
		_, expected := r.Expected[transport]
		got := r.Values[transport].Number
		return expected && (got < r.Low[transport] || got > r.High[transport])
	})
}

// leastQueue is how many packets a queue must hold so that TCP drops because
// its window has grown, and not because two acknowledgements came together: a
// delayed acknowledgement lets go of two segments, three while the window grows
// (RFC 5681 3.1, 4.2).
const leastQueue = 4

// ResentShare is the part of the link that may carry segments for the second time:
// a window's worth of those that were sent again in vain, once in a cycle.
const ResentShare = 0.05

// controlOf is the congestion control of the bench's network: what was asked
// for, or the default of the lab's own stack; "" where the system decides.
func controlOf(b *testbed.Bench) string {
	if b.Options.Congestion == "" && slices.Contains([]string{"virtual", "simulated"}, b.Driver.Name) {
		return "cubic"
	}
	return b.Options.Congestion
}
