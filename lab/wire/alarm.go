package wire

import "time"

// alarm wakes the one goroutine that waits for it.
type alarm interface {
	// set rings the alarm after d, unless it is set again before.
	set(d time.Duration)
	// wait returns when the alarm has rung, and false once it is closed.
	wait() bool
	close()
}

// timer is an alarm made of Go's timers, which are exact in virtual time.
type timer struct {
	timer  *time.Timer
	closed chan struct{}
}

func newTimer() alarm { return &timer{timer: time.NewTimer(never), closed: make(chan struct{})} }

func (t *timer) set(d time.Duration) { t.timer.Reset(d) }

func (t *timer) wait() bool {
	select {
	case <-t.timer.C:
		return true
	case <-t.closed:
		return false
	}
}

func (t *timer) close() {
	t.timer.Stop()
	close(t.closed)
}
