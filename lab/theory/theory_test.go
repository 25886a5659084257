package theory

import (
	"math"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s = %g, want %g (within %g)", what, got, want, tolerance)
	}
}

// delayedAck is the constant of Mathis et al. where the receiver acknowledges every
// second segment.
var delayedAck = math.Sqrt(3.0 / 4) // 0.8660

// The worked examples: MSS 1460, 20 ms, 1 % and two more paths.
func TestMathis(t *testing.T) {
	for _, c := range []struct {
		rtt      time.Duration
		p        float64
		c        float64
		megabits float64
	}{
		{20 * time.Millisecond, 0.01, MathisEverySegment, 7.15},
		{20 * time.Millisecond, 0.01, delayedAck, 5.06},
		{100 * time.Millisecond, 0.01, MathisEverySegment, 1.43},
		{50 * time.Millisecond, 0.001, delayedAck, 6.40},
	} {
		near(t, "Mathis", Mathis(1460, c.rtt, c.p, c.c)/1e6, c.megabits, 0.006)
	}
}

func TestPFTK(t *testing.T) {
	near(t, "PFTK", PFTK(1460, 20*time.Millisecond, 200*time.Millisecond, 0.01, 1)/1e6, 5.84, 0.01)
	// 1460 * 8 / (0.1 * sqrt(4*0.1/3) + 0.4 * 3 * sqrt(6*0.1/8) * 0.1 * 1.32)
	got := PFTK(1460, 100*time.Millisecond, 400*time.Millisecond, 0.1, 2)
	near(t, "PFTK with delayed acknowledgements", got, 146193, 10)
}

func TestEfficiency(t *testing.T) {
	near(t, "ten packets with UDP's headers", Efficiency(1000, 10, 28), 78.125, 1e-9)
	near(t, "nothing at all", Efficiency(0, 0, 28), 0, 0)
}

func TestWindowLimit(t *testing.T) {
	near(t, "WindowLimit", WindowLimit(65535, 20*time.Millisecond)/1e6, 26.2, 0.05)
}

func TestJain(t *testing.T) {
	near(t, "equal shares", Jain(3, 3, 3), 1, 1e-12)
	near(t, "one of two takes all", Jain(1, 0), 0.5, 1e-12)
	near(t, "nothing shared", Jain(0, 0), 0, 0)
}

func TestFragments(t *testing.T) {
	for payload, want := range map[int]int{0: 1, 1472: 1, 1473: 2, 2952: 2, 2953: 3, LargestDatagram: 45} {
		if got := Fragments(payload, 1500); got != want {
			t.Errorf("Fragments(%d, 1500) = %d, want %d", payload, got, want)
		}
	}
	if got := Fragments(1962, 1006); got != 3 { // 986 bytes of room are 984 in eights
		t.Errorf("Fragments(1962, 1006) = %d, want 3", got)
	}
}

func TestReordered(t *testing.T) {
	for _, c := range []struct {
		arrivals []int
		want     int
	}{
		{nil, 0},
		{[]int{0, 1, 2, 3}, 0},
		{[]int{0, 2, 3}, 0},       // a gap is loss, not reordering
		{[]int{1, 0, 2}, 1},       // one overtook one
		{[]int{3, 0, 1, 2}, 3},    // one overtook three: three came late
		{[]int{0, 1, 1, 0, 2}, 0}, // copies are duplicates
	} {
		if got := Reordered(c.arrivals); got != c.want {
			t.Errorf("Reordered(%v) = %d, want %d", c.arrivals, got, c.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for want, xs := range map[float64][]float64{0: nil, 2: {3, 1, 2}, 2.5: {4, 1, 3, 2}} {
		near(t, "the median", Median(xs), want, 1e-12)
	}
}

func TestPercentile(t *testing.T) {
	xs := []int{5, 1, 4, 2, 3}
	for q, want := range map[float64]int{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := Percentile(xs, q); got != want {
			t.Errorf("Percentile(%v, %g) = %d, want %d", xs, q, got, want)
		}
	}
}

// Interval must keep its promise: at least the confidence inside, and no
// shorter interval at either end would.
func TestIntervalHoldsItsConfidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		low, high := Interval(n, p, 0.999)
		d := distuv.Binomial{N: float64(n), P: p}
		inside := d.CDF(float64(high))
		if low > 0 {
			inside -= d.CDF(float64(low - 1))
		}
		if inside < 0.999-1e-9 {
			t.Fatalf("Interval(%d, %g) = %d..%d holds only %g", n, p, low, high, inside)
		}
	})
}
