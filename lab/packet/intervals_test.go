package packet

import (
	"testing"

	"pgregory.net/rapid"
)

// TestIntervalsCountWhatIsNew holds coverage against a set that holds every
// number by itself, from a start that makes the numbers wrap around.
func TestIntervalsCountWhatIsNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.Uint32().Draw(t, "start")
		if rapid.Bool().Draw(t, "wraps") {
			start = -rapid.Uint32Range(0, 300).Draw(t, "before the end")
		}
		var c seqIntervals
		seen := map[uint32]bool{}
		c.add(start, start)
		for range rapid.IntRange(1, 40).Draw(t, "segments") {
			left := start + rapid.Uint32Range(0, 300).Draw(t, "left")
			right := left + rapid.Uint32Range(0, 60).Draw(t, "length")
			want := 0
			for n := left; n != right; n++ {
				if !seen[n] {
					seen[n] = true
					want++
				}
			}
			if got := c.add(left, right); got != want {
				t.Fatalf("add %d to %d: %d new, want %d; islands %v, edge %d", left, right, got, want, c.islands, c.edge)
			}
			inOrder(t, c)
		}
	})
}

// inOrder wants islands that ascend, apart from each other and from the edge.
func inOrder(t *rapid.T, c seqIntervals) {
	last := c.edge
	for _, i := range c.islands {
		if int32(i.left-last) <= 0 || int32(i.right-i.left) <= 0 {
			t.Fatalf("islands %v behind edge %d are not apart and ascending", c.islands, c.edge)
		}
		last = i.right
	}
}

func TestIntervalsIgnoreWhatLiesBeforeItsStart(t *testing.T) {
	var c seqIntervals
	c.add(1000, 1100)
	if got := c.add(900, 1050); got != 0 {
		t.Errorf("bytes before the first that was seen: %d new, want 0", got)
	}
	if got := c.add(1050, 1120); got != 20 {
		t.Errorf("a segment half known: %d new, want 20", got)
	}
}
