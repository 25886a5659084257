package wire

import (
	"sync"
	"time"

	"echolab/lab/link"
)

// LateAfter is how late a packet may be handed over before it counts: twice of what one in
// a hundred is on an idle machine.
const LateAfter = 2 * time.Millisecond

// Lateness counts the packets that wires handed over, and those of them that
// came late, because the machine was busy.
type Lateness struct {
	Delivered int           // packets handed over
	Late      int           // of them: packets more than LateAfter behind their time
	Worst     time.Duration // how far the latest packet was behind its time
}

// Count counts the packet of an event, if it was handed over.
func (l *Lateness) Count(e Event) {
	if e.Fate != link.Delivered && e.Fate != link.Corrupted {
		return
	}
	l.Delivered++
	l.Worst = max(l.Worst, e.Late)
	if e.Late > LateAfter {
		l.Late++
	}
}

// Since is what was counted after an earlier reading. Worst stays that of all.
func (l Lateness) Since(earlier Lateness) Lateness {
	return Lateness{l.Delivered - earlier.Delivered, l.Late - earlier.Late, l.Worst}
}

// Share is the part of the packets that came late.
func (l Lateness) Share() float64 { return float64(l.Late) / float64(max(l.Delivered, 1)) }

// LateCounter counts for wires that run side by side. The zero value is ready.
type LateCounter struct {
	mu    sync.Mutex
	count Lateness
}

// Tap is a Tap that counts.
func (c *LateCounter) Tap(e Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count.Count(e)
}

// Lateness is what was counted so far.
func (c *LateCounter) Lateness() Lateness {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}
