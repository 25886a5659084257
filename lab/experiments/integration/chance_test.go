package integration

import (
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"echolab/lab/labtest"
	"echolab/lab/wire"
)

// TestTheSameSeedTheSameFindings: to the last digit, and however busy the
// machine is that runs the simulated one.
func TestTheSameSeedTheSameFindings(t *testing.T) {
	t.Parallel()
	for id := range small {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			alone := asItIs(id).result(t)
			defer busy(2)()
			beside, err := asItIs(id).run(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(alone.Measurements, beside.Measurements); diff != "" {
				t.Errorf("the same job found something else beside busy loops (-alone +beside):\n%s", diff)
			}
		})
	}
}

// busy keeps that many goroutines computing until stop is called.
func busy(goroutines int) (stop func()) {
	var stopped atomic.Bool
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for !stopped.Load() {
			}
		})
	}
	return func() { stopped.Store(true); all.Wait() }
}

// TestAnotherSeedOtherPackets: what passes over the wires follows from the
// seed, all of it, and nothing but the seed.
func TestAnotherSeedOtherPackets(t *testing.T) {
	needsMachine(t)
	t.Parallel()
	packets := func(seed uint64) [sha256.Size]byte {
		all := sha256.New()
		j := asItIs("setup")
		j.options.Seed = seed
		if _, err := j.run(t.Context(), func(e wire.Event) { all.Write(e.Packet) }); err != nil {
			t.Fatal(err)
		}
		return [sha256.Size]byte(all.Sum(nil))
	}
	first, again, other := packets(1), packets(1), packets(2)
	if first != again {
		t.Errorf("the same seed sent other packets")
	}
	if first == other {
		t.Errorf("another seed sent the same packets")
	}
}

// TestOrderVariesAsTheorySays: over many seeds of the user's, the share of UDP's
// messages out of order lies in its range, and is spread as wide as that says.
func TestOrderVariesAsTheorySays(t *testing.T) {
	takesLong(t)
	t.Parallel()
	const (
		seeds, deviations = 20, 3.29    // standard deviations that the range is wide, either way
		least, most       = 5.92, 45.31 // the quantiles 0.001 and 0.999
	)
	squares := 0.0
	for seed := range uint64(seeds) {
		j := asItIs("ordering")
		j.options.Seed = seed + 1
		r := j.result(t)
		labtest.Within(t, r, "out_of_order")
		m := r.Find("out_of_order")
		off := (m.Values["udp"].Number - m.Expected["udp"].Number) / (m.High["udp"] - m.Expected["udp"].Number)
		squares += off * off * deviations * deviations
	}
	if squares < least || squares > most {
		t.Errorf("chi-square of %d seeds is %.2f, want %v to %v", seeds, squares, least, most)
	}
}

// TestLossesAreBinomial: over many seeds of the user's, as many messages of UDP
// come back as chance says, and as unevenly. The sum of squares of 20 standard
// deviations has the chi-square distribution with 20 degrees of freedom.
func TestLossesAreBinomial(t *testing.T) {
	takesLong(t)
	t.Parallel()
	const (
		seeds, messages = 20, 200
		back            = 0.9 * 0.9   // the chance that neither message nor echo is lost
		least, most     = 5.92, 45.31 // the quantiles 0.001 and 0.999
		mean, variance  = messages * back, messages * back * (1 - back)
	)
	squares := 0.0
	for seed := range uint64(seeds) {
		j := asItIs("loss")
		j.options.Seed = seed + 1
		r := j.result(t)
		off := labtest.Value(t, r, "delivered", "udp")*messages/100 - mean
		squares += off * off / variance
		labtest.Near(t, r, "delivered", "tcp", 100, 0)
	}
	if squares < least || squares > most {
		t.Errorf("chi-square of %d seeds is %.2f, want %v to %v", seeds, squares, least, most)
	}
}
