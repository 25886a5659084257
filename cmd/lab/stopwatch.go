//go:build !wasip1

package main

import (
	"slices"
	"time"
)

// stopwatch tells on standard error how long connecting and replies took, where
// --time asks for it. Standard output holds nothing but the replies.
type stopwatch struct {
	on    bool // --time
	sent  int
	times []time.Duration // of the replies
}

// connected tells how long connecting took.
func (w *stopwatch) connected(t *terminal, peer string, took time.Duration) {
	if w.on {
		t.sayf("connected to %s in %v", peer, took.Round(time.Microsecond))
	}
}

// replied tells how long the reply to the next message took, or notes that
// there was none.
func (w *stopwatch) replied(t *terminal, bytes int, took time.Duration, err error) {
	w.sent++
	if !w.on || err != nil {
		return
	}
	w.times = append(w.times, took)
	t.sayf("reply %d: %d bytes in %v", w.sent, bytes, took.Round(time.Microsecond))
}

// sum tells of all replies together, where there was more than one message.
func (w *stopwatch) sum(t *terminal) {
	switch n := len(w.times); {
	case !w.on || w.sent < 2:
	case n == 0:
		t.sayf("replies: 0 of %d", w.sent)
	default:
		slices.Sort(w.times)
		t.sayf("replies: %d of %d; shortest %v, median %v, longest %v", n, w.sent,
			w.times[0].Round(time.Microsecond), w.times[n/2].Round(time.Microsecond), w.times[n-1].Round(time.Microsecond))
	}
}
