package testbed

import (
	"strings"
	"testing"
	"time"

	"echolab/lab/link"
	"echolab/lab/wire"
)

// TestSchedulingDelayIsDisturbance: only where many packets came late, and only of
// links that keep packets back.
func TestSchedulingDelayIsDisturbance(t *testing.T) {
	slow := wire.Options{Server: link.Conditions{Delay: time.Millisecond}}
	for _, tc := range []struct {
		name      string
		late      time.Duration
		share     int // of a hundred packets
		disturbed bool
	}{
		{"punctual", 0, 100, false},
		{"all a little late", wire.LateAfter, 100, false},
		{"few very late", time.Second, 4, false},
		{"many late", 7 * time.Millisecond, 5, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := &SchedulingDelay{}
			watch := l.NewTap(slow)
			for i := range 100 {
				e := wire.Event{Fate: link.Delivered}
				if i < tc.share {
					e.Late = tc.late
				}
				watch(wire.Event{Fate: link.Queued, Late: time.Hour}) // not handed over yet
				watch(e)
			}
			warning, disturbed := l.Disturbed()
			if disturbed != tc.disturbed {
				t.Errorf("disturbed: %v, want %v", disturbed, tc.disturbed)
			}
			if disturbed && !strings.Contains(warning.String(), "5 % of the packets came more than 2 ms late, at most 7 ms") {
				t.Errorf("the warning is %q", warning)
			}
		})
	}
}

func TestOnlyWhatIsKeptBackCanBeLate(t *testing.T) {
	if (&SchedulingDelay{}).NewTap(wire.Options{Client: link.Conditions{Loss: 0.5}}) != nil {
		t.Error("a link that keeps nothing back is watched")
	}
}
