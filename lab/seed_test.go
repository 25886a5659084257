package lab_test

import (
	"testing"

	"echolab/lab"
)

// TestSeed pins the derivation: a table that was made with a seed must come
// out of that seed again, with every later version.
func TestSeed(t *testing.T) {
	if got, want := lab.Seed(7, "loss", 0), uint64(9888489328774994576); got != want {
		t.Errorf("Seed(7, loss, 0) = %d, want %d", got, want)
	}
	met := map[uint64][]any{}
	for seed := range uint64(5) {
		for _, id := range []string{"loss", "setup"} {
			for n := range 20 {
				s := lab.Seed(seed, id, n)
				if before, ok := met[s]; ok {
					t.Errorf("%v and %v have the same seed", before, []any{seed, id, n})
				}
				met[s] = []any{seed, id, n}
			}
		}
	}
}
