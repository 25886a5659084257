package probe

import (
	"math"
	"math/rand/v2"
	"testing"

	"echolab/lab/experiments"
	"echolab/lab/experiments/probe/probetest"
	"echolab/lab/link"
	"echolab/lab/testbed"
	"echolab/lab/transports"
	"echolab/lab/wire"
)

// TestBurstsVary: of the links' own bursts, over many seeds, as many messages come
// back as theory says, and as unevenly: the chi-square of 300 lies at 300, give or
// take 24.5, and the 99.9 % hold all but one or two.
func TestBurstsVary(t *testing.T) {
	const seeds = 300
	for name, c := range map[string]wire.Options{
		"both ways": wire.BothWays(link.Conditions{Burst: link.Burst{Loss: 0.1, Length: 4}}),
		"one way":   {Client: link.Conditions{Burst: link.Burst{Loss: 0.2, Length: 2}}},
		"and loss the other way": {
			Client: link.Conditions{Burst: link.Burst{Loss: 0.05, Length: 3}}, Server: link.Conditions{Loss: 0.1, Corrupt: 0.1},
		},
	} {
		w := testbed.Workload{Messages: 500, Size: 16, Every: probetest.Tick}
		d, ok := burstEchoes(c, w)
		low, high := d.Interval(Confidence)
		variance := 0.0
		for i, p := range d.Chances {
			variance += p * (float64(d.First+i) - d.Mean()) * (float64(d.First+i) - d.Mean())
		}
		squares, out := 0.0, 0
		for seed := range uint64(seeds) {
			came := len(probetest.Simulate(c, w, seed))
			squares += (float64(came) - d.Mean()) * (float64(came) - d.Mean()) / variance
			if came < low || came > high {
				out++
			}
		}
		if !ok || out > 3 || squares < seeds-4*24.5 || squares > seeds+4*24.5 {
			t.Errorf("%s: %d of %d are outside of %d to %d, chi-square %.0f", name, out, seeds, low, high, squares)
		}
	}
}

func TestExpectDelivery(t *testing.T) {
	w := testbed.Workload{Messages: 1000, Size: 512}
	bursts, oneInTen := link.Burst{Loss: 0.1, Length: 3}, link.Exact{Drop: 1, Of: 10}
	for _, c := range []struct {
		name           string
		t              testbed.Transport
		c              link.Conditions
		size           int
		want, min, max float64 // want < 0: nothing is expected
	}{
		{"TCP", transports.TCP, link.Conditions{Loss: 0.1}, 512, 100, 100, 100},
		{"10 % both ways", transports.UDP, link.Conditions{Loss: 0.1}, 512, 81, 76.5, 85.5},
		{"nothing lost", transports.UDP, link.Conditions{}, 512, 100, 100, 100},
		{"everything lost", transports.UDP, link.Conditions{Loss: 1}, 512, 0, 0, 0},
		{"two fragments", transports.UDP, link.Conditions{Loss: 0.1}, 1473, 65.61, 60, 71},
		{"damage is loss", transports.UDP, link.Conditions{Corrupt: 0.1}, 512, 81, 76.5, 85.5},
		{"all copied", transports.UDP, link.Conditions{Loss: 0.2, Duplicate: 1}, 512, 76.8, 72, 82},
		{"all copied, damage", transports.UDP, link.Conditions{Corrupt: 0.2, Duplicate: 1}, 512, 100, 100, 100},
		{"fragments copied", transports.UDP, link.Conditions{Loss: 0.1, Duplicate: 1}, 1473, -1, 0, 0},
		{"bursts", transports.UDP, link.Conditions{Burst: bursts}, 512, 81, 70, 90},
		{"bursts, and loss", transports.UDP, link.Conditions{Burst: bursts, Loss: 0.1}, 512, -1, 0, 0},
		{"bursts, and damage", transports.UDP, link.Conditions{Burst: bursts, Corrupt: 0.1}, 512, -1, 0, 0},
		{"bursts, and copies", transports.UDP, link.Conditions{Burst: bursts, Duplicate: 0.1}, 512, -1, 0, 0},
		{"bursts of fragments", transports.UDP, link.Conditions{Burst: bursts}, 1473, -1, 0, 0},
		{"a queue", transports.UDP, link.Conditions{Loss: 0.1, Rate: 1e6}, 512, -1, 0, 0},
		{"exactly one of ten", transports.UDP, link.Conditions{Exact: oneInTen}, 512, 81, 81, 81},
		{"exactly one of ten, fragments", transports.UDP, link.Conditions{Exact: oneInTen}, 1473, -1, 0, 0},
		{"exactly one of ten, and loss", transports.UDP, link.Conditions{Exact: oneInTen, Loss: 0.1}, 512, -1, 0, 0},
	} {
		w.Size = c.size
		found := map[string]LossResult{c.t.Name: {X: &testbed.Exchange{}, Conditions: wire.BothWays(c.c), Workload: w}}
		row := experiments.Measure([]testbed.Transport{c.t}, found, Delivered)[0]
		got, ok := row.Expected[c.t.Name]
		if ok != (c.want >= 0) {
			t.Errorf("%s: expected %v, %v", c.name, got, ok)
			continue
		}
		low, high := row.Low[c.t.Name], row.High[c.t.Name]
		within := low >= c.min && high <= c.max && low <= got.Number && got.Number <= high
		if ok && (math.Abs(got.Number-c.want) > 1e-9 || !within) {
			t.Errorf("%s: expected %v (%v to %v), want %v (within %v to %v)", c.name, got, low, high, c.want, c.min, c.max)
		}
	}
}

// TestExactEchoes: counts that do not divide the messages leave a range.
func TestExactEchoes(t *testing.T) {
	c := wire.BothWays(link.Conditions{Exact: link.Exact{Drop: 3, Of: 10}})
	for seed := range uint64(50) {
		w := testbed.Workload{Messages: 27, Size: 16, Every: probetest.Tick}
		least, most, ok := exactEchoes(c, w)
		if n := len(probetest.Simulate(c, w, seed)); !ok || n < least || n > most || most-least > 7 {
			t.Errorf("seed %d: %d of 27 came back, want %d to %d", seed, n, least, most)
		}
	}
}

// TestTwoFlippedBits: of the pairs of bits that are flipped in random data, one in
// 32 leaves the ones' complement sum as it was.
func TestTwoFlippedBits(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	const bytes, tries = 256, 64_000
	same := 0
	for range tries {
		data := make([]byte, bytes)
		for i := range data {
			data[i] = byte(chance.Uint32())
		}
		before := onesComplement(data)
		first := chance.IntN(8 * bytes)
		second := (first + 1 + chance.IntN(8*bytes-1)) % (8 * bytes)
		for _, bit := range []int{first, second} {
			data[bit/8] ^= 1 << (bit % 8)
		}
		if onesComplement(data) == before {
			same++
		}
	}
	if want := tries / 32; same < want*9/10 || same > want*11/10 {
		t.Errorf("%d of %d sums did not change, want about %d", same, tries, want)
	}
}

// onesComplement is the sum of RFC 1071.
func onesComplement(data []byte) uint16 {
	sum := uint32(0)
	for i := 0; i < len(data); i += 2 {
		sum += uint32(data[i])<<8 | uint32(data[i+1])
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}
