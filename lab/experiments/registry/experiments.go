// Package registry lists the lessons of the lab, each of which is a package of its
// own, and makes of their results what no lesson says alone: the documents' table and
// the conclusions. Read latency first, the shortest lesson, and then setup, which has
// all that a lesson can have.
package registry

import (
	"echolab/lab/experiments"
	"echolab/lab/experiments/addressing"
	"echolab/lab/experiments/backlog"
	"echolab/lab/experiments/blocking"
	"echolab/lab/experiments/boundaries"
	"echolab/lab/experiments/capacity"
	"echolab/lab/experiments/cast"
	"echolab/lab/experiments/close"
	"echolab/lab/experiments/concurrency"
	"echolab/lab/experiments/congestion"
	"echolab/lab/experiments/corruption"
	"echolab/lab/experiments/duplication"
	"echolab/lab/experiments/fairness"
	"echolab/lab/experiments/flow"
	"echolab/lab/experiments/latency"
	"echolab/lab/experiments/loss"
	"echolab/lab/experiments/nagle"
	"echolab/lab/experiments/ordering"
	"echolab/lab/experiments/overhead"
	"echolab/lab/experiments/overrun"
	"echolab/lab/experiments/programs"
	"echolab/lab/experiments/refusal"
	"echolab/lab/experiments/setup"
	"echolab/lab/experiments/size"
	"echolab/lab/experiments/sockets"
	"echolab/lab/experiments/throughput"
)

// All returns the experiments in the order of the table.
func All() []experiments.Experiment {
	return []experiments.Experiment{
		setup.Experiment,
		latency.Experiment,
		throughput.Experiment,
		overrun.Experiment,
		capacity.Experiment,
		loss.Experiment,
		ordering.Experiment,
		duplication.Experiment,
		corruption.Experiment,
		boundaries.Experiment,
		size.Experiment,
		flow.Experiment,
		congestion.Experiment,
		fairness.Experiment,
		blocking.Experiment,
		close.Experiment,
		overhead.Experiment,
		nagle.Experiment,
		addressing.Experiment,
		cast.Experiment,
		concurrency.Experiment,
		sockets.Experiment,
		backlog.Experiment,
		refusal.Experiment,
		programs.Experiment,
	}
}
