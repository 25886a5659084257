package testbed

import (
	"sync"
	"time"

	"echolab/lab/link"
	"echolab/lab/text"
	"echolab/lab/wire"
)

// SchedulingDelay counts the packets that the wires of an experiment delivered
// later than their links said, because the machine was busy. Where these are
// many, times and rates are the machine's and not the conditions'.
type SchedulingDelay struct {
	mu      sync.Mutex
	packets int // delivered
	late    int // of them: more than wire.LateAfter behind their time
	worst   time.Duration
}

// ManyLate is the share of late packets from which an experiment is disturbed.
const ManyLate = 0.05

// Beside makes taps that watch a wire for d and for other, which may be nil.
func (d *SchedulingDelay) Beside(other NewTap) NewTap {
	return func(o wire.Options) wire.Tap {
		if other == nil {
			return d.tap(o)
		}
		return wire.Taps(other(o), d.tap(o))
	}
}

// tap watches a wire if its links keep packets back: other links are never late.
func (d *SchedulingDelay) tap(o wire.Options) wire.Tap {
	if !keepsBack(o.Client) && !keepsBack(o.Server) {
		return nil
	}
	return d.watch
}

func keepsBack(c link.Conditions) bool { return c.Delay > 0 || c.Jitter > 0 || c.Rate > 0 }

func (d *SchedulingDelay) watch(e wire.Event) {
	if e.Fate != link.Delivered && e.Fate != link.Corrupted {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.packets++
	d.worst = max(d.worst, e.Late)
	if e.Late > wire.LateAfter {
		d.late++
	}
}

// Disturbed reports whether many packets were late, and says how late.
func (d *SchedulingDelay) Disturbed() (warning text.Message, yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	share := float64(d.late) / float64(max(d.packets, 1))
	if share < ManyLate {
		return text.Message{}, false
	}
	return text.Sayf("the machine was busy: %.0f %% of the packets came more than %d ms late, at most %d ms; "+
		"times and rates are not the link's alone",
		100*share, wire.LateAfter.Milliseconds(), d.worst.Milliseconds()), true
}
