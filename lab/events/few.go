package events

import (
	"cmp"
	"math"
	"slices"
	"time"

	"echolab/lab/capture"
	"echolab/lab/packet"
	"echolab/lab/testbed"
)

// Bounds of what a short stream tells.
const (
	MostPackets = 2000 // of a conversation: the first ones
	// MostConversations is how many of them Few and FewOfFile may be asked for.
	MostConversations = 200
	MostSpans         = 200 // of time, in each of which a chart has its least and its greatest values
)

// mostOfAll is how many packets all conversations of a short stream have at most.
const mostOfAll = 20_000

// bounds say how much of a conversation is told. The zero value tells all.
type bounds struct {
	packets int // of a conversation at most; 0 is all
	spans   int // of time, for charts; 0 tells every change
}

// beginning is how many of a conversation's packets are told, and until when that is.
func (b bounds) beginning(packets []packet.Packet) (n int, until time.Duration) {
	if b.packets == 0 || len(packets) <= b.packets {
		return len(packets), math.MaxInt64
	}
	return b.packets, packets[b.packets-1].Time
}

// fewSockets are states of sockets with the least and the greatest of each figure.
func (b bounds) fewSockets(all []testbed.Socket) []testbed.Socket {
	type end struct{ local, peer any }
	var few []testbed.Socket
	for _, of := range grouped(all, func(s testbed.Socket) end { return end{s.Local, s.Peer} }) {
		few = append(few, thinned(of, b.spans, func(s testbed.Socket) time.Duration { return s.Time },
			func(s testbed.Socket) int { return s.Cwnd },
			func(s testbed.Socket) int { return s.Ssthresh },
			func(s testbed.Socket) int { return s.InFlight },
			func(s testbed.Socket) int { return int(s.SRTT) },
			func(s testbed.Socket) int { return int(s.RTO) })...)
	}
	return few
}

// fewQueues are lengths of queues with the least and the greatest of each direction.
func (b bounds) fewQueues(all []capture.Queue) []capture.Queue {
	var few []capture.Queue
	for _, of := range grouped(all, func(q capture.Queue) any { return q.Of }) {
		few = append(few, thinned(of, b.spans, func(q capture.Queue) time.Duration { return q.Time },
			func(q capture.Queue) int { return q.Packets })...)
	}
	return few
}

// grouped are the groups of what has the same key, in the order of their first ones.
func grouped[T any, K comparable](all []T, key func(T) K) [][]T {
	var groups [][]T
	at := map[K]int{}
	for _, one := range all {
		k := key(one)
		if _, known := at[k]; !known {
			at[k] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[k]] = append(groups[at[k]], one)
	}
	return groups
}

// thinned cuts the time of all, which is in its order, into equal spans, and keeps of
// each span the last one and those with the least and the greatest of every value.
func thinned[T any](all []T, spans int, at func(T) time.Duration, values ...func(T) int) []T {
	if spans == 0 || len(all) <= spans {
		return all
	}
	first := at(all[0])
	span := (at(all[len(all)-1])-first)/time.Duration(spans) + 1
	var few []T
	for _, in := range grouped(all, func(one T) time.Duration { return (at(one) - first) / span }) {
		few = append(few, extremes(in, values)...)
	}
	return few
}

// extremes are the last of all and those with the least and the greatest of every
// value, in their order.
func extremes[T any](all []T, values []func(T) int) []T {
	kept := []int{len(all) - 1}
	for _, value := range values {
		least, greatest := 0, 0
		for i, one := range all {
			if cmp.Less(value(one), value(all[least])) {
				least = i
			}
			if cmp.Less(value(all[greatest]), value(one)) {
				greatest = i
			}
		}
		kept = append(kept, least, greatest)
	}
	slices.Sort(kept)
	var few []T
	for _, i := range slices.Compact(kept) {
		few = append(few, all[i])
	}
	return few
}
