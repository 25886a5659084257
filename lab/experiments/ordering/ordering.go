// Package ordering is the lesson "Order". What it tells is in en.md and ko.md.
package ordering

import (
	"math"
	"time"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/packet"
	"echolab/lab/result"
	"echolab/lab/testbed"
	"echolab/lab/text"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// Experiment is the lesson.
var Experiment = experiments.Experiment{
	ID:         "ordering",
	Also:       []string{"reorder", "reordering", "out of order", "sequence numbers"},
	Prose:      experiments.Read("ordering"),
	Place:      experiments.OnWire,
	Conditions: wire.BothWays(link.Conditions{Delay: 10 * time.Millisecond, Reorder: 0.25}),
	Accepts:    []string{"loss", "burst", "delay", "jitter", "reorder", "duplicate", "corrupt"},
	Long:       true,
	Options:    []string{"messages", "size"},
	Run:        probe.Accounting(orderingWorkload, outOfOrder, probe.Delivered, probe.Overtaken),
	Lesson: packet.Lesson{
		Shows:    []packet.Sight{packet.DataOvertaken},
		Messages: 50,
	},
	Claims: claims,
}

// outOfOrder is the share of the messages which came that came out of order.
var outOfOrder = experiments.Row[probe.LossResult]{
	ID: "out_of_order", Label: "Out of order", Unit: "%", Headline: true,
	Cell: func(t testbed.Transport, r probe.LossResult) result.Cell {
		value := result.Word("no reply")
		if came := r.X.Delivered(); came > 0 {
			value = result.Num(probe.Percent(theory.Reordered(r.X.Arrivals), came))
		}
		return expectOrder(result.Measured(value), t, r)
	},
}

// onPace reports whether the messages left when they were due, all but one in a
// hundred by less than half the distance to the next: a sender that sleeps too
// long for its pace sends in bunches, and theory knows nothing of them.
func onPace(x *testbed.Exchange, w testbed.Workload) bool {
	late := 0
	for _, o := range x.Observations {
		if o.Sent-o.Due > w.Every/2 {
			late++
		}
	}
	return 100*late <= len(x.Observations)
}

// orderingWorkload is the run's, or as much of it as can be sent in a third of
// the longest that an exchange may last.
func orderingWorkload(b *testbed.Bench) testbed.Workload {
	w := b.Workload(pace(b.Conditions))
	if most := max(1, int(b.Longest()/3/w.Every)); w.Messages > most {
		b.Warnf("%d of %d messages, one every %s ms, so that they are sent within %s s",
			most, w.Messages, text.Figure(probe.Milliseconds(w.Every)), text.Figure((b.Longest() / 3).Seconds()))
		w.Messages = most
	}
	return w
}

// pace is how often messages are sent: about four while one is under way, at
// a distance that keeps overtaking clear of ties.
func pace(c wire.Options) time.Duration {
	delay := max(c.Client.Delay, c.Server.Delay)
	if delay == 0 {
		return time.Millisecond
	}
	return delay * 3 / 13
}

// deviations is how many standard deviations of the normal distribution hold
// 99.9 % of it, either way.
const deviations = 3.29

// leastClumps is how many clumps of late messages the normal distribution needs:
// one packet that skips the delay makes several late at once. With 30 of them
// Poisson's leaves 3.29 deviations once in a thousand times, with 5 once in 100.
const leastClumps = 30

// expectOrder says what share of the messages should come out of order.
func expectOrder(cell result.Cell, t testbed.Transport, r probe.LossResult) result.Cell {
	if t.Reliable {
		return cell.ExpectExactly(0)
	}
	share, margin, ok := reorderedShare(r.Conditions, r.Workload)
	if !ok || !onPace(r.X, r.Workload) {
		return cell
	}
	return cell.Expect(100*share, 100*max(share-margin, 0), 100*min(share+margin, 1)).
		Because(text.Say("share of messages that a later one overtakes (RFC 4737 3.3), 99.9 %"))
}

// reorderedShare is the expected share of reordered messages, and how far the
// share of one workload may lie from it. It says nothing where the times of
// messages are random or hang together, nor where too few are late, or in
// order, for the normal distribution.
func reorderedShare(c wire.Options, w testbed.Workload) (share, margin float64, ok bool) {
	trips, ok := trips(c, w.Size)
	if !ok {
		return 0, 0, false
	}
	share, variance := theory.Overtaking(trips, w.Every, w.Messages)
	if variance == 0 {
		return share, 0, len(trips) > 0
	}
	clumps := min(share, 1-share) * min(share, 1-share) / variance
	half := 0.5 / float64(w.Messages) // messages are counted in whole ones
	return share, deviations*math.Sqrt(variance) + half, clumps >= leastClumps
}
