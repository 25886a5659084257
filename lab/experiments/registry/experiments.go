// Package experiments holds the lessons of the lab, one a file: the question,
// the method that answers it, what theory expects, what the documents say of
// it, and why the answer is what it is. Read setup.go first; it is the
// shortest that shows all of that.
package registry

import (
	"time"

	"echolab/lab/experiments"
	"echolab/lab/link"
	"echolab/lab/wire"
)

// All returns the experiments in the order of the table.
func All() []experiments.Experiment {
	return []experiments.Experiment{
		setup,
		latency,
		throughput,
		overrun,
		capacity,
		loss,
		ordering,
		duplication,
		corruption,
		boundaries,
		size,
		flow,
		congestion,
		fairness,
		blocking,
		closing,
		overhead,
		nagle,
		addressing,
		cast,
		concurrency,
		sockets,
		backlog,
		refusal,
		programs,
	}
}

// bothWays are conditions that are the same in both directions.
func bothWays(c link.Conditions) wire.Options { return wire.Options{Client: c, Server: c} }

// milliseconds is a duration as a number of milliseconds.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// microseconds is a duration as a number of microseconds.
func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// percent is part of whole in percent; of nothing it is 0.
func percent(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}
