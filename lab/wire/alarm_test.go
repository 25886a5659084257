package wire

import (
	"sync"
	"testing"
	"time"
)

// TestAlarm holds both alarms to the same rules, in real time.
func TestAlarm(t *testing.T) {
	for name, make := range map[string]func() alarm{"timer of Go's": newTimer, "finest": newAlarm} {
		t.Run(name, func(t *testing.T) {
			a := make()
			var lock sync.Mutex // as a direction has it
			later := func(f func()) {
				time.AfterFunc(5*time.Millisecond, func() { lock.Lock(); defer lock.Unlock(); f() })
			}
			rings := func() {
				if !a.wait() {
					t.Fatal("the alarm was closed, want it to ring")
				}
			}
			a.set(0)
			rings()
			began := time.Now()
			a.set(5 * time.Millisecond)
			rings()
			if took := time.Since(began); took < 5*time.Millisecond {
				t.Errorf("set to 5 ms, it rang after %v", took)
			}
			a.set(time.Hour)
			a.set(time.Millisecond)
			rings()
			a.set(time.Hour)
			later(func() { a.set(time.Millisecond) })
			rings() // an earlier time wakes who waits already
			later(a.close)
			if a.wait() {
				t.Error("the alarm rang, want it closed")
			}
			lock.Lock()
			defer lock.Unlock()
			a.set(time.Millisecond)
			if a.wait() {
				t.Error("a closed alarm rang")
			}
		})
	}
}
