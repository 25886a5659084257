package ordering

import (
	"maps"
	"math"
	"slices"
	"time"

	"echolab/lab/experiments/probe"
	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/theory"
	"echolab/lab/wire"
)

// way is one of the fates that a datagram may meet in one direction: when it
// comes out whole, itself and its copy, and the chance of that.
type way struct {
	chance float64
	comes  []time.Duration
}

// ways are all fates of a datagram of a number of packets. It skips the delay if all
// its packets do; copies never skip it, and are never damaged. Of more than one
// packet no copies are made.
func ways(c link.Conditions, packets int) []way {
	n := float64(packets)
	in, whole, skips := math.Pow(1-c.Loss, n), math.Pow(1-c.Corrupt, n), math.Pow(c.Reorder, n)
	single, twice := in*(1-c.Duplicate), in*c.Duplicate
	return []way{
		{1 - in + single*(1-whole), nil},
		{single * whole * skips, []time.Duration{0}},
		{single * whole * (1 - skips), []time.Duration{c.Delay}},
		{twice * whole * skips, []time.Duration{0, c.Delay}},
		{twice * whole * (1 - skips), []time.Duration{c.Delay, c.Delay}},
		{twice * (1 - whole), []time.Duration{c.Delay}},
	}
}

// trips are the times that the first echo of a message may need. They are not
// known where delays are random, or where the fates of packets hang together.
func trips(c wire.Options, size int) (all []theory.Trip, ok bool) {
	packets := theory.Fragments(size, testbed.DefaultMTU)
	random := c.Client.Jitter > 0 || c.Server.Jitter > 0
	if random || !probe.Independent(c.Client) || !probe.Independent(c.Server) || packets > 1 && probe.Copied(c) {
		return nil, false
	}
	chances := map[time.Duration]float64{}
	back := ways(c.Server, packets)
	for _, request := range ways(c.Client, packets) {
		firstEcho(request.comes, back, probe.Never, request.chance, chances)
	}
	for _, takes := range slices.Sorted(maps.Keys(chances)) {
		if chance := chances[takes]; chance > 0 && takes != probe.Never {
			all = append(all, theory.Trip{Takes: takes, Chance: chance})
		}
	}
	return all, true
}

// firstEcho adds the chances of when the first echo is there: each request has
// an answer, which meets a fate of its own. So far the first came at first.
func firstEcho(
	requests []time.Duration, back []way, first time.Duration, chance float64, all map[time.Duration]float64,
) {
	if len(requests) == 0 {
		all[first] += chance
		return
	}
	for _, answer := range back {
		earliest := first
		for _, takes := range answer.comes {
			earliest = min(earliest, requests[0]+takes)
		}
		firstEcho(requests[1:], back, earliest, chance*answer.chance, all)
	}
}
