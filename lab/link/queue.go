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

// before tells whether i is handed over before j.
func (i *item) before(j *item) bool {
	if i.due != j.due {
		return i.due < j.due
	}
	return i.order < j.order
}

// queue holds the packets under way and gives them back by due time, equal
// ones in their order of arrival. Packets that are due behind all others wait
// in line, so that a link without jitter costs the same however many it
// holds; those that overtake go into a heap.
type queue struct {
	line fifo[item]
	rest heap
}

func (q *queue) len() int { return q.line.len() + len(q.rest) }

// push adds an item, which came after all others.
func (q *queue) push(i item) {
	if q.line.len() == 0 || i.due >= q.line.last().due {
		q.line.push(i)
		return
	}
	q.rest.push(i)
}

// first is the item to hand over next, nil if there is none.
func (q *queue) first() *item {
	switch {
	case q.headsRest():
		return &q.rest[0]
	case q.line.len() > 0:
		return q.line.first()
	}
	return nil
}

// pop removes the first item. There must be one.
func (q *queue) pop() item {
	if q.headsRest() {
		return q.rest.pop()
	}
	return q.line.pop()
}

// headsRest tells whether the first item is in the heap.
func (q *queue) headsRest() bool {
	return len(q.rest) > 0 && (q.line.len() == 0 || q.rest[0].before(q.line.first()))
}

// heap is a binary heap by due time. It is written out rather than taken from
// container/heap because that would allocate for every packet.
type heap []item

func (h *heap) push(i item) {
	*h = append(*h, i)
	all := *h
	for child := len(all) - 1; child > 0; {
		parent := (child - 1) / 2
		if !all[child].before(&all[parent]) {
			break
		}
		all[child], all[parent] = all[parent], all[child]
		child = parent
	}
}

func (h *heap) pop() item {
	all := *h
	first, last := all[0], len(all)-1
	all[0], all[last] = all[last], item{}
	*h = all[:last]
	h.sink()
	return first
}

// sink moves the top down to where it belongs.
func (h heap) sink() {
	for parent := 0; ; {
		child := 2*parent + 1
		if child >= len(h) {
			return
		}
		if right := child + 1; right < len(h) && h[right].before(&h[child]) {
			child = right
		}
		if !h[child].before(&h[parent]) {
			return
		}
		h[child], h[parent] = h[parent], h[child]
		parent = child
	}
}

// fifo is a queue in one slice: what is gone stays in front until it is more
// than half, so that an item is moved once on average.
type fifo[T any] struct {
	items []T
	gone  int
}

func (f *fifo[T]) len() int  { return len(f.items) - f.gone }
func (f *fifo[T]) first() *T { return &f.items[f.gone] }
func (f *fifo[T]) last() *T  { return &f.items[len(f.items)-1] }
func (f *fifo[T]) push(x T)  { f.items = append(f.items, x) }

func (f *fifo[T]) pop() T {
	var none T
	x := f.items[f.gone]
	f.items[f.gone] = none // lets go of what it points to
	f.gone++
	if 2*f.gone > len(f.items) {
		f.items = append(f.items[:0], f.items[f.gone:]...)
		f.gone = 0
	}
	return x
}
