package link

import "time"

// item is a packet under way.
type item struct {
	due    time.Duration
	order  uint64 // of arrival, which decides between equal due times
	number int
	copy   bool
	flip   int
	cause  Cause
	bytes  []byte
}

// queue is a binary heap by due time. It is written out rather than taken
// from container/heap because that would allocate for every packet.
type queue []item

func (q queue) less(i, j int) bool {
	if q[i].due != q[j].due {
		return q[i].due < q[j].due
	}
	return q[i].order < q[j].order
}

// push adds an item behind all others that are due at the same time.
func (q *queue) push(i item) {
	*q = append(*q, i)
	h := *q
	for child := len(h) - 1; child > 0; {
		parent := (child - 1) / 2
		if !h.less(child, parent) {
			break
		}
		h[child], h[parent] = h[parent], h[child]
		child = parent
	}
}

// pop removes the item that is due first.
func (q *queue) pop() item {
	h := *q
	first, last := h[0], len(h)-1
	h[0], h[last] = h[last], item{}
	*q = h[:last]
	q.sink()
	return first
}

// sink moves the top down to where it belongs.
func (q queue) sink() {
	for parent := 0; ; {
		child := 2*parent + 1
		if child >= len(q) {
			return
		}
		if right := child + 1; right < len(q) && q.less(right, child) {
			child = right
		}
		if !q.less(child, parent) {
			return
		}
		q[child], q[parent] = q[parent], q[child]
		parent = child
	}
}

// departures are the times, ascending, at which packets leave the queue
// before the rate.
type departures struct {
	times []time.Duration
	gone  int // of times: left already
}

// forget drops the packets that have left by now.
func (d *departures) forget(now time.Duration) {
	for d.gone < len(d.times) && d.times[d.gone] <= now {
		d.gone++
	}
	if d.gone > len(d.times)/2 {
		d.times = append(d.times[:0], d.times[d.gone:]...)
		d.gone = 0
	}
}

func (d *departures) waiting() int { return len(d.times) - d.gone }

func (d *departures) add(t time.Duration) { d.times = append(d.times, t) }
