package theory

import "time"

// Trip is a time that an echo may need, and the chance that it does. What the
// chances of all trips lack to 1 is the chance that it never comes.
type Trip struct {
	Takes  time.Duration
	Chance float64
}

// Overtaking is what Reordered should count when messages are sent at an even
// pace and each, for itself, needs the time of one of the trips: the share of
// the messages that come back which a later one overtakes (RFC 4737 section
// 3.3), and the variance of this share among n messages. Both are exact, but
// that the variance is that of a ratio to first order and leaves out that
// nothing overtakes the last messages.
//
// Message i is late if some message k places behind it needs less than its own
// time less the head start of k intervals. So whether it is late hangs on its
// own time and those of the few messages that leave before the longest trip
// ends, and two messages further apart than that are independent.
func Overtaking(trips []Trip, every time.Duration, n int) (share, variance float64) {
	o := overtaking{trips: trips, every: every}
	for _, t := range trips {
		o.back += t.Chance
		o.reach = max(o.reach, int((t.Takes-1)/every))
	}
	if o.back <= 0 || n == 0 {
		return 0, 0
	}
	inside := o.late(o.reach)
	for i := range min(n, o.reach) { // the last messages have few behind them
		share += o.late(i)
	}
	share = (share + float64(max(n-o.reach, 0))*inside) / float64(n)
	sum := o.covariance(0, inside)
	for d := 1; d <= min(o.reach, n-1); d++ {
		sum += 2 * (1 - float64(d)/float64(n)) * o.covariance(d, inside)
	}
	return share, max(sum, 0) / (float64(n) * o.back * o.back)
}

type overtaking struct {
	trips []Trip
	every time.Duration
	back  float64 // the chance to come back at all
	reach int     // how many messages behind may overtake
}

// misses is the chance that a message does not come back within a time.
func (o *overtaking) misses(limit time.Duration) float64 {
	p := 1.0
	for _, t := range o.trips {
		if t.Takes < limit {
			p -= t.Chance
		}
	}
	return p
}

// late is the chance that a message which comes back is late, if so many are
// sent behind it.
func (o *overtaking) late(behind int) float64 {
	inOrder := 0.0
	for _, t := range o.trips {
		p := t.Chance
		for k := 1; k <= min(behind, o.reach); k++ {
			p *= o.misses(t.Takes - time.Duration(k)*o.every)
		}
		inOrder += p
	}
	return 1 - inOrder/o.back
}

// covariance is that of two messages d places apart, each of which counts 0 if
// it never comes back, and else 1 if it is late, less the share of those that
// are: what makes a share among those that come back vary. With Y for "in
// order" and r for that share it is the mean of (1-r-Y)(1-r-Y').
func (o *overtaking) covariance(d int, share float64) float64 {
	c, sum := 1-share, 0.0
	for _, a := range o.trips {
		if d == 0 {
			first, _, _ := o.pair(a.Takes, a.Takes, 0)
			sum += a.Chance * (c*c - 2*c*first + first)
			continue
		}
		for _, b := range o.trips {
			first, second, both := o.pair(a.Takes, b.Takes, d)
			sum += a.Chance * b.Chance * (c*c - c*(first+second) + both)
		}
	}
	return sum
}

// pair are the chances that a message which needs the time a, one d places
// behind it which needs b, and both of them are in order. Each message behind
// them misses both limits if it misses the greater.
func (o *overtaking) pair(a, b time.Duration, d int) (first, second, both float64) {
	first, second, both = 1, 1, 1
	if d > 0 && b < a-time.Duration(d)*o.every {
		first, both = 0, 0
	}
	for k := 1; k <= d+o.reach; k++ {
		limitA, limitB := a-time.Duration(k)*o.every, b-time.Duration(k-d)*o.every
		if k == d {
			continue // that is the second one itself
		}
		first *= o.misses(limitA)
		if k < d {
			both *= o.misses(limitA)
			continue
		}
		second *= o.misses(limitB)
		both *= o.misses(max(limitA, limitB))
	}
	return first, second, both
}
