package testbed_test

import (
	"testing"

	"echolab/lab/link"
	"echolab/lab/testbed"
)

// TestSeed pins the derivation: a table that was made with a seed must come
// out of that seed again, with every later version.
func TestSeed(t *testing.T) {
	if got, want := testbed.Seed(7, "loss", 0), uint64(9888489328774994576); got != want {
		t.Errorf("Seed(7, loss, 0) = %d, want %d", got, want)
	}
	met := map[uint64][]any{}
	for seed := range uint64(5) {
		for _, id := range []string{"loss", "setup"} {
			for n := range 20 {
				s := testbed.Seed(seed, id, n)
				if before, ok := met[s]; ok {
					t.Errorf("%v and %v have the same seed", before, []any{seed, id, n})
				}
				met[s] = []any{seed, id, n}
			}
		}
	}
}

// delivered counts the messages of which neither there nor back the packet was
// lost.
func delivered(seed uint64, messages int, loss float64) int {
	c := link.Conditions{Loss: loss}
	there, back := link.New(c, seed, "client"), link.New(c, seed, "server")
	n := 0
	for range messages {
		if there.Offer(0, []byte{0}).Fate != link.Lost && back.Offer(0, []byte{0}).Fate != link.Lost {
			n++
		}
	}
	return n
}

// TestSeedsAreChance: over many seeds, what UDP delivers is spread as the
// binomial distribution says: not wider, and not narrower, as it would be if
// seeds shared their fates. The sum of squares is held against the quantiles
// 0.001 and 0.999 of the chi-square distribution (NIST/SEMATECH e-Handbook of
// Statistical Methods 1.3.6.7.4): with 20 degrees of freedom around the mean
// of theory, with 19 around that of the seeds themselves, which would be 0 if
// all delivered the same.
func TestSeedsAreChance(t *testing.T) {
	const seeds, messages, p = 20, 1000, 0.9 * 0.9
	var counts []float64
	mean := 0.0
	for seed := range uint64(seeds) {
		n := float64(delivered(testbed.Seed(seed, "loss", 0), messages, 0.1))
		counts, mean = append(counts, n), mean+n/seeds
	}
	around := func(center float64) (squares float64) {
		for _, n := range counts {
			squares += (n - center) * (n - center) / (messages * p * (1 - p))
		}
		return squares
	}
	if got := around(messages * p); got < 5.92 || got > 45.31 {
		t.Errorf("%v: chi-square is %.2f around theory's mean, want 5.92 to 45.31", counts, got)
	}
	if got := around(mean); got < 5.41 || got > 43.82 {
		t.Errorf("%v: chi-square is %.2f around their own mean, want 5.41 to 43.82", counts, got)
	}
}

// TestEveryAttemptHasASeed of its own, and the same one every time.
func TestEveryAttemptHasASeed(t *testing.T) {
	b := &testbed.Bench{}
	b.Conditions.Seed = 7
	seen := map[uint64]bool{}
	for number := range 25 {
		seed := b.Attempt(number).Conditions.Seed
		if seen[seed] || seed == b.Conditions.Seed {
			t.Errorf("attempt %d shares its seed", number)
		}
		if again := b.Attempt(number).Conditions.Seed; again != seed {
			t.Errorf("attempt %d has the seeds %d and %d", number, seed, again)
		}
		seen[seed] = true
	}
}
