package wire

import (
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/link"
)

// TestLateCounter: only what was handed over counts, and only what came later
// than LateAfter is late.
func TestLateCounter(t *testing.T) {
	var c LateCounter
	for _, e := range []Event{
		{Fate: link.Queued, Late: time.Hour}, {Fate: link.Lost, Late: time.Hour}, {Fate: link.Delivered},
		{Fate: link.Delivered, Late: LateAfter}, {Fate: link.Corrupted, Late: LateAfter + 2},
	} {
		c.Tap(e)
	}
	before := c.Lateness()
	if want := (Lateness{Delivered: 3, Late: 1, Worst: LateAfter + 2}); before != want || 3*before.Share() != 1 {
		t.Errorf("counted %+v, a share of %v; want %+v", before, before.Share(), want)
	}
	c.Tap(Event{Fate: link.Delivered, Late: LateAfter + 1})
	got := c.Lateness().Since(before)
	if want := (Lateness{Delivered: 1, Late: 1, Worst: LateAfter + 2}); got != want {
		t.Errorf("since then %+v, want %+v", got, want)
	}
	if none := (Lateness{}); none.Share() != 0 {
		t.Errorf("the share of no packets is %v", none.Share())
	}
}

// sleepy is an alarm that rings later than it is set to.
type sleepy struct {
	alarm
	by time.Duration
}

func (s sleepy) set(d time.Duration) { s.alarm.set(d + s.by) }

// TestLateIsTold: a packet that a busy machine handed over late says by how
// much, and one in time says nothing.
func TestLateIsTold(t *testing.T) {
	for _, by := range []time.Duration{0, 3 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var l log
			client, server := newMemory(nil), newMemory(nil)
			o := Options{Client: link.Conditions{Delay: 10 * time.Millisecond}}
			w := connect(client, server, o, l.tap, func() alarm { return sleepy{newTimer(), by} })
			client.sent <- ipv4(1, 100)
			time.Sleep(time.Second)
			w.Close()
			handed := l.handed(Client)
			if len(handed) != 1 || handed[0].Late != by {
				t.Errorf("an alarm that is %v late: %+v", by, handed)
			}
		})
	}
}
