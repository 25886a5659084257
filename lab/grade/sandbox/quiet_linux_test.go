package sandbox

import (
	"testing"
	"time"
)

// TestQuiet: a box is quiet when its programs sleep, and never when they work or have gone.
func TestQuiet(t *testing.T) {
	eachPlan(t, func(t *testing.T, b *Box) {
		if b.Quiet() {
			t.Error("an empty box is quiet: its program's end would not be waited for")
		}
		sleeper := startShell(t, b, "exec sleep 1000")
		if !becomes(t, b, true) {
			t.Error("a box is not quiet although its program sleeps")
		}
		startShell(t, b, "while :; do :; done")
		if !becomes(t, b, false) {
			t.Error("a box is quiet although a program works")
		}
		sleeper.Kill()
	})
}

// becomes waits until a box is quiet, or is not.
func becomes(t *testing.T, b *Box, quiet bool) bool {
	t.Helper()
	until := time.Now().Add(20 * time.Second)
	for b.Quiet() != quiet {
		if time.Now().After(until) {
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}
