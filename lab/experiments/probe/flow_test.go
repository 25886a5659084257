package probe

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"echolab/lab/experiments/probe/probetest"
)

// TestPacer: even steps, and a burst behind a pause no longer than allowed.
func TestPacer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := &Pacer{Every: 10 * probetest.Tick, Burst: 3}, time.Now()
		for i, want := range []time.Duration{0, 10, 20, 30, 1030, 1030, 1030, 1030, 1040, 1050} {
			if i == 4 {
				time.Sleep(time.Second)
			}
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if at := time.Since(began); at != want*probetest.Tick {
				t.Errorf("message %d left after %v, want %v", i, at, want*probetest.Tick)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if p.wait(ended) == nil {
			t.Error("the pacer waits although it was told to end")
		}
	})
}

// TestAwait: the last byte is noticed when it was read, however long the silence
// may be, and silence ends the wait.
func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, began := &Sink{opened: time.Now(), news: make(chan struct{}, 1)}, time.Now()
		go func() {
			time.Sleep(30 * probetest.Tick)
			s.count(10)
		}()
		s.Await(t.Context(), 10, time.Minute)
		if waited := time.Since(began); s.Got() != 10 || waited != 30*probetest.Tick {
			t.Errorf("after %v %d bytes of 10 were read 30 ms after the beginning", waited, s.Got())
		}
		began = time.Now()
		s.Await(t.Context(), 20, 50*probetest.Tick)
		if waited := time.Since(began); waited != 50*probetest.Tick {
			t.Errorf("waited %v for bytes that never come, want 50 ms", waited)
		}
	})
}
