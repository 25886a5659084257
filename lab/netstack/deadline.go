package netstack

import (
	"os"
	"sync"
	"time"
)

// errDeadline is what a wait ends with when its deadline passes.
var errDeadline = os.ErrDeadlineExceeded

// deadline is one direction's deadline: a channel that is closed when it
// passes. Whoever waits on the channel notices when the deadline is moved.
type deadline struct {
	mu     sync.Mutex
	timer  *time.Timer
	passed chan struct{}
}

func newDeadline() *deadline { return &deadline{passed: make(chan struct{})} }

// done is the channel to wait on.
func (d *deadline) done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.passed
}

// set moves the deadline; the zero time takes it away.
func (d *deadline) set(t time.Time) {
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
