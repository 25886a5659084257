package theory

import (
	"slices"
	"time"
)

// Reordered is how many of the arrivals are reordered in the sense of RFC
// 4737 section 3.3: each whose sequence number is below the next expected
// one, where that is one more than the greatest seen so far. Copies of a
// number that came before do not count.
func Reordered(arrivals []int) int {
	next, count := 0, 0
	seen := make(map[int]bool, len(arrivals))
	for _, n := range arrivals {
		if seen[n] {
			continue
		}
		seen[n] = true
		if n < next {
			count++
		} else {
			next = n + 1
		}
	}
	return count
}

// Percentile is the smallest of xs that at least the share q (0 to 1) of them
// does not exceed (nearest rank). xs need not be sorted; none gives 0.
func Percentile[T time.Duration | float64 | int](xs []T, q float64) T {
	if len(xs) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(xs))
	rank := int(q*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

// Median is the middle of xs, or the mean of the two middles.
func Median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(xs))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}
