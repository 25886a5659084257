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
		p, began := &Pacer{Every: 10 * probetest.Ms, Burst: 3}, time.Now()
		for i, want := range []time.Duration{0, 10, 20, 30, 1030, 1030, 1030, 1030, 1040, 1050} {
			if i == 4 {
				time.Sleep(time.Second)
			}
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			if at := time.Since(began); at != want*probetest.Ms {
				t.Errorf("message %d left after %v, want %v", i, at, want*probetest.Ms)
			}
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if p.wait(ended) == nil {
			t.Error("the pacer waits although it was told to end")
		}
	})
}
