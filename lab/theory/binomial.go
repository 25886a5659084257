// Package theory holds the formulas that measurements are held against. Each
// names its source and where it stops being valid. All functions are pure.
package theory

import (
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is the range in which the number of successes among n independent
// trials of chance p lies with the given confidence (0.999), from the exact
// binomial distribution: no more than (1-confidence)/2 falls off either end.
func Interval(n int, p, confidence float64) (low, high int) {
	if n <= 0 || p <= 0 {
		return 0, 0
	}
	if p >= 1 {
		return n, n
	}
	d := distuv.Binomial{N: float64(n), P: p}
	tail := (1 - confidence) / 2
	low = sort.Search(n, func(k int) bool { return d.CDF(float64(k)) > tail })
	high = sort.Search(n, func(k int) bool { return d.CDF(float64(k)) >= 1-tail })
	return low, high
}
