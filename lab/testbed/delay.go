package testbed

import (
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// SchedulingDelay counts the packets that the wires of an experiment handed over
// later than their links said, because the machine was busy. Where they are
// many, times and rates are the machine's and not the conditions'.
type SchedulingDelay struct {
	mu      sync.Mutex
	packets int // handed over
	late    int // of them: by more than LateAfter
	worst   time.Duration
}

// ManyLate is the share of late packets from which an experiment is disturbed.
const ManyLate = 0.05

// Beside watches the wires that others watch, too; other may be nil.
func (l *SchedulingDelay) Beside(other NewTap) NewTap {
	return func(o wire.Options) wire.Tap {
		if other == nil {
			return l.tap(o)
		}
		return wire.Taps(other(o), l.tap(o))
	}
}

// tap watches a wire whose links keep packets back. Others are never late.
func (l *SchedulingDelay) tap(o wire.Options) wire.Tap {
	if !keepsBack(o.Client) && !keepsBack(o.Server) {
		return nil
	}
	return l.watch
}

func keepsBack(c link.Conditions) bool { return c.Delay > 0 || c.Jitter > 0 || c.Rate > 0 }

func (l *SchedulingDelay) watch(e wire.Event) {
	if e.Fate != link.Delivered && e.Fate != link.Corrupted {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.packets++
	l.worst = max(l.worst, e.Late)
	if e.Late > wire.LateAfter {
		l.late++
	}
}

// Disturbed says how late packets were, if many were.
func (l *SchedulingDelay) Disturbed() (warning text.Message, yes bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	share := float64(l.late) / float64(max(l.packets, 1))
	if share < ManyLate {
		return text.Message{}, false
	}
	return text.Sayf("the machine was busy: %.0f %% of the packets came more than %d ms late, at most %d ms; times and rates are not the link's alone",
		100*share, wire.LateAfter.Milliseconds(), l.worst.Milliseconds()), true
}
