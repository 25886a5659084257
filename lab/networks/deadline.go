package networks

import (
	"sync"
	"time"
)

// Deadline is the deadline of one direction of a conversation, for networks
// whose sockets are not the operating system's: a channel that is closed when
// it passes. A goroutine that waits on the channel notices when the deadline moves.
type Deadline struct {
	mu     sync.Mutex
	timer  *time.Timer
	passed chan struct{}
}

// NewDeadline is a deadline that never passes, until it is set.
func NewDeadline() *Deadline { return &Deadline{passed: make(chan struct{})} }

// Done is the channel to wait on. Ask for it before every wait.
func (d *Deadline) Done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.passed
}

// Set moves the deadline; the zero time takes it away, and its timer with it.
func (d *Deadline) Set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	spent := d.timer != nil && !d.timer.Stop() // it closed the channel, or is about to
	d.timer = nil
	if !spent {
		select {
		case <-d.passed:
			spent = true
		default:
		}
	}
	if spent {
		d.passed = make(chan struct{})
	}
	passed := d.passed
	switch wait := time.Until(t); {
	case t.IsZero():
	case wait <= 0:
		close(passed)
	default:
		d.timer = time.AfterFunc(wait, func() { close(passed) })
	}
}
